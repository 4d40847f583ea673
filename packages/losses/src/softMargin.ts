import { mul, neg, softplus, type Tensor } from '@core/tensor'
import { checkTensors } from '@core/tensor/extend'
import { checkLoss, checkReal, checkShapes, type LossOptions, likeInput, reduceLoss } from './reduction.js'

/**
 * Soft margin loss, logistic regression with targets of ±1: $\ell = \ln(1 + e^{-t x})$; large scores do not overflow.
 *
 * Unit: nats.
 *
 * @param input - scores, float, of any shape
 * @param target - 1 or −1, float or int32, of the same shape
 * @param options - `reduction`: `'mean'` (default) over all values, `'sum'` or `'none'`
 * @returns a single number, or with `'none'` the loss of each value
 * @throws ShapeError where the shapes differ; OptionError for an unknown reduction
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { softMargin } from '@nn/losses'
 * softMargin(tensor([0, -1000]), tensor([1, 1]), { reduction: 'none' }).toArraySync() // ~> [0.693147, 1000]
 * ```
 */
export function softMargin(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'softMargin'
  const { reduction = 'mean' } = checkLoss(op, options)
  checkTensors(op, [input, target], ['the input', 'the target'])
  checkReal(op, input, 'input')
  checkShapes(op, input, target, ['input', 'target'])
  return reduceLoss(softplus(neg(mul(likeInput(target, input), input))), reduction)
}
