import { abs, sub, type Tensor } from '@core/tensor'
import { checkAlike, checkLoss, type LossOptions, reduceLoss } from './reduction.js'

/**
 * Mean absolute error: $\ell = \frac{1}{n} \sum_i |x_i - t_i|$. The gradient is 0 where both are equal.
 *
 * Unit: the target's.
 *
 * @param input - what the model gave, float, of any shape
 * @param target - what it should have been, of the same shape
 * @param options - `reduction`: `'mean'` (default) over all values, `'sum'` or `'none'`
 * @returns a single number, or with `'none'` the absolute errors
 * @throws ShapeError where the shapes differ; OptionError for an unknown reduction
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { l1 } from '@nn/losses'
 * l1(tensor([1, 2]), tensor([1, 4])).itemSync() // => 1
 * ```
 */
export function l1(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const { reduction = 'mean' } = checkLoss('l1', options)
  checkAlike('l1', input, target)
  return reduceLoss(abs(sub(input, target)), reduction)
}
