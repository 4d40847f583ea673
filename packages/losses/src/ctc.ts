import { div, maximum, reshape, ShapeError, type Tensor, tensor, unsqueeze } from '@core/tensor'
import { checkTensors, ctcRows, describe, isTensor, show } from '@core/tensor/extend'
import { checkLoss, type LossOptions, reduceLoss } from './reduction.js'

/** Options of {@link ctc}. */
export interface CtcOptions extends LossOptions {
  /** The class that means no label. Default 0. */
  blank?: number
  /** Counts sequences that are too short for their labels as 0, not as ∞, and gives them no gradient. Default false. */
  zeroInfinity?: boolean
}

/** How long each sequence of a batch is: int32 [batch] or a list; a single number without a batch. */
export type Lengths = Tensor | readonly number[] | number

/**
 * Connectionist temporal classification (Graves et al., 2006): the loss of labels in their order, where it is not known
 * at which steps they are. Each step gives a label or the blank; repetitions without a blank between them are one label:
 *
 * $$ \ell = -\ln \sum_{\pi \in B^{-1}(t)} \prod_\tau p_\tau(\pi_\tau) $$
 *
 * Unit: nats; `'mean'` divides each loss by the number of its labels first, as PyTorch does. Computed in logarithms by
 * the forward and backward variables. As in PyTorch, the gradient takes for granted that `logProbs` come out of
 * `logSoftmax`, and there is no second derivative.
 *
 * @param logProbs - logarithms of probabilities, float [time, batch, classes]; without a batch [time, classes]
 * @param targets - labels, int32 [batch, longest], or those of all sequences one after the other [total]; without a
 *   batch [length]
 * @param inputLengths - steps of each sequence
 * @param targetLengths - labels of each sequence
 * @param options - `blank` (0), `zeroInfinity` (false), `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each sequence, [batch]
 * @throws ShapeError where shapes, lengths or labels do not fit; OptionError for unknown options
 * @example
 * ```ts
 * import { logSoftmax, tensor, zeros } from '@core/tensor'
 * import { ctc } from '@nn/losses'
 * const logProbs = logSoftmax(zeros([2, 1, 2]))
 * const loss = ctc(logProbs, tensor([[1]], { dtype: 'int32' }), [2], [1])
 * Math.exp(-loss.itemSync()) // ~> 0.75
 * ```
 */
export function ctc(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Lengths,
  targetLengths: Lengths,
  options: CtcOptions = {},
): Tensor {
  const op = 'ctc'
  const {
    blank = 0,
    zeroInfinity = false,
    reduction = 'mean',
  } = checkLoss(op, options, ['blank'], ['zeroInfinity'])
  checkTensors(op, [logProbs, targets], ['the log-probabilities', 'the targets'])
  const batched = logProbs.rank !== 2
  if (!batched && targets.rank !== 1)
    throw new ShapeError(
      `${op}: log-probabilities ${show(logProbs.shape)} without a batch need targets [length], got ${show(targets.shape)}`,
    )
  const inputs = {
    logProbs: batched ? logProbs : unsqueeze(logProbs, 1),
    targets,
    inputLengths: lengthsOf(op, 'the input lengths', inputLengths, logProbs),
    targetLengths: lengthsOf(op, 'the target lengths', targetLengths, logProbs),
  }
  const losses = ctcRows(inputs, blank, zeroInfinity)
  const counted =
    reduction === 'mean' ? div(losses, maximum(inputs.targetLengths, 1).cast(losses.dtype)) : losses
  return reduceLoss(batched || reduction !== 'none' ? counted : reshape(counted, []), reduction)
}

function lengthsOf(op: string, role: string, lengths: Lengths, like: Tensor): Tensor {
  if (isTensor(lengths)) return lengths.rank === 0 ? reshape(lengths, [1]) : lengths
  const list = typeof lengths === 'number' ? [lengths] : lengths
  if (!Array.isArray(list) || !list.every((n) => Number.isInteger(n)))
    throw new ShapeError(
      `${op}: ${role} must be whole numbers, one for each sequence, got ${describe(lengths)}`,
    )
  return tensor(list as number[], { dtype: 'int32', backend: like.backend })
}
