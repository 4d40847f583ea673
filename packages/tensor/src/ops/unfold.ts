import { ShapeError } from '../errors.js'
import { makeTensor } from '../make.js'
import { checkInteger } from '../options.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { reshape } from './broadcast.js'
import { linesOf } from './lines.js'
import { permute } from './movement.js'
import { checkTensor } from './run.js'
import { entries } from './selection.js'

/**
 * Windows that slide along an axis: entry w of the axis becomes the w-th window, whose values stand in a new last
 * dimension. Where windows overlap, gradients add up.
 *
 * @param x - any tensor
 * @param axis - the axis
 * @param size - how many entries a window has
 * @param step - from one window's first entry to the next one's
 * @returns a new tensor with ⌊(n − size) / step⌋ + 1 windows along the axis, and `size` as its last dimension
 * @throws ShapeError where the axis is shorter than a window
 * @example
 * ```ts
 * import { arange, unfold } from '@core/tensor'
 * unfold(arange(5), 0, 3, 1).toArraySync() // => [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
 * ```
 */
export function unfold(x: Tensor, axis: number, size: number, step: number): Tensor {
  checkTensor('unfold', x)
  checkInteger('unfold', 'size', size)
  checkInteger('unfold', 'step', step, 1)
  const lines = linesOf('unfold', axis, x.shape)
  if (size > lines.n)
    throw new ShapeError(
      `unfold: axis ${axis} of ${show(x.shape)} has ${lines.n} entries, a window ${size}; make the window smaller or pad`,
    )
  const count = Math.floor((lines.n - size) / step) + 1
  const index = Int32Array.from({ length: count * size }, (_, i) => Math.floor(i / size) * step + (i % size))
  const all = entries(x, makeTensor(x.backend.adopt(index, 'int32'), [index.length]), lines)
  if (x.rank === 0) return reshape(all, [size])
  const { at } = lines
  const split = reshape(all, [...x.shape.slice(0, at), count, size, ...x.shape.slice(at + 1)])
  if (at === x.rank - 1) return split
  const order = x.shape.map((_, i) => (i <= at ? i : i + 1))
  return permute(split, [...order, at + 1])
}
