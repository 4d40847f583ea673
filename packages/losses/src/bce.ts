import { clamp, defineOp, div, log, log1p, mul, neg, sub, type Tensor } from '@core/tensor'
import { checkAlike, checkLoss, checkWeight, type LossOptions, reduceLoss } from './reduction.js'

/** Options of {@link bce}. */
export interface BceOptions extends LossOptions {
  /** A factor for each loss, float; broadcasts to the input. Default: all the same. */
  weight?: Tensor
}

// The gradient is written out: that of the bounded logarithms would be 0 at a probability of 0 or 1, where it is wanted most.
const crossEntropyOf = /* @__PURE__ */ defineOp({
  name: 'bce',
  forward: (p: Tensor, t: Tensor) => {
    const [yes, no] = [log(p), log1p(neg(p))].map((x) => clamp(x, { min: -100 })) as [Tensor, Tensor]
    return sub(mul(sub(t, 1), no), mul(t, yes))
  },
  backward: (g, p, t) => {
    const both = clamp(mul(p, sub(1, p)), { min: 1e-12 })
    return [div(mul(g, sub(p, t)), both), mul(g, sub(log1p(neg(p)), log(p)))]
  },
})

/**
 * Binary cross-entropy of probabilities: $\ell = -t \ln p - (1 - t) \ln (1 - p)$, the loss of a yes or no. The
 * logarithms are bounded at −100, so that it stays finite. For logits use {@link bceWithLogits}, which loses no digits.
 *
 * Unit: nats.
 *
 * @param input - probabilities from 0 to 1, float, of any shape; NaN comes of others
 * @param target - 0, 1 or between, float, of the same shape
 * @param options - `weight`, `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each value
 * @throws ShapeError where the shapes differ; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { bce } from '@nn/losses'
 * bce(tensor([0.5, 0]), tensor([1, 0]), { reduction: 'none' }).toArraySync() // ~> [0.693147, 0]
 * ```
 */
export function bce(input: Tensor, target: Tensor, options: BceOptions = {}): Tensor {
  const { weight, reduction = 'mean' } = checkLoss('bce', options, ['weight'])
  checkAlike('bce', input, target)
  if (weight !== undefined) checkWeight('bce', weight, input)
  const losses = crossEntropyOf(input, target)
  return reduceLoss(weight ? mul(losses, weight) : losses, reduction)
}
