import { GradientError, OptionError } from '../errors.js'
import { isTensor } from '../make.js'
import { checkTensor, filled } from '../ops/run.js'
import { checkOptions, describe } from '../options.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { type BackwardOptions, backpropagate, rootOf } from './backward.js'
import type { Slot } from './node.js'

/** Options of {@link grad}. */
export interface GradOptions extends BackwardOptions {
  /** Where to start, one for each output; needed for outputs that are not single numbers. */
  gradOutputs?: readonly (Tensor | undefined)[]
  /** Gives zeros for inputs on which the outputs do not depend, instead of an error. Default false. */
  allowUnused?: boolean
}

/**
 * Gradients of outputs to inputs, returned instead of collected: $\partial \sum_k y_k \cdot g_k / \partial x_i$.
 * Nothing is written to any `grad`. With `createGraph` the results can be differentiated again.
 *
 * @param outputs - one tensor or several
 * @param inputs - one tensor or several; not only leaves
 * @param options - `gradOutputs`, `createGraph`, `retainGraph`, `allowUnused`
 * @returns a gradient for each input, of its shape
 * @throws GradientError where an output does not depend on an input, or there is no graph
 * @example
 * ```ts
 * import { grad, tensor } from '@core/tensor'
 * const x = tensor(3, { requiresGrad: true })
 * const [first] = grad(x.mul(x).mul(x), [x], { createGraph: true })
 * const [second] = grad(first!, [x])
 * first!.itemSync() // => 27
 * second!.itemSync() // => 18
 * ```
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): Tensor[] {
  checkOptions('grad', options, ['gradOutputs'], ['allowUnused', 'createGraph', 'retainGraph'])
  const { gradOutputs = [], allowUnused = false, ...pass } = options
  const ys = isTensor(outputs) ? [outputs] : outputs
  const xs = isTensor(inputs) ? [inputs] : inputs
  if (!Array.isArray(ys) || !Array.isArray(xs) || ys.length === 0 || xs.length === 0)
    throw new OptionError('grad: at least one output and one input are needed')
  for (const y of ys) checkTensor('grad', y, 'an output')
  const slots = xs.map((x, i): Slot => {
    checkTensor('grad', x, `input ${i}`)
    if (!x.slot)
      throw new GradientError(
        `grad: input ${i} ${show(x.shape)} does not require a gradient; create it with { requiresGrad: true }`,
      )
    return x.slot
  })
  if (!Array.isArray(gradOutputs) || (gradOutputs.length > 0 && gradOutputs.length !== ys.length))
    throw new OptionError(
      `grad: gradOutputs must be a list with one entry for each of the ${ys.length} outputs, got ${Array.isArray(gradOutputs) ? `${gradOutputs.length} entries` : describe(gradOutputs)}`,
    )
  const roots = ys.map((y, i) => rootOf('grad', y, gradOutputs[i]))
  const found = backpropagate(roots, new Set(slots), pass)
  return slots.map((slot, i) => {
    const g = found.get(slot)
    if (g) return g
    const x = xs[i]!
    if (!allowUnused)
      throw new GradientError(
        `grad: the outputs do not depend on input ${i} ${show(x.shape)}; pass { allowUnused: true } to get zeros for it`,
      )
    return filled(0, x.shape, x.dtype, x.backend)
  })
}
