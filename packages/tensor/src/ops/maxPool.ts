import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { checkOptions } from '../options.js'
import type { Shape } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { adaptiveWindows, type Pooling, type PoolOptions, windows } from './poolWindows.js'
import { empty, execute, filled, run } from './run.js'
import type { Sizes } from './sizes.js'

/** Options of {@link maxPool1d} and {@link maxPool2d}. */
export interface MaxPoolOptions extends PoolOptions {
  /** Distance between the values of a window. Default 1. */
  dilation?: Sizes
  /** Whether to tell where the values stood. Default false. */
  returnIndices?: boolean
}

/** Options of {@link adaptiveMaxPool1d} and {@link adaptiveMaxPool2d}. */
export interface AdaptiveMaxPoolOptions {
  /** Whether to tell where the values stood. Default false. */
  returnIndices?: boolean
}

/** Largest values, and where they stood. */
export interface Pooled {
  /** The largest value of each window. */
  readonly output: Tensor
  /** int32, of the same shape: its number in the plane, row by row. */
  readonly indices: Tensor
}

// Putting values back where they stood and fetching them from there are each other's gradients.
function put(x: Tensor, index: Tensor, planes: number, shape: Shape): Tensor {
  const y = filled(0, shape, x.dtype, x.backend)
  execute(kernels.scatterAlong, [x, index], [y], { ...lines(planes, y, index), mode: 'add' })
  return wantsGrad(x) ? track('maxPoolGrad', y, [index], [x, (g) => fetch(g, index, planes)]) : y
}

function fetch(x: Tensor, index: Tensor, planes: number): Tensor {
  const y = run(kernels.gatherAlong, [x, index], index.shape, x.dtype, lines(planes, x, index))
  return wantsGrad(x) ? track('maxPool', y, [index], [x, (g) => put(g, index, planes, x.shape)]) : y
}

/** Planes as lines along which indices count. */
function lines(planes: number, whole: Tensor, picked: Tensor) {
  const each = Math.max(planes, 1)
  return { outer: planes, n: whole.size / each, inner: 1, count: picked.size / each }
}

function maxPool(x: Tensor, { attrs, shape }: Pooling): Pooled {
  const output = empty(x.backend, shape, x.dtype)
  const indices = empty(x.backend, shape, 'int32')
  execute(kernels.maxPool, [x], [output, indices], attrs)
  track('maxPool', output, [indices], [x, (g) => put(g, indices, attrs.planes, x.shape)])
  return { output, indices }
}

const NAMES = ['stride', 'padding', 'dilation'] as const
const SWITCHES = ['ceilMode', 'returnIndices'] as const

function pooled(op: string, dims: number, x: Tensor, size: Sizes, options: MaxPoolOptions): Tensor | Pooled {
  checkOptions(op, options, NAMES, SWITCHES)
  const all = maxPool(x, windows(op, dims, x, size, options))
  return options.returnIndices ? all : all.output
}

/**
 * The largest value of each window of one dimension. Of equal values the first one receives the gradient; NaN wins.
 *
 * @param x - a float tensor [batch, channels, n] or [channels, n]
 * @param kernelSize - how many values a window has
 * @param options - `stride` (default: the window's size), `padding` (0; with −∞), `dilation` (1), `ceilMode`, `returnIndices`
 * @returns [..., m], $m = \lfloor (n + 2q - d(k - 1) - 1) / s \rfloor + 1$ (⌈⌉ with `ceilMode`); with `returnIndices` that and int32 `indices`
 * @throws ShapeError where the window is too large; OptionError where an option is out of range
 * @example
 * ```ts
 * import { maxPool1d, tensor } from '@core/tensor'
 * maxPool1d(tensor([[1, 5, 2, 3]]), 2).toArraySync() // => [[5, 3]]
 * maxPool1d(tensor([[1, 5, 2, 3]]), 2, { returnIndices: true }).indices.toArraySync() // => [[1, 3]]
 * ```
 */
export function maxPool1d(
  x: Tensor,
  kernelSize: Sizes,
  options: MaxPoolOptions & { returnIndices: true },
): Pooled
export function maxPool1d(x: Tensor, kernelSize: Sizes, options?: MaxPoolOptions): Tensor
export function maxPool1d(x: Tensor, kernelSize: Sizes, options: MaxPoolOptions = {}): Tensor | Pooled {
  return pooled('maxPool1d', 1, x, kernelSize, options)
}

