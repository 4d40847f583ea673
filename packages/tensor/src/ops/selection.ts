import { DTypeError, ShapeError } from '../errors.js'
import { makeTensor } from '../make.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { add, type TensorLike } from './arithmetic.js'
import { reshape } from './broadcast.js'
import { cast } from './cast.js'
import { where } from './compare.js'
import { checkRange, gatherRows } from './indexing.js'
import { type Lines, linesOf, resized } from './lines.js'
import { checkIndices, checkTensor, checkTensors } from './run.js'

/** The entries of an axis with these numbers, which were checked; of a single number, a list. */
export function entries(x: Tensor, index: Tensor, { at, outer, n, inner }: Lines): Tensor {
  const flat = reshape(x, [outer * n, inner])
  const rows = outer === 1 ? index : rowsOf(index, outer, n)
  return reshape(gatherRows(flat, rows), resized(x.shape, at, index.size))
}

/** The numbers of the rows [outer · n, inner] that hold these entries, of one outer index after the other. */
function rowsOf(index: Tensor, outer: number, n: number): Tensor {
  const starts = Int32Array.from({ length: outer }, (_, o) => o * n)
  const first = makeTensor(index.backend.adopt(starts, 'int32'), [outer, 1])
  return add(first, index).view([outer * index.size])
}

/**
 * The entries of an axis with the given numbers, in that order, as often as they are named.
 *
 * @param x - any tensor
 * @param axis - the axis
 * @param index - int32, one-dimensional
 * @returns a tensor with as many entries along the axis as the index has
 * @throws ShapeError where a number is out of range or the index has several dimensions; DTypeError where it is not int32
 * @example
 * ```ts
 * import { indexSelect, tensor } from '@core/tensor'
 * const index = tensor([2, 0], { dtype: 'int32' })
 * indexSelect(tensor([[1, 2, 3], [4, 5, 6]]), 1, index).toArraySync() // => [[3, 1], [6, 4]]
 * ```
 */
export function indexSelect(x: Tensor, axis: number, index: Tensor): Tensor {
  const op = 'indexSelect'
  checkTensors(op, [x, index], ['the input', 'the index'])
  checkIndices(op, index, 'the index')
  if (index.rank > 1)
    throw new ShapeError(
      `${op}: the index ${show(index.shape)} must have one dimension; use gather or takeAlongDim for one index a line`,
    )
  const lines = linesOf(op, axis, x.shape)
  checkRange(op, index, lines.n, 'index')
  const y = entries(x, index.view([index.size]), lines)
  return x.rank === 0 && index.size === 1 ? reshape(y, []) : y
}

/**
 * Replaces the values where a mask is true: $y = m \mathbin{?} v : x$. All three broadcast.
 *
 * @param x - any tensor
 * @param mask - bool
 * @param value - a number, or a tensor with one value
 * @returns a tensor of the broadcast shape; gradients flow to x where the mask is false, and to the value where it is true
 * @throws DTypeError where the mask is not bool; ShapeError where the shapes do not broadcast or the value is not one
 * @example
 * ```ts
 * import { maskedFill, tensor } from '@core/tensor'
 * maskedFill(tensor([1, 2, 3]), tensor([false, true, false]), -Infinity).toArraySync() // => [1, -Infinity, 3]
 * ```
 */
export function maskedFill(x: Tensor, mask: Tensor, value: TensorLike): Tensor {
  const op = 'maskedFill'
  checkTensors(op, [x, mask], ['the input', 'the mask'])
  if (mask.dtype !== 'bool')
    throw new DTypeError(
      `${op}: the mask ${show(mask.shape)} must be bool, got ${mask.dtype}; compare it, e.g. ne(x, 0)`,
    )
  if (typeof value === 'number') return where(mask, value, x)
  checkTensor(op, value, 'the value')
  if (value.size !== 1)
    throw new ShapeError(
      `${op}: the value ${show(value.shape)} must be a single number; use where for several`,
    )
  return where(mask, cast(reshape(value, []), x.dtype), x)
}
