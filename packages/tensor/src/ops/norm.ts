import { track, wantsGrad } from '../autograd/track.js'
import { OptionError } from '../errors.js'
import { checkOptions, describe } from '../options.js'
import { checkAxes } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { div, mul } from './arithmetic.js'
import { drop, type ReduceOptions, reshape, sum } from './broadcast.js'
import { cast } from './cast.js'
import { eq, ne, where } from './compare.js'
import { abs, pow, sign, sqrt, square } from './math.js'
import { max, min } from './reduce.js'
import { checkFloat, checkTensor } from './run.js'

/** √x with gradient 0 at 0, where a square root has none: the distance from a point has a smallest value there. */
export function root(x: Tensor): Tensor {
  const y = sqrt(x.detach())
  if (!wantsGrad(x)) return y
  return track('root', y, [y], [x, (g) => where(eq(y, 0), 0, div(g, mul(y, 2)))])
}

/**
 * Norm of the values as one vector, over all axes or some: $\|x\|_p = (\sum_i |x_i|^p)^{1/p}$. Order ∞ is the largest
 * magnitude, −∞ the smallest, 0 the number of values that are not 0. Where it is 0, its gradient is 0.
 *
 * @param x - a float tensor
 * @param order - p, default 2; any number, ±Infinity included
 * @param options - `axis`: number, or list of numbers; `keepDim`
 * @returns the tensor without the reduced axes
 * @throws ShapeError where an axis does not exist; OptionError where the order is no number
 * @example
 * ```ts
 * import { tensor, vectorNorm } from '@core/tensor'
 * vectorNorm(tensor([3, 4])).itemSync() // => 5
 * vectorNorm(tensor([[3, 4], [-5, 0]]), 1, { axis: 1 }).toArraySync() // => [7, 5]
 * ```
 */
export function vectorNorm(x: Tensor, order = 2, options: ReduceOptions = {}): Tensor {
  return normOf('vectorNorm', x, order, options)
}

/**
 * Norm of the values, over all axes or some: {@link vectorNorm} by the name and the orders that PyTorch's `norm` has.
 *
 * @param x - a float tensor
 * @param order - a number, ±Infinity included, or `'fro'`: 2. Default `'fro'`
 * @param options - `axis`: number, or list of numbers; `keepDim`
 * @returns the tensor without the reduced axes
 * @throws ShapeError where an axis does not exist; OptionError where the order is neither a number nor `'fro'`
 * @example
 * ```ts
 * import { norm, tensor } from '@core/tensor'
 * norm(tensor([[3, 0], [0, 4]])).itemSync() // => 5
 * norm(tensor([[3, 0], [0, -4]]), Infinity).itemSync() // => 4
 * ```
 */
export function norm(x: Tensor, order: number | 'fro' = 'fro', options: ReduceOptions = {}): Tensor {
  return normOf('norm', x, order === 'fro' ? 2 : order, options)
}

function normOf(op: string, x: Tensor, order: number, options: ReduceOptions): Tensor {
  const { axis, keepDim = false } = checkOptions(op, options, ['axis'], ['keepDim'])
  checkTensor(op, x)
  checkFloat(op, x)
  if (typeof order !== 'number' || Number.isNaN(order))
    throw new OptionError(
      `${op}: the order must be a number, like 2 or Infinity${op === 'norm' ? ", or 'fro'" : ''}, got ${describe(order)}`,
    )
  const axes = checkAxes(op, axis, x.shape)
  const over = { axis: axes, keepDim: true }
  const y = order === 0 ? cast(sum(ne(x, 0), over), x.dtype) : kept(x, order, over)
  return keepDim ? y : reshape(y, drop(x.shape, axes))
}

function kept(x: Tensor, order: number, over: ReduceOptions): Tensor {
  if (order === Infinity) return max(abs(x), over)
  if (order === -Infinity) return min(abs(x), over)
  if (order === 1) return sum(abs(x), over)
  const power = (t: Tensor) => (order === 2 ? square(t) : pow(abs(t), order))
  const total = sum(power(x.detach()), over)
  const y = order === 2 ? sqrt(total) : pow(total, 1 / order)
  if (!wantsGrad(x)) return y
  return track('norm', y, [x, y], [x, (g) => slope(x, y, g, order)])
}

/** g sign(x) |x|^(p−1) ‖x‖^(1−p), and 0 where it is 0 times something infinite. */
function slope(x: Tensor, y: Tensor, g: Tensor, p: number): Tensor {
  if (p === 2) return mul(x, where(eq(y, 0), 0, div(g, y)))
  const scale = where(eq(y, 0), 0, div(g, pow(y, p - 1)))
  if (p > 2) return mul(mul(x, pow(abs(x), p - 2)), scale)
  const zero = eq(x, 0) // replaced before the power, which has no finite slope there either
  return where(zero, 0, mul(mul(sign(x), pow(where(zero, 1, abs(x)), p - 1)), scale))
}
