import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { OptionError, ShapeError } from '../errors.js'
import { checkInteger, checkOptions, describe } from '../options.js'
import { checkAxis, collapse, type Shape, show, stridesOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { reshape } from './broadcast.js'
import { checkTensor, execute, filled } from './run.js'
import { gather } from './strided.js'

/** Which part of an axis to take. */
export interface SliceOptions {
  /** The axis. Default 0. */
  axis?: number
  /** Take every `step`-th; at least 1. Default 1. */
  step?: number
}

/** Writes `x` into zeros of another shape: the gradient of taking a slice. */
export function place(x: Tensor, shape: Shape, strides: readonly number[], offset: number): Tensor {
  const y = filled(0, shape, x.dtype, x.backend)
  const walked = collapse(x.shape, [strides])
  execute(kernels.scatterStrided, [x], [y], { shape: walked.shape, strides: walked.strides[0]!, offset })
  return track('slice', y, [], [x, (g) => part(g, x.shape, strides, offset)])
}

/** Reads part of `x` with strides, none of it twice. */
export function part(x: Tensor, shape: Shape, strides: readonly number[], offset: number): Tensor {
  const y = gather(x, shape, strides, offset)
  return wantsGrad(x) ? track('slice', y, [], [x, (g) => place(g, x.shape, strides, offset)]) : y
}

/**
 * A stretch of one axis, as `Array.prototype.slice` takes it: from `start` up to, not including, `end`. Negative
 * numbers count from the end, and what reaches beyond it is cut.
 *
 * @param x - a tensor of at least one dimension
 * @param start - first index
 * @param end - index behind the last; default: the end
 * @param options - `axis` (default 0), `step` (default 1)
 * @returns a new tensor
 * @throws ShapeError where the axis does not exist; OptionError where the step is not at least 1
 * @example
 * ```ts
 * import { arange, slice } from '@core/tensor'
 * slice(arange(6), 1, -1, { step: 2 }).toArraySync() // => [1, 3]
 * ```
 */
export function slice(x: Tensor, start: number, end?: number, options: SliceOptions = {}): Tensor {
  const { axis = 0, step = 1 } = checkOptions('slice', options, ['axis', 'step'])
  checkTensor('slice', x)
  const at = checkAxis('slice', axis, x.shape)
  checkInteger('slice', 'step', step, 1)
  const n = x.shape[at]!
  const bound = (i: number, name: string) => {
    if (!Number.isInteger(i))
      throw new OptionError(`slice: ${name} must be a whole number, got ${describe(i)}`)
    return Math.min(n, Math.max(0, i < 0 ? i + n : i))
  }
  const first = bound(start, 'start')
  const last = end === undefined ? n : bound(end, 'end')
  const strides = stridesOf(x.shape)
  const offset = first * strides[at]!
  strides[at]! *= step
  const shape = x.shape.map((size, i) => (i === at ? Math.max(0, Math.ceil((last - first) / step)) : size))
  return part(x, shape, strides, offset)
}

/**
 * `length` entries of an axis, from `start` on; unlike {@link slice} it refuses what reaches beyond the end.
 *
 * @param x - a tensor of at least one dimension
 * @param axis - the axis
 * @param start - first index, from the end where negative
 * @param length - how many
 * @returns a new tensor
 * @throws ShapeError where they do not all exist
 * @example
 * ```ts
 * import { arange, narrow } from '@core/tensor'
 * narrow(arange(6), 0, 2, 3).toArraySync() // => [2, 3, 4]
 * ```
 */
export function narrow(x: Tensor, axis: number, start: number, length: number): Tensor {
  checkTensor('narrow', x)
  const at = checkAxis('narrow', axis, x.shape)
  const n = x.shape[at]!
  const first = start < 0 ? start + n : start
  if (!Number.isInteger(first) || !Number.isInteger(length) || first < 0 || length < 0 || first + length > n)
    throw new ShapeError(
      `narrow: axis ${axis} of ${show(x.shape)} has ${n} entries; ${length} from ${start} on do not exist`,
    )
  return slice(x, first, first + length, { axis: at })
}

/**
 * One entry of an axis; the axis disappears.
 *
 * @param x - a tensor of at least one dimension
 * @param axis - the axis
 * @param index - which entry, from the end where negative
 * @returns a new tensor with one dimension less
 * @throws ShapeError where there is no such entry
 * @example
 * ```ts
 * import { select, tensor } from '@core/tensor'
 * select(tensor([[1, 2], [3, 4]]), 0, 1).toArraySync() // => [3, 4]
 * ```
 */
export function select(x: Tensor, axis: number, index: number): Tensor {
  checkTensor('select', x)
  const at = checkAxis('select', axis, x.shape)
  const n = x.shape[at]!
  if (!Number.isInteger(index) || index < -n || index >= n)
    throw new ShapeError(
      `select: index ${String(index)} is outside of axis ${axis} of ${show(x.shape)}, which has ${n} entries`,
    )
  const kept = narrow(x, at, index, 1)
  return reshape(
    kept,
    x.shape.filter((_, i) => i !== at),
  )
}
