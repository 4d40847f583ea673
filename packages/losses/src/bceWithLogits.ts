import { abs, add, defineOp, mul, neg, relu, sigmoid, softplus, sub, type Tensor } from '@core/tensor'
import type { BceOptions } from './bce.js'
import { checkAlike, checkLoss, checkWeight, reduceLoss } from './reduction.js'

/** Options of {@link bceWithLogits}. */
export interface BceWithLogitsOptions extends BceOptions {
  /** A factor for the losses of yes, float; broadcasts to the input. Above 1 it finds more, below 1 it errs less. Default 1. */
  posWeight?: Tensor
}

// max(x, 0) − t x + ln (1 + e^−|x|): no term overflows, and for t = 0 or 1 none cancels. Its gradient is written out,
// since |x| and max(x, 0) have none at 0.
const crossEntropyOf = /* @__PURE__ */ defineOp({
  name: 'bceWithLogits',
  forward: (x: Tensor, t: Tensor) => add(sub(relu(x), mul(x, t)), softplus(neg(abs(x)))),
  backward: (g, x, t) => [mul(g, sub(sigmoid(x), t)), neg(mul(g, x))],
})

/**
 * Binary cross-entropy of logits: $\ell = -w \left( q t \ln \sigma(x) + (1 - t) \ln (1 - \sigma(x)) \right)$, the loss of a
 * yes or no; computed so that large logits neither overflow nor lose their digits.
 *
 * Unit: nats.
 *
 * @param input - scores before the sigmoid, float, of any shape
 * @param target - 0, 1 or between, float, of the same shape
 * @param options - `weight` w, `posWeight` q, `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each value
 * @throws ShapeError where the shapes differ; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { bceWithLogits } from '@nn/losses'
 * bceWithLogits(tensor([0, 1e4]), tensor([1, 1]), { reduction: 'none' }).toArraySync() // ~> [0.693147, 0]
 * ```
 */
export function bceWithLogits(input: Tensor, target: Tensor, options: BceWithLogitsOptions = {}): Tensor {
  const op = 'bceWithLogits'
  const { weight, posWeight, reduction = 'mean' } = checkLoss(op, options, ['weight', 'posWeight'])
  checkAlike(op, input, target)
  if (weight !== undefined) checkWeight(op, weight, input)
  if (posWeight !== undefined) checkWeight(op, posWeight, input, 'posWeight')
  const losses = posWeight ? weighted(input, target, posWeight) : crossEntropyOf(input, target)
  return reduceLoss(weight ? mul(losses, weight) : losses, reduction)
}

/** (1 − t) x + (1 + (q − 1) t) ln (1 + e^−x) */
function weighted(x: Tensor, t: Tensor, q: Tensor): Tensor {
  const factor = add(mul(sub(q, 1), t), 1)
  return add(mul(sub(1, t), x), mul(factor, softplus(neg(x))))
}
