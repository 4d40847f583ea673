import { track, wantsGrad } from '../autograd/track.js'
import { checkOptions } from '../options.js'
import { checkAxes, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { add, mul, sub } from './arithmetic.js'
import { drop, type ReduceOptions, reshape, sum } from './broadcast.js'
import { eq, where } from './compare.js'
import { abs, exp, log } from './math.js'
import { max } from './reduce.js'
import { checkFloat, checkTensor, filled } from './run.js'

/**
 * Logarithm of the sum of exponentials, over all axes or some: $y = \ln \sum_i e^{x_i}$; computed with the largest value
 * subtracted, so that nothing overflows. Its gradient is the softmax.
 *
 * @param x - a float tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`
 * @returns the tensor without the reduced axes; of an empty axis −∞
 * @throws ShapeError where an axis does not exist; DTypeError for integers
 * @example
 * ```ts
 * import { logsumexp, tensor } from '@core/tensor'
 * logsumexp(tensor([[0, 0], [1000, -1000]]), { axis: 1 }).toArraySync() // ~> [0.693147, 1000]
 * ```
 */
export function logsumexp(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { axis, keepDim = false } = checkOptions('logsumexp', options, ['axis'], ['keepDim'])
  checkTensor('logsumexp', x)
  checkFloat('logsumexp', x)
  const axes = checkAxes('logsumexp', axis, x.shape)
  const y = kept(x, axes)
  return keepDim ? y : reshape(y, drop(x.shape, axes))
}

function kept(x: Tensor, axes: readonly number[]): Tensor {
  const over = { axis: axes, keepDim: true }
  const values = x.detach()
  // where nothing is finite there is nothing to subtract: ∞ − ∞ would be NaN
  const top =
    sizeOf(axes.map((i) => x.shape[i]!)) === 0 ? filled(0, [], x.dtype, x.backend) : max(values, over)
  const base = where(eq(abs(top), Infinity), 0, top)
  const y = add(log(sum(exp(sub(values, base)), over)), base)
  return wantsGrad(x) ? track('logsumexp', y, [x, y], [x, (g) => mul(g, exp(sub(x, y)))]) : y
}
