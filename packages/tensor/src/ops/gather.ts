import { ShapeError } from '../errors.js'
import { peeked } from '../program/live.js'
import { broadcastShapes, checkAxis, type Shape, sameShape, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { add } from './arithmetic.js'
import { block } from './block.js'
import { expand, reshape } from './broadcast.js'
import { lt, where } from './compare.js'
import { checkRange } from './indexing.js'
import { linesOf, resized } from './lines.js'
import { pick } from './pick.js'
import { checkIndices, checkTensors } from './run.js'
import { slice } from './slicing.js'

/** Checks what gather and the scatters have in common; gives back the axis. */
export function checkIndexing(op: string, x: Tensor, axis: number, index: Tensor): number {
  checkIndices(op, index, 'the index')
  const at = checkAxis(op, axis, x.rank === 0 ? [1] : x.shape)
  if (index.size > 0 && Math.max(1, index.rank) !== Math.max(1, x.rank))
    throw new ShapeError(
      `${op}: the input ${show(x.shape)} and the index ${show(index.shape)} must have equally many dimensions; use unsqueeze or expand`,
    )
  checkWithin(op, index, x.shape, 'the input', at)
  checkRange(op, index, x.rank === 0 ? 1 : x.shape[at]!, 'index')
  return at
}

/** Checks that the index has no more entries than `shape`, but along `except`. */
export function checkWithin(op: string, index: Tensor, shape: Shape, role: string, except = -1): void {
  if (index.size === 0) return
  if (index.rank > 0 && shape.length > 0 && index.shape.some((n, i) => i !== except && n > shape[i]!))
    throw new ShapeError(
      `${op}: the index ${show(index.shape)} is larger than ${role} ${show(shape)}; ` +
        `${except < 0 ? 'no dimension' : `only along axis ${except}`} may it be: cut it with slice`,
    )
}

/**
 * Picks values along an axis by number, each line of the index for itself: for three dimensions and axis 1,
 * $y_{ijk} = x_{i\,n_{ijk}\,k}$. The gradient of a value is the sum over its uses.
 *
 * @param x - any tensor
 * @param axis - the axis
 * @param index - int32, with as many dimensions as x, in the others at most as large
 * @returns a tensor of the index's shape
 * @throws ShapeError where a number is out of range or the shapes do not fit; DTypeError where the index is not int32
 * @example
 * ```ts
 * import { gather, tensor } from '@core/tensor'
 * const index = tensor([[1], [0]], { dtype: 'int32' })
 * gather(tensor([[1, 2], [3, 4]]), 1, index).toArraySync() // => [[2], [3]]
 * ```
 */
export function gather(x: Tensor, axis: number, index: Tensor): Tensor {
  checkTensors('gather', [x, index], ['the input', 'the index'])
  const at = checkIndexing('gather', x, axis, index)
  if (index.size === 0) return reshape(slice(reshape(x, [x.size]), 0, 0), index.shape)
  if (index.rank === 0) return pick(reshape(x, []), index, linesOf('gather', 0, []))
  const whole = x.rank === 0 ? reshape(x, [1]) : x
  const size = resized(index.shape, at, whole.shape[at]!)
  const used = sameShape(size, whole.shape) ? whole : block(whole, size)
  return pick(used, index, linesOf('gather', at, used.shape))
}

/**
 * Picks values along an axis by number, counted from the end where negative, with broadcasting in the other
 * dimensions: what {@link argsort}, or {@link argmax} with `keepDim`, give can be used at once.
 *
 * @param x - any tensor
 * @param index - int32; broadcasts against x in all dimensions but the axis
 * @param axis - the axis; without one x and the index are taken as flat
 * @returns the values, in the broadcast shape
 * @throws ShapeError where a number is out of range or the shapes do not broadcast; DTypeError where the index is not int32
 * @example
 * ```ts
 * import { argsort, takeAlongDim, tensor } from '@core/tensor'
 * const x = tensor([[3, 1, 2], [4, 6, 5]])
 * takeAlongDim(x, argsort(x), 1).toArraySync() // => [[1, 2, 3], [4, 5, 6]]
 * takeAlongDim(x, tensor([5], { dtype: 'int32' })).toArraySync() // => [5]
 * ```
 */
export function takeAlongDim(x: Tensor, index: Tensor, axis?: number): Tensor {
  const op = 'takeAlongDim'
  checkTensors(op, [x, index], ['the input', 'the index'])
  checkIndices(op, index, 'the index')
  const n = axis === undefined ? x.size : linesOf(op, axis, x.shape).n
  return taken(x, counted(op, index, n), axis)
}

/** The index counted from 0. */
function counted(op: string, index: Tensor, n: number): Tensor {
  const plain = peeked([index], (values) => {
    const low = values.find((i) => i < -n)
    if (low !== undefined)
      throw new ShapeError(
        `${op}: index ${low} is out of range; there are ${n}, numbered 0 to ${n - 1}, or ${-n} to -1 from the end`,
      )
    return !values.some((i) => i < 0)
  })
  if (plain) return index
  return where(lt(index, 0), add(index, n), index)
}

function taken(x: Tensor, index: Tensor, axis: number | undefined): Tensor {
  const op = 'takeAlongDim'
  if (axis === undefined) return gather(reshape(x, [x.size]), 0, index.view([index.size]))
  const at = checkAxis(op, axis, x.rank === 0 ? [1] : x.shape)
  if (x.rank !== index.rank || x.rank === 0) return gather(x, axis, index)
  const others = (shape: Shape) => shape.map((n, i) => (i === at ? 1 : n))
  const wide = broadcastShapes(op, others(x.shape), others(index.shape))
  const along = (t: Tensor) =>
    expand(
      t,
      wide.map((n, i) => (i === at ? t.shape[i]! : n)),
    )
  return gather(along(x), at, along(index))
}
