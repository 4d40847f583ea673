import { square, sub, type Tensor } from '@core/tensor'
import { checkAlike, checkLoss, type LossOptions, reduceLoss } from './reduction.js'

/**
 * Mean squared error, the loss of regression: $\ell = \frac{1}{n} \sum_i (x_i - t_i)^2$.
 *
 * Unit: the square of the target's.
 *
 * @param input - what the model gave, float, of any shape
 * @param target - what it should have been, of the same shape
 * @param options - `reduction`: `'mean'` (default) over all values, `'sum'` or `'none'`
 * @returns a single number, or with `'none'` the squared errors
 * @throws ShapeError where the shapes differ; OptionError for an unknown reduction
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { mse } from '@nn/losses'
 * mse(tensor([1, 2]), tensor([1, 4])).itemSync() // => 2
 * ```
 */
export function mse(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const { reduction = 'mean' } = checkLoss('mse', options)
  checkAlike('mse', input, target)
  return reduceLoss(square(sub(input, target)), reduction)
}
