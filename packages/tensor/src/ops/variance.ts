import { track, wantsGrad } from '../autograd/track.js'
import { checkNumber, checkOptions } from '../options.js'
import { checkAxes, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { div, mul, sub } from './arithmetic.js'
import { drop, ones, type ReduceOptions, reshape, sum } from './broadcast.js'
import { square } from './math.js'
import { root } from './norm.js'
import { mean } from './reduce.js'
import { checkFloat, checkTensor } from './run.js'

/** What to reduce over, and how the sum of squares is divided. */
export interface VarianceOptions extends ReduceOptions {
  /** What is subtracted from the number of values: 1 (the default) estimates without bias, 0 gives the mean square. */
  correction?: number
}

function spread(op: string, x: Tensor, options: VarianceOptions, rooted: boolean): Tensor {
  const names = ['axis', 'correction'] as const
  const { axis, keepDim = false, correction = 1 } = checkOptions(op, options, names, ['keepDim'])
  checkTensor(op, x)
  checkFloat(op, x)
  checkNumber(op, 'correction', correction, -Infinity, Infinity, 'both')
  const axes = checkAxes(op, axis, x.shape)
  const n = Math.max(0, sizeOf(axes.map((i) => x.shape[i]!)) - correction)
  const y = squares(x, axes, n)
  const rootOrNot = rooted ? root(y) : y
  return keepDim ? rootOrNot : reshape(rootOrNot, drop(x.shape, axes))
}

/**
 * Σ (x − mean)² / n over the axes, which become 1. The mean is taken away before anything is squared, and twice: that of
 * large values is itself rounded.
 */
function squares(x: Tensor, axes: readonly number[], n: number): Tensor {
  const shifted = (t: Tensor) => sub(t, mean(t, { axis: axes, keepDim: true }))
  const centred = (t: Tensor) => shifted(shifted(t))
  const y = div(sum(square(centred(x.detach())), { axis: axes, keepDim: true }), n)
  if (!wantsGrad(x)) return y
  return track(
    'variance',
    y,
    [x],
    [x, (g) => mul(div(mul(reshape(g, ones(x.shape, axes)), 2), n), centred(x))],
  )
}

/**
 * Variance of the values, over all axes or some: $y = \frac{1}{n - c} \sum_i (x_i - \bar{x})^2$.
 *
 * @param x - a float tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`; `correction` c, default 1
 * @returns the tensor without the reduced axes; NaN or infinite where n ≤ c
 * @throws ShapeError where an axis does not exist; DTypeError for integers
 * @example
 * ```ts
 * import { tensor, variance } from '@core/tensor'
 * variance(tensor([1, 2, 3])).itemSync() // => 1
 * variance(tensor([[1, 3], [5, 5]]), { axis: 1, correction: 0 }).toArraySync() // => [1, 0]
 * ```
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  return spread('variance', x, options, false)
}

/**
 * Standard deviation of the values, over all axes or some: $y = \sqrt{\frac{1}{n - c} \sum_i (x_i - \bar{x})^2}$.
 * Where it is 0, its gradient is 0.
 *
 * @param x - a float tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`; `correction` c, default 1
 * @returns the tensor without the reduced axes; NaN or infinite where n ≤ c
 * @throws ShapeError where an axis does not exist; DTypeError for integers
 * @example
 * ```ts
 * import { std, tensor } from '@core/tensor'
 * std(tensor([1, 3, 5])).itemSync() // => 2
 * ```
 */
export function std(x: Tensor, options: VarianceOptions = {}): Tensor {
  return spread('std', x, options, true)
}
