import { track, wantsGrad } from '../autograd/track.js'
import { DTypeError, ShapeError } from '../errors.js'
import { checkOptions } from '../options.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { div, mul } from './arithmetic.js'
import { reshape, sum } from './broadcast.js'
import { cast } from './cast.js'
import { eq, ne, where } from './compare.js'
import { type KeepOptions, type ValuesAndIndices, without } from './extremes.js'
import { type Lines, linesOf, resized } from './lines.js'
import { pick } from './pick.js'
import { checkTensor, scalar } from './run.js'
import { ordered } from './sort.js'

/** Options of {@link median}. */
export interface MedianOptions extends KeepOptions {
  /** The axis; counted from the end where negative. Default: all values. */
  axis?: number
}

/** The position of the median in each line, with the axis of size 1: the lower one of two; the first NaN, if there is one. */
function positions(op: string, x: Tensor, lines: Lines): Tensor {
  if (x.dtype === 'bool')
    throw new DTypeError(`${op}: not defined for bool ${show(x.shape)}; use cast(x, 'int32')`)
  if (lines.n === 0)
    throw new ShapeError(
      `${op}: shape ${show(x.shape)} has no values along the axis; there is no median of none`,
    )
  const [, sorted] = ordered(x, lines, false)
  const shape = resized(x.shape, lines.at, 1)
  const along = [lines.outer, lines.n, lines.inner]
  const numbers = sum(eq(x, x).view(along), { axis: 1, keepDim: true }) // NaN is sorted behind them
  const at = where(eq(numbers, lines.n), scalar((lines.n - 1) >> 1, 'int32', x.backend), numbers)
  return pick(sorted, at.view(shape), lines)
}

/**
 * Median along an axis, and where it stands: of an even number of values the lower of the two in the middle; NaN where
 * there is one. The gradient goes to the chosen value only.
 *
 * @param x - a float or int32 tensor
 * @param axis - the axis
 * @param options - `keepDim`
 * @returns `values` and `indices` (int32), both without the axis
 * @throws ShapeError where the axis does not exist or is empty
 * @example
 * ```ts
 * import { medianWithIndices, tensor } from '@core/tensor'
 * const { values, indices } = medianWithIndices(tensor([[5, 1, 3], [9, 7, 8]]), 1)
 * values.toArraySync() // => [3, 8]
 * indices.toArraySync() // => [2, 2]
 * ```
 */
export function medianWithIndices(x: Tensor, axis: number, options: KeepOptions = {}): ValuesAndIndices {
  const op = 'medianWithIndices'
  const { keepDim = false } = checkOptions(op, options, [], ['keepDim'])
  checkTensor(op, x)
  const lines = linesOf(op, axis, x.shape)
  const indices = positions(op, x, lines)
  return without(pick(x, indices, lines), indices, lines.at, keepDim && x.rank > 0)
}

/**
 * Median of all values, or along an axis: of an even number of values the lower of the two in the middle; NaN where there
 * is one. Over all values, equal ones share the gradient; along an axis it goes to the chosen one.
 *
 * @param x - a float or int32 tensor
 * @param options - `axis`, `keepDim`
 * @returns a single number, or the tensor without the axis
 * @throws ShapeError where the axis does not exist or is empty
 * @example
 * ```ts
 * import { median, tensor } from '@core/tensor'
 * median(tensor([[5, 1], [3, 9]])).itemSync() // => 3
 * ```
 */
export function median(x: Tensor, options: MedianOptions = {}): Tensor {
  const { axis, keepDim = false } = checkOptions('median', options, ['axis'], ['keepDim'])
  checkTensor('median', x)
  if (axis !== undefined) return medianWithIndices(x, axis, { keepDim }).values
  const shape = keepDim ? x.shape.map(() => 1) : []
  const flat = x.detach().view([x.size])
  const lines = linesOf('median', 0, flat.shape)
  const y = reshape(pick(flat, positions('median', flat, lines), lines), shape)
  if (!wantsGrad(x)) return y
  const share = (g: Tensor) => {
    const same = eq(x, reshape(y, []))
    const hit = cast(where(eq(sum(same), 0), ne(x, x), same), x.dtype) // the median is NaN: all NaN share
    return mul(reshape(g, []), div(hit, sum(hit)))
  }
  return track('median', y, [x, y], [x, share])
}
