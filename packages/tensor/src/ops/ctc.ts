import { trackFused } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import type { CtcAttrs } from '../backends/kernels/ctc.js'
import { GradientError, ShapeError } from '../errors.js'
import { checkInteger } from '../options.js'
import { peeked } from '../program/live.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { checkFloat, checkIndices, checkTensors, empty, execute, run } from './run.js'

/** What {@link ctcRows} computes with. */
export interface CtcInputs {
  /** Logarithms of probabilities [time, batch, classes], float. */
  readonly logProbs: Tensor
  /** Labels, int32: [batch, longest], or those of all sequences one after the other, [total]. */
  readonly targets: Tensor
  /** Steps of each sequence, int32 [batch]. */
  readonly inputLengths: Tensor
  /** Labels of each sequence, int32 [batch]. */
  readonly targetLengths: Tensor
}

/**
 * Connectionist temporal classification of each sequence, $-\ln \sum_\pi \prod_t p_t(\pi_t)$ over all alignments π of
 * its labels; the building block of the loss. The gradient is that of PyTorch: it takes for granted that the
 * probabilities of each step sum to 1.
 *
 * @param inputs - `logProbs`, `targets`, `inputLengths`, `targetLengths`
 * @param blank - the class that means no label
 * @param zeroInfinity - a sequence that has no alignment counts 0 instead of ∞, and has no gradient
 * @returns [batch]
 * @throws ShapeError where shapes, lengths or labels do not fit; GradientError where a second derivative is asked for
 * @example
 * ```ts
 * import { full, tensor } from '@core/tensor'
 * import { ctcRows } from '@core/tensor/extend'
 * const int = (values: number[] | number[][]) => tensor(values, { dtype: 'int32' })
 * const inputs = { logProbs: full([2, 1, 2], Math.log(0.5)), targets: int([[1]]), inputLengths: int([2]), targetLengths: int([1]) }
 * Math.exp(-ctcRows(inputs, 0, false).itemSync()) // ~> 0.75
 * ```
 */
export function ctcRows(inputs: CtcInputs, blank: number, zeroInfinity: boolean): Tensor {
  const { logProbs, targets, inputLengths, targetLengths } = inputs
  const attrs = check(inputs, blank, zeroInfinity)
  const { time, batch, states } = attrs
  const lengths = [inputLengths, targetLengths]
  const loss = empty(logProbs.backend, [batch], logProbs.dtype)
  const alpha = empty(logProbs.backend, [batch, time, states], logProbs.dtype)
  execute(kernels.ctc, [logProbs, targets, ...lengths], [loss, alpha], attrs)
  trackFused({
    name: 'ctc',
    inputs: [logProbs],
    outputs: [loss],
    saved: [logProbs, targets, ...lengths],
    own: [alpha],
    backward: ([g]) => [
      run(kernels.ctcGrad, [g!, logProbs, targets, ...lengths, alpha], logProbs.shape, logProbs.dtype, attrs),
    ],
    decompose: () => {
      throw new GradientError(
        'ctc: there is no second derivative; leave createGraph out, or differentiate twice without this loss',
      )
    },
  })
  return loss
}

function check(
  { logProbs, targets, inputLengths, targetLengths }: CtcInputs,
  blank: number,
  zeroInfinity: boolean,
): CtcAttrs {
  const op = 'ctc'
  const roles = ['the log-probabilities', 'the targets', 'the input lengths', 'the target lengths']
  checkTensors(op, [logProbs, targets, inputLengths, targetLengths], roles)
  checkFloat(op, logProbs, roles[0])
  for (const [i, t] of [targets, inputLengths, targetLengths].entries()) checkIndices(op, t, roles[i + 1]!)
  const [time, batch, classes] = logProbs.shape as [number, number, number]
  if (logProbs.rank !== 3)
    throw new ShapeError(`${op}: ${roles[0]} must be [time, batch, classes], got ${show(logProbs.shape)}`)
  for (const [t, role] of [
    [inputLengths, roles[2]],
    [targetLengths, roles[3]],
  ] as const)
    if (show(t.shape) !== show([batch]))
      throw new ShapeError(`${op}: ${role} must be [${batch}], one for each sequence, got ${show(t.shape)}`)
  if (targets.rank !== 1 && (targets.rank !== 2 || targets.shape[0] !== batch))
    throw new ShapeError(
      `${op}: ${roles[1]} must be [${batch}, longest], or [total] one after the other, got ${show(targets.shape)}`,
    )
  checkInteger(op, 'blank', blank, 0, Math.max(0, classes - 1))
  const targetStride = targets.rank === 2 ? targets.shape[1]! : 0
  const longest = checkValues({ logProbs, targets, inputLengths, targetLengths }, targetStride)
  return { time, batch, classes, states: 2 * longest + 1, targetStride, blank, zeroInfinity }
}

/** Checks lengths and labels where they can be looked at at once; gives the length of the longest target, at least. */
function checkValues(inputs: CtcInputs, targetStride: number): number {
  const { logProbs, targets, inputLengths, targetLengths } = inputs
  const [time, batch, classes] = logProbs.shape as [number, number, number]
  const { rank, size, shape } = targets
  const longest = peeked([targets, inputLengths, targetLengths], (labels, steps, lengths) => {
    let offset = 0
    let most = 0
    for (let n = 0; n < batch; n++) {
      const length = lengths[n]!
      const start = rank === 2 ? n * targetStride : offset
      const room = rank === 2 ? targetStride : size - offset
      if (steps[n]! < 0 || steps[n]! > time)
        throw new ShapeError(`ctc: input length ${steps[n]} of sequence ${n} is not from 0 to ${time}`)
      if (length < 0 || length > room)
        throw new ShapeError(
          `ctc: target length ${length} of sequence ${n} does not fit the targets ${show(shape)}: ${room} are left`,
        )
      for (let i = start; i < start + length; i++)
        if (labels[i]! < 0 || labels[i]! >= classes)
          throw new ShapeError(
            `ctc: label ${labels[i]} of sequence ${n} is out of range; there are ${classes} classes, numbered 0 to ${classes - 1}`,
          )
      offset += length
      most = Math.max(most, length)
    }
    return most
  })
  return longest ?? (rank === 2 ? targetStride : size)
}
