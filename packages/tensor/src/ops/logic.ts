import type { Tensor } from '../tensor.js'
import { pair, type TensorLike } from './arithmetic.js'
import { cast } from './cast.js'
import { eq, lt, ne, where } from './compare.js'
import { abs } from './math.js'
import { checkTensor, scalar } from './run.js'

function truths(op: string, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  const [x, y] = pair(op, a, b)
  return [cast(x, 'bool'), cast(y, 'bool')]
}

/**
 * And, element by element: true where both are true, or not 0. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a bool tensor of the broadcast shape; it has no gradient
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { logicalAnd, tensor } from '@core/tensor'
 * logicalAnd(tensor([true, true]), tensor([true, false])).toArraySync() // => [true, false]
 * ```
 */
export function logicalAnd(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = truths('logicalAnd', a, b)
  return where(x, y, scalar(0, 'bool', x.backend))
}

/**
 * Or, element by element: true where at least one is true, or not 0. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a bool tensor of the broadcast shape; it has no gradient
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { logicalOr, tensor } from '@core/tensor'
 * logicalOr(tensor([true, false]), tensor([false, false])).toArraySync() // => [true, false]
 * ```
 */
export function logicalOr(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = truths('logicalOr', a, b)
  return where(x, scalar(1, 'bool', x.backend), y)
}

/**
 * Whether the value is a number: neither NaN nor infinite, element by element.
 *
 * @param x - any tensor
 * @returns a bool tensor of the same shape; it has no gradient
 * @example
 * ```ts
 * import { isfinite, tensor } from '@core/tensor'
 * isfinite(tensor([1, Infinity, NaN])).toArraySync() // => [true, false, false]
 * ```
 */
export function isfinite(x: Tensor): Tensor {
  checkTensor('isfinite', x)
  return x.dtype === 'bool' ? eq(x, x) : lt(abs(x.detach()), Infinity)
}

/**
 * Whether the value is ∞ or −∞, element by element.
 *
 * @param x - any tensor
 * @returns a bool tensor of the same shape; it has no gradient
 * @example
 * ```ts
 * import { isinf, tensor } from '@core/tensor'
 * isinf(tensor([1, -Infinity, NaN])).toArraySync() // => [false, true, false]
 * ```
 */
export function isinf(x: Tensor): Tensor {
  checkTensor('isinf', x)
  return x.dtype === 'bool' ? ne(x, x) : eq(abs(x.detach()), Infinity)
}

/**
 * Whether the value is not a number, element by element.
 *
 * @param x - any tensor
 * @returns a bool tensor of the same shape; it has no gradient
 * @example
 * ```ts
 * import { isnan, tensor } from '@core/tensor'
 * isnan(tensor([1, Infinity, NaN])).toArraySync() // => [false, false, true]
 * ```
 */
export function isnan(x: Tensor): Tensor {
  checkTensor('isnan', x)
  return ne(x, x)
}
