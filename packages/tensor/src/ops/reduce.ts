import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { DTypeError, ShapeError } from '../errors.js'
import { checkOptions } from '../options.js'
import { checkAxes, checkAxis, show, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { div, mul } from './arithmetic.js'
import {
  type CastReduceOptions,
  drop,
  ones,
  type ReduceOptions,
  reduceAxes,
  reshape,
  sum,
} from './broadcast.js'
import { cast } from './cast.js'
import { eq } from './compare.js'
import { checkFloat, checkTensor, run } from './run.js'

/**
 * Mean of the values, over all axes or some: $y = \frac{1}{n}\sum_i x_i$.
 *
 * @param x - a float tensor, or one that `dtype` makes float
 * @param options - `axis`: number, or list of numbers; `keepDim`; `dtype` to compute in
 * @returns the tensor without the reduced axes; of an empty axis NaN
 * @throws ShapeError where an axis does not exist; DTypeError for integers
 * @example
 * ```ts
 * import { mean, tensor } from '@core/tensor'
 * mean(tensor([[1, 2], [3, 6]]), { axis: 1 }).toArraySync() // => [1.5, 4.5]
 * ```
 */
export function mean(x: Tensor, options: CastReduceOptions = {}): Tensor {
  const { axis, keepDim = false, dtype } = checkOptions('mean', options, ['axis', 'dtype'], ['keepDim'])
  checkTensor('mean', x)
  const values = dtype === undefined ? x : cast(x, dtype)
  checkFloat('mean', values)
  const axes = checkAxes('mean', axis, x.shape)
  const n = sizeOf(axes.map((i) => x.shape[i]!))
  return div(sum(values, { axis: axes, keepDim }), n)
}

/**
 * Sum of the squares of all values, in one pass: $\sum_i x_i^2$. Its root is the gradient's norm.
 *
 * @param x - a float tensor
 * @returns a single number
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { sumSquares } from '@core/tensor/extend'
 * sumSquares(tensor([3, 4])).itemSync() // => 25
 * ```
 */
export function sumSquares(x: Tensor): Tensor {
  checkTensor('sumSquares', x)
  checkFloat('sumSquares', x)
  const y = run(kernels.reduce, [x], [], x.dtype, { op: 'sumSquares', outer: 1, n: x.size, inner: 1 })
  return track('sumSquares', y, [x], [x, (g) => mul(mul(x, g), 2)])
}

function extreme(op: 'max' | 'min', x: Tensor, options: ReduceOptions): Tensor {
  const { axis, keepDim = false } = checkOptions(op, options, ['axis'], ['keepDim'])
  checkTensor(op, x)
  if (x.dtype === 'bool')
    throw new DTypeError(`${op}: not defined for bool ${show(x.shape)}; use cast(x, 'int32')`)
  const axes = checkAxes(op, axis, x.shape)
  if (x.size === 0 && axes.some((i) => x.shape[i] === 0))
    throw new ShapeError(
      `${op}: shape ${show(x.shape)} has nothing along axis ${String(axes)}; there is no ${op} of no values`,
    )
  const kept = reduceAxes(op, x, axes)
  const y = keepDim ? kept : kept.view(drop(x.shape, axes))
  if (!wantsGrad(x)) return y
  return track(
    op,
    y,
    [x, y],
    [
      x,
      (g) => {
        const hit = cast(eq(x, kept), x.dtype)
        const share = div(hit, sum(hit, { axis: axes, keepDim: true }))
        return mul(reshape(g, ones(x.shape, axes)), share)
      },
    ],
  )
}

/**
 * The largest value, over all axes or some. NaN wins. Equal largest values share the gradient equally.
 *
 * @param x - a float or int32 tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`
 * @returns the tensor without the reduced axes
 * @throws ShapeError where an axis does not exist or is empty
 * @example
 * ```ts
 * import { max, tensor } from '@core/tensor'
 * max(tensor([[1, 5], [7, 2]]), { axis: 1 }).toArraySync() // => [5, 7]
 * ```
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  return extreme('max', x, options)
}

/**
 * The smallest value, over all axes or some. NaN wins. Equal smallest values share the gradient equally.
 *
 * @param x - a float or int32 tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`
 * @returns the tensor without the reduced axes
 * @throws ShapeError where an axis does not exist or is empty
 * @example
 * ```ts
 * import { min, tensor } from '@core/tensor'
 * min(tensor([[1, 5], [7, 2]]), { axis: 1 }).toArraySync() // => [1, 2]
 * ```
 */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  return extreme('min', x, options)
}

function argExtreme(op: 'argmax' | 'argmin', x: Tensor, options: ArgOptions): Tensor {
  const { axis, keepDim = false } = checkOptions(op, options, ['axis'], ['keepDim'])
  checkTensor(op, x)
  const values = x.dtype === 'bool' ? cast(x, 'int32') : x
  const at = axis === undefined ? undefined : checkAxis(op, axis, x.shape)
  const outer = at === undefined ? 1 : sizeOf(x.shape.slice(0, at))
  const n = at === undefined ? x.size : x.shape[at]!
  const inner = at === undefined ? 1 : sizeOf(x.shape.slice(at + 1))
  if (n === 0 && outer * inner > 0)
    throw new ShapeError(
      `${op}: shape ${show(x.shape)} has no values along axis ${String(axis ?? 'any')}; there is nothing to choose from`,
    )
  const axes = at === undefined ? x.shape.map((_, i) => i) : [at]
  const shape = keepDim ? ones(x.shape, axes) : drop(x.shape, axes)
  return run(kernels.argReduce, [values], shape, 'int32', { op, outer, n, inner })
}

/** Where to look for the largest or smallest value. */
export interface ArgOptions {
  /** The axis; counted from the end where negative. Default: the flattened tensor. */
  axis?: number
  /** Keeps the axis with size 1. Default false. */
  keepDim?: boolean
}

/**
 * The index of the largest value along an axis, or in the flattened tensor. The first of equals; the first NaN wins.
 *
 * @param x - any tensor
 * @param options - `axis`, `keepDim`
 * @returns an int32 tensor; it has no gradient
 * @throws ShapeError where the axis does not exist or is empty
 * @example
 * ```ts
 * import { argmax, tensor } from '@core/tensor'
 * argmax(tensor([[1, 5], [7, 2]]), { axis: 1 }).toArraySync() // => [1, 0]
 * ```
 */
export function argmax(x: Tensor, options: ArgOptions = {}): Tensor {
  return argExtreme('argmax', x, options)
}

/**
 * The index of the smallest value along an axis, or in the flattened tensor. The first of equals; the first NaN wins.
 *
 * @param x - any tensor
 * @param options - `axis`, `keepDim`
 * @returns an int32 tensor; it has no gradient
 * @throws ShapeError where the axis does not exist or is empty
 * @example
 * ```ts
 * import { argmin, tensor } from '@core/tensor'
 * argmin(tensor([[1, 5], [7, 2]]), { axis: 1 }).toArraySync() // => [0, 1]
 * ```
 */
export function argmin(x: Tensor, options: ArgOptions = {}): Tensor {
  return argExtreme('argmin', x, options)
}