/**
 * The largest value of each window of an image. Of equal values the first one receives the gradient; NaN wins.
 *
 * @param x - a float tensor [batch, channels, rows, columns] or [channels, rows, columns]
 * @param kernelSize - rows and columns of a window
 * @param options - `stride` (default: the window's size), `padding` (0; with −∞), `dilation` (1), `ceilMode`, `returnIndices`
 * @returns [..., rows, columns]; with `returnIndices` that and int32 `indices`, numbers in the plane row by row
 * @throws ShapeError where the window is too large; OptionError where an option is out of range
 * @example
 * ```ts
 * import { maxPool2d, tensor } from '@core/tensor'
 * maxPool2d(tensor([[[1, 5], [2, 3]]]), 2).toArraySync() // => [[[5]]]
 * ```
 */
export function maxPool2d(
  x: Tensor,
  kernelSize: Sizes,
  options: MaxPoolOptions & { returnIndices: true },
): Pooled
export function maxPool2d(x: Tensor, kernelSize: Sizes, options?: MaxPoolOptions): Tensor
export function maxPool2d(x: Tensor, kernelSize: Sizes, options: MaxPoolOptions = {}): Tensor | Pooled {
  return pooled('maxPool2d', 2, x, kernelSize, options)
}

function adaptive(
  op: string,
  dims: number,
  x: Tensor,
  size: number | readonly (number | null)[],
  options: AdaptiveMaxPoolOptions,
): Tensor | Pooled {
  checkOptions(op, options, [], ['returnIndices'])
  const all = maxPool(x, adaptiveWindows(op, dims, x, size))
  return options.returnIndices ? all : all.output
}

/**
 * The largest values of m windows that divide one dimension: window i reaches from $\lfloor i n / m \rfloor$ to
 * $\lceil (i + 1) n / m \rceil$.
 *
 * @param x - a float tensor [batch, channels, n] or [channels, n]
 * @param outputSize - m
 * @param options - `returnIndices`
 * @returns [..., m]; with `returnIndices` that and int32 `indices`
 * @throws ShapeError where the input is empty; OptionError where the size is out of range
 * @example
 * ```ts
 * import { adaptiveMaxPool1d, tensor } from '@core/tensor'
 * adaptiveMaxPool1d(tensor([[1, 5, 2, 3, 0]]), 2).toArraySync() // => [[5, 3]]
 * ```
 */
export function adaptiveMaxPool1d(
  x: Tensor,
  outputSize: Sizes,
  options: AdaptiveMaxPoolOptions & { returnIndices: true },
): Pooled
export function adaptiveMaxPool1d(x: Tensor, outputSize: Sizes, options?: AdaptiveMaxPoolOptions): Tensor
export function adaptiveMaxPool1d(
  x: Tensor,
  outputSize: Sizes,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | Pooled {
  return adaptive('adaptiveMaxPool1d', 1, x, outputSize, options)
}

/**
 * The largest values of windows that divide an image: window i of m reaches from $\lfloor i n / m \rfloor$ to
 * $\lceil (i + 1) n / m \rceil$, in each dimension.
 *
 * @param x - a float tensor [batch, channels, rows, columns] or [channels, rows, columns]
 * @param outputSize - rows and columns of the result; null keeps a size
 * @param options - `returnIndices`
 * @returns [..., rows, columns]; with `returnIndices` that and int32 `indices`
 * @throws ShapeError where the input is empty; OptionError where the size is out of range
 * @example
 * ```ts
 * import { adaptiveMaxPool2d, tensor } from '@core/tensor'
 * adaptiveMaxPool2d(tensor([[[1, 5], [2, 3]]]), [1, null]).toArraySync() // => [[[2, 5]]]
 * ```
 */
export function adaptiveMaxPool2d(
  x: Tensor,
  outputSize: number | readonly (number | null)[],
  options: AdaptiveMaxPoolOptions & { returnIndices: true },
): Pooled
export function adaptiveMaxPool2d(
  x: Tensor,
  outputSize: number | readonly (number | null)[],
  options?: AdaptiveMaxPoolOptions,
): Tensor
export function adaptiveMaxPool2d(
  x: Tensor,
  outputSize: number | readonly (number | null)[],
  options: AdaptiveMaxPoolOptions = {},
): Tensor | Pooled {
  return adaptive('adaptiveMaxPool2d', 2, x, outputSize, options)
}
