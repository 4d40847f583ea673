import { track, wantsGrad } from '../autograd/track.js'
import { OptionError, ShapeError } from '../errors.js'
import {
  broadcastStrides,
  checkAxis,
  checkShape,
  collapse,
  type Shape,
  sameShape,
  show,
  sizeOf,
  stridesOf,
} from '../shape.js'
import type { Tensor } from '../tensor.js'
import { sumTo } from './reduce.js'
import { checkTensor, run } from './run.js'

/** Reads `x` with strides into a new tensor; without a place on the tape. */
export function gather(x: Tensor, shape: Shape, strides: readonly number[], offset = 0): Tensor {
  const walked = collapse(shape, [strides])
  return run('gatherStrided', [x], shape, x.dtype, {
    shape: walked.shape,
    strides: walked.strides[0]!,
    offset,
  })
}

/**
 * The same values in another shape; shares their memory.
 *
 * @param x - any tensor
 * @param shape - the new sizes; one of them may be −1 and is then worked out
 * @returns a tensor with that shape and the same values in row-major order
 * @throws ShapeError where the number of values differs
 * @example
 * ```ts
 * import { arange, reshape } from '@core/tensor'
 * reshape(arange(6), [2, -1]).toArraySync() // => [[0, 1, 2], [3, 4, 5]]
 * ```
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', x)
  if (sameShape(x.shape, shape)) return x
  const y = x.view(resolve(x, shape))
  return wantsGrad(x) ? track('reshape', y, [], [x, (g) => reshape(g, x.shape)]) : y
}

function resolve(x: Tensor, shape: Shape): number[] {
  const open = Array.isArray(shape) ? shape.indexOf(-1) : -1
  const known = open < 0 ? shape : shape.filter((_, i) => i !== open)
  checkShape('reshape', known)
  const size = sizeOf(known)
  const full = [...shape]
  if (open >= 0 && size > 0 && x.size % size === 0) full[open] = x.size / size
  if (sizeOf(full) !== x.size)
    throw new ShapeError(
      `reshape: shape ${show(x.shape)} has ${x.size} values, ${show(shape)} ${open < 0 ? `has ${size}` : `a multiple of ${size}`}; ` +
        'both must hold the same number of values',
    )
  return full
}

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
 * Repeats dimensions of size 1, and adds leading ones, without a rule of its own: that of broadcasting.
 *
 * @param x - any tensor
 * @param shape - the shape to become; −1 keeps a size
 * @returns a new tensor of that shape
 * @throws ShapeError where a dimension is neither 1 nor already right
 * @example
 * ```ts
 * import { expand, tensor } from '@core/tensor'
 * expand(tensor([1, 2]), [2, 2]).toArraySync() // => [[1, 2], [1, 2]]
 * ```
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  checkTensor('expand', x)
  const lead = shape.length - x.rank
  const full = shape.map((size, i) => (size === -1 && i >= lead ? x.shape[i - lead]! : size))
  checkShape('expand', full)
  if (lead < 0 || x.shape.some((size, i) => size !== 1 && size !== full[i + lead]))
    throw new ShapeError(
      `expand: shape ${show(x.shape)} cannot become ${show(shape)}: from the last dimension on, sizes must be equal or 1 before`,
    )
  if (sameShape(x.shape, full)) return x
  const y = gather(x, full, broadcastStrides(x.shape, full))
  return wantsGrad(x) ? track('expand', y, [], [x, (g) => sumTo(g, x.shape)]) : y
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
 * Removes dimensions of size 1: all of them, or the given one.
 *
 * @param x - any tensor
 * @param axis - the dimension to remove; left as it is when its size is not 1
 * @returns a tensor over the same values
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { squeeze, zeros } from '@core/tensor'
 * squeeze(zeros([1, 3, 1])).shape // => [3]
 * ```
 */
export function squeeze(x: Tensor, axis?: number): Tensor {
  checkTensor('squeeze', x)
  const at = axis === undefined ? undefined : checkAxis('squeeze', axis, x.shape)
  return reshape(
    x,
    x.shape.filter((size, i) => size !== 1 || (at !== undefined && i !== at)),
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
  const list = (typeof axes === 'number' ? [axes] : axes).map((a) => checkAxis('flip', a, x.shape))
  const strides = stridesOf(x.shape)
  let offset = 0
  for (const a of new Set(list)) {
    offset += Math.max(0, x.shape[a]! - 1) * strides[a]!
    strides[a]! *= -1
  }
  const y = gather(x, x.shape, strides, offset)
  return wantsGrad(x) ? track('flip', y, [], [x, (g) => flip(g, list)]) : y
}
