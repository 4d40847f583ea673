import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import type { ReduceOp } from '../backends/kernels.js'
import type { DType } from '../dtype.js'
import { ShapeError } from '../errors.js'
import { checkOptions } from '../options.js'
import {
  broadcastStrides,
  checkArray,
  checkAxes,
  checkShape,
  type Shape,
  sameShape,
  show,
  sizeOf,
} from '../shape.js'
import type { Tensor } from '../tensor.js'
import { cast } from './cast.js'
import { checkTensor, run } from './run.js'
import { gather } from './strided.js'

// Repeating and summing belong together: each is the other's gradient.

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
  checkArray('reshape', shape)
  if (sameShape(x.shape, shape)) return x
  const y = x.view(resolve(x, shape))
  return wantsGrad(x) ? track('reshape', y, [], [x, (g) => reshape(g, x.shape)]) : y
}

function resolve(x: Tensor, shape: Shape): number[] {
  const open = shape.indexOf(-1)
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
  checkArray('expand', shape)
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

/** What to reduce over. */
export interface ReduceOptions {
  /** The axis or axes; counted from the end where negative. Default: all. */
  axis?: number | readonly number[]
  /** Keeps reduced axes with size 1. Default false. */
  keepDim?: boolean
}

/** What to reduce over, and in which dtype. */
export interface CastReduceOptions extends ReduceOptions {
  /** The dtype to compute in: the input is cast to it first. Default: the input's own, of bool int32. */
  dtype?: DType
}

/** Reduces the given axes (sorted), which become 1; axes that touch are reduced in one go. */
export function reduceAxes(op: ReduceOp, x: Tensor, axes: readonly number[]): Tensor {
  let y = x
  for (let i = axes.length - 1; i >= 0; ) {
    const last = axes[i]!
    let first = last
    while (i > 0 && axes[i - 1] === first - 1) {
      first--
      i--
    }
    i--
    const outer = sizeOf(y.shape.slice(0, first))
    const n = sizeOf(y.shape.slice(first, last + 1))
    const inner = sizeOf(y.shape.slice(last + 1))
    const shape = y.shape.map((size, d) => (d >= first && d <= last ? 1 : size))
    y = run(kernels.reduce, [y], shape, y.dtype, { op, outer, n, inner })
  }
  return y === x ? x.view(x.shape) : y // a tensor of its own, which can be put on the tape
}

/** The shape without these axes. */
export function drop(shape: Shape, axes: readonly number[]): number[] {
  return shape.filter((_, i) => !axes.includes(i))
}

/** The shape with size 1 in these axes. */
export function ones(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((size, i) => (axes.includes(i) ? 1 : size))
}

/** The sum over those axes in which `shape` was repeated to become that of `g`: the gradient of broadcasting. */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  if (sameShape(g.shape, shape)) return g
  const lead = g.rank - shape.length
  const axes = g.shape.map((_, i) => i).filter((i) => i < lead || (shape[i - lead] === 1 && g.shape[i] !== 1))
  return reshape(sum(g, { axis: axes, keepDim: true }), shape)
}

/**
 * Sum of the values, over all axes or some: $y = \sum_i x_i$. bool is counted as int32.
 *
 * @param x - any tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`; `dtype` to compute in
 * @returns the tensor without the reduced axes (with size 1 where `keepDim`); of an empty axis 0
 * @throws ShapeError where an axis does not exist
 * @example
 * ```ts
 * import { sum, tensor } from '@core/tensor'
 * const x = tensor([[1, 2], [3, 4]])
 * sum(x).itemSync() // => 10
 * sum(x, { axis: 0 }).toArraySync() // => [4, 6]
 * ```
 */
export function sum(x: Tensor, options: CastReduceOptions = {}): Tensor {
  const { axis, keepDim = false, dtype } = checkOptions('sum', options, ['axis', 'dtype'], ['keepDim'])
  checkTensor('sum', x)
  const values = cast(x, dtype ?? (x.dtype === 'bool' ? 'int32' : x.dtype))
  const axes = checkAxes('sum', axis, x.shape)
  const kept = reduceAxes('sum', values, axes)
  const y = keepDim ? kept : kept.view(drop(x.shape, axes))
  if (!wantsGrad(values)) return y
  const through = ones(x.shape, axes)
  return track('sum', y, [], [values, (g) => expand(reshape(g, through), x.shape)])
}
