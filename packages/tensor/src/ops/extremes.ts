import * as kernels from '../backends/catalog/index.js'
import { ShapeError } from '../errors.js'
import { checkOptions } from '../options.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import type { ReduceOptions } from './broadcast.js'
import { cast } from './cast.js'
import { linesOf, resized } from './lines.js'
import { pick } from './pick.js'
import { max, min } from './reduce.js'
import { checkTensor, run } from './run.js'

/** Values along an axis, and where they stood. */
export interface ValuesAndIndices {
  /** The values. */
  readonly values: Tensor
  /** Their positions along the axis, int32, of the same shape. */
  readonly indices: Tensor
}

/** Options of ops that take one axis away. */
export interface KeepOptions {
  /** Keeps the axis with size 1. Default false. */
  keepDim?: boolean
}

/**
 * The largest value, over all axes or some: {@link max} under PyTorch's name. Equal largest values share the gradient equally.
 *
 * @param x - a float or int32 tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`
 * @returns the tensor without the reduced axes
 * @throws ShapeError where an axis does not exist or is empty
 * @example
 * ```ts
 * import { amax, tensor } from '@core/tensor'
 * amax(tensor([[1, 5], [7, 2]]), { axis: 1 }).toArraySync() // => [5, 7]
 * ```
 */
export function amax(x: Tensor, options: ReduceOptions = {}): Tensor {
  return max(x, options)
}

/**
 * The smallest value, over all axes or some: {@link min} under PyTorch's name. Equal smallest values share the gradient equally.
 *
 * @param x - a float or int32 tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`
 * @returns the tensor without the reduced axes
 * @throws ShapeError where an axis does not exist or is empty
 * @example
 * ```ts
 * import { amin, tensor } from '@core/tensor'
 * amin(tensor([[1, 5], [7, 2]]), { axis: 1 }).toArraySync() // => [1, 2]
 * ```
 */
export function amin(x: Tensor, options: ReduceOptions = {}): Tensor {
  return min(x, options)
}

function withIndices(
  name: string,
  op: 'argmax' | 'argmin',
  x: Tensor,
  axis: number,
  options: KeepOptions,
): ValuesAndIndices {
  const { keepDim = false } = checkOptions(name, options, [], ['keepDim'])
  checkTensor(name, x)
  const lines = linesOf(name, axis, x.shape)
  const { at, outer, n, inner } = lines
  if (n === 0)
    throw new ShapeError(
      `${name}: shape ${show(x.shape)} has no values along axis ${axis}; there is nothing to choose from`,
    )
  const values = x.dtype === 'bool' ? cast(x, 'int32') : x
  const shape = resized(x.shape, at, 1)
  const indices = run(kernels.argReduce, [values], shape, 'int32', { op, outer, n, inner })
  return without(pick(x, indices, lines), indices, at, keepDim && x.rank > 0)
}

/** Values and indices of one entry a line, with or without the axis. */
export function without(values: Tensor, indices: Tensor, at: number, keepDim: boolean): ValuesAndIndices {
  if (keepDim) return { values, indices }
  const shape = values.shape.filter((_, i) => i !== at)
  return { values: values.reshape(shape), indices: indices.view(shape) }
}

/**
 * The largest value along an axis and its position: PyTorch's `max` with a dimension. The first of equals; the first NaN wins.
 * The gradient goes to the chosen value only; {@link max} shares it among equals.
 *
 * @param x - any tensor
 * @param axis - the axis
 * @param options - `keepDim`
 * @returns `values` and `indices` (int32), both without the axis
 * @throws ShapeError where the axis does not exist or is empty
 * @example
 * ```ts
 * import { maxWithIndices, tensor } from '@core/tensor'
 * const { values, indices } = maxWithIndices(tensor([[1, 5], [7, 2]]), 1)
 * values.toArraySync() // => [5, 7]
 * indices.toArraySync() // => [1, 0]
 * ```
 */
export function maxWithIndices(x: Tensor, axis: number, options: KeepOptions = {}): ValuesAndIndices {
  return withIndices('maxWithIndices', 'argmax', x, axis, options)
}

/**
 * The smallest value along an axis and its position: PyTorch's `min` with a dimension. The first of equals; the first NaN wins.
 * The gradient goes to the chosen value only; {@link min} shares it among equals.
 *
 * @param x - any tensor
 * @param axis - the axis
 * @param options - `keepDim`
 * @returns `values` and `indices` (int32), both without the axis
 * @throws ShapeError where the axis does not exist or is empty
 * @example
 * ```ts
 * import { minWithIndices, tensor } from '@core/tensor'
 * minWithIndices(tensor([[1, 5], [7, 2]]), 1).indices.toArraySync() // => [0, 1]
 * ```
 */
export function minWithIndices(x: Tensor, axis: number, options: KeepOptions = {}): ValuesAndIndices {
  return withIndices('minWithIndices', 'argmin', x, axis, options)
}
