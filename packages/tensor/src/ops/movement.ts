import { track, wantsGrad } from '../autograd/track.js'
import { OptionError, ShapeError } from '../errors.js'
import { checkAxes, checkAxis, show, sizeOf, stridesOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { reshape } from './broadcast.js'
import { checkTensor } from './run.js'
import { gather } from './strided.js'

/**
 * Reorders the dimensions: dimension i of the result is dimension `axes[i]` of `x`.
 *
 * @param x - any tensor
 * @param axes - every axis once
 * @returns a new tensor
 * @throws ShapeError where `axes` is not a reordering of all axes
 * @example
 * ```ts
 * import { permute, zeros } from '@core/tensor'
 * permute(zeros([2, 3, 4]), [2, 0, 1]).shape // => [4, 2, 3]
 * ```
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  checkTensor('permute', x)
  if (!Array.isArray(axes))
    throw new OptionError(`permute: the axes must be an array like [1, 0], got ${String(axes)}`)
  const order = axes.map((a) => checkAxis('permute', a, x.shape))
  if (order.length !== x.rank || new Set(order).size !== x.rank)
    throw new ShapeError(
      `permute: axes [${axes.join(', ')}] must name each of the ${x.rank} dimensions of ${show(x.shape)} once`,
    )
  const strides = stridesOf(x.shape)
  const y = gather(
    x,
    order.map((a) => x.shape[a]!),
    order.map((a) => strides[a]!),
  )
  if (!wantsGrad(x)) return y
  const inverse = order.map((_, i) => order.indexOf(i))
  return track('permute', y, [], [x, (g) => permute(g, inverse)])
}

/**
 * Exchanges two dimensions; of a matrix, by default, rows and columns.
 *
 * @param x - a tensor of at least two dimensions
 * @param a - one axis, default −2
 * @param b - the other, default −1
 * @returns a new tensor
 * @throws ShapeError where an axis does not exist
 * @example
 * ```ts
 * import { tensor, transpose } from '@core/tensor'
 * transpose(tensor([[1, 2], [3, 4]])).toArraySync() // => [[1, 3], [2, 4]]
 * ```
 */
export function transpose(x: Tensor, a = -2, b = -1): Tensor {
  checkTensor('transpose', x)
  const i = checkAxis('transpose', a, x.shape)
  const j = checkAxis('transpose', b, x.shape)
  const axes = x.shape.map((_, d) => (d === i ? j : d === j ? i : d))
  return permute(x, axes)
}

/**
 * Adds a dimension of size 1.
 *
 * @param x - any tensor
 * @param axis - where the new dimension shall stand; −1 is the end
 * @returns a tensor over the same values
 * @throws ShapeError where the axis does not exist in the result
 * @example
 * ```ts
 * import { unsqueeze, zeros } from '@core/tensor'
 * unsqueeze(zeros([2, 3]), 1).shape // => [2, 1, 3]
 * ```
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  checkTensor('unsqueeze', x)
  const at = checkAxis('unsqueeze', axis, x.shape, 1)
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
}

/**
 * Removes dimensions of size 1: all of them, or the given ones.
 *
 * @param x - any tensor
 * @param axis - the dimension to remove, or several; left as they are when their size is not 1
 * @returns a tensor over the same values
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { squeeze, zeros } from '@core/tensor'
 * squeeze(zeros([1, 3, 1])).shape // => [3]
 * ```
 */
export function squeeze(x: Tensor, axis?: number | readonly number[]): Tensor {
  checkTensor('squeeze', x)
  const axes = checkAxes('squeeze', axis, x.shape)
  return reshape(
    x,
    x.shape.filter((size, i) => size !== 1 || !axes.includes(i)),
  )
}

/**
 * Joins neighbouring dimensions into one.
 *
 * @param x - any tensor
 * @param start - the first of them, default 0
 * @param end - the last of them, default −1
 * @returns a tensor over the same values
 * @throws ShapeError where an axis does not exist or `start` lies behind `end`
 * @example
 * ```ts
 * import { flatten, zeros } from '@core/tensor'
 * flatten(zeros([2, 3, 4]), 1).shape // => [2, 12]
 * ```
 */
export function flatten(x: Tensor, start = 0, end = -1): Tensor {
  checkTensor('flatten', x)
  if (x.rank === 0) return reshape(x, [1])
  const i = checkAxis('flatten', start, x.shape)
  const j = checkAxis('flatten', end, x.shape)
  if (i > j)
    throw new ShapeError(`flatten: axis ${start} lies behind axis ${end} in ${show(x.shape)}; exchange them`)
  return reshape(x, [...x.shape.slice(0, i), sizeOf(x.shape.slice(i, j + 1)), ...x.shape.slice(j + 1)])
}

/**
 * Reverses the order along axes.
 *
 * @param x - any tensor
 * @param axes - one axis or several
 * @returns a new tensor of the same shape
 * @throws ShapeError where an axis does not exist
 * @example
 * ```ts
 * import { flip, tensor } from '@core/tensor'
 * flip(tensor([1, 2, 3]), 0).toArraySync() // => [3, 2, 1]
 * ```
 */
export function flip(x: Tensor, axes: number | readonly number[]): Tensor {
  checkTensor('flip', x)
  const list = (Array.isArray(axes) ? axes : [axes]).map((a: number) => checkAxis('flip', a, x.shape))
  const strides = stridesOf(x.shape)
  let offset = 0
  for (const a of new Set(list)) {
    offset += Math.max(0, x.shape[a]! - 1) * strides[a]!
    strides[a]! *= -1
  }
  const y = gather(x, x.shape, strides, offset)
  return wantsGrad(x) ? track('flip', y, [], [x, (g) => flip(g, list)]) : y
}
