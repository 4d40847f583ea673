import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import type { AvgPoolAttrs } from '../backends/kernels/pooling.js'
import { OptionError } from '../errors.js'
import { checkOptions, describe } from '../options.js'
import type { Shape } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { adaptiveWindows, type PoolOptions, windows } from './poolWindows.js'
import { run } from './run.js'
import type { Sizes } from './sizes.js'

/** Options of {@link avgPool1d}. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts as values of 0. Default true. */
  countIncludePad?: boolean
}

/** Options of {@link avgPool2d}. */
export interface AvgPool2dOptions extends AvgPoolOptions {
  /** What sums are divided by, instead of the number of values. */
  divisorOverride?: number | undefined
}

function average(x: Tensor, shape: Shape, attrs: AvgPoolAttrs): Tensor {
  const y = run(kernels.avgPool, [x], shape, x.dtype, attrs)
  return wantsGrad(x) ? track('avgPool', y, [], [x, (g) => spread(g, x.shape, attrs)]) : y
}

function spread(g: Tensor, shape: Shape, attrs: AvgPoolAttrs): Tensor {
  const x = run(kernels.avgPoolGrad, [g], shape, g.dtype, attrs)
  return wantsGrad(g) ? track('avgPoolGrad', x, [], [g, (h) => average(h, g.shape, attrs)]) : x
}

function avgPool(op: string, dims: number, x: Tensor, size: Sizes, options: AvgPool2dOptions): Tensor {
  const { countIncludePad = true, divisorOverride = 0 } = options
  if (options.divisorOverride !== undefined && (!Number.isInteger(divisorOverride) || divisorOverride === 0))
    throw new OptionError(
      `${op}: divisorOverride must be a whole number other than 0, got ${describe(options.divisorOverride)}`,
    )
  const { attrs, shape } = windows(op, dims, x, size, options)
  return average(x, shape, { ...attrs, countIncludePad, divisor: divisorOverride })
}

/**
 * The average of each window of one dimension.
 *
 * @param x - a float tensor [batch, channels, n] or [channels, n]
 * @param kernelSize - how many values a window has
 * @param options - `stride` (default: the window's size), `padding` (0), `ceilMode`, `countIncludePad` (true)
 * @returns [..., m], $m = \lfloor (n + 2q - k) / s \rfloor + 1$ (⌈⌉ with `ceilMode`)
 * @throws ShapeError where the window is too large; OptionError where an option is out of range
 * @example
 * ```ts
 * import { avgPool1d, tensor } from '@core/tensor'
 * avgPool1d(tensor([[1, 5, 2, 4]]), 2).toArraySync() // => [[3, 3]]
 * ```
 */
export function avgPool1d(x: Tensor, kernelSize: Sizes, options: AvgPoolOptions = {}): Tensor {
  checkOptions('avgPool1d', options, ['stride', 'padding'], ['ceilMode', 'countIncludePad'])
  return avgPool('avgPool1d', 1, x, kernelSize, options)
}

/**
 * The average of each window of an image.
 *
 * @param x - a float tensor [batch, channels, rows, columns] or [channels, rows, columns]
 * @param kernelSize - rows and columns of a window
 * @param options - `stride` (default: the window's size), `padding` (0), `ceilMode`, `countIncludePad` (true), `divisorOverride`
 * @returns [..., rows, columns]
 * @throws ShapeError where the window is too large; OptionError where an option is out of range
 * @example
 * ```ts
 * import { avgPool2d, tensor } from '@core/tensor'
 * avgPool2d(tensor([[[1, 5], [2, 4]]]), 2).toArraySync() // => [[[3]]]
 * ```
 */
export function avgPool2d(x: Tensor, kernelSize: Sizes, options: AvgPool2dOptions = {}): Tensor {
  checkOptions(
    'avgPool2d',
    options,
    ['stride', 'padding', 'divisorOverride'],
    ['ceilMode', 'countIncludePad'],
  )
  return avgPool('avgPool2d', 2, x, kernelSize, options)
}

function adaptive(op: string, dims: number, x: Tensor, size: number | readonly (number | null)[]): Tensor {
  const { attrs, shape } = adaptiveWindows(op, dims, x, size)
  return average(x, shape, { ...attrs, countIncludePad: true, divisor: 0 })
}

/**
 * The averages of m windows that divide one dimension: window i reaches from $\lfloor i n / m \rfloor$ to
 * $\lceil (i + 1) n / m \rceil$.
 *
 * @param x - a float tensor [batch, channels, n] or [channels, n]
 * @param outputSize - m
 * @returns [..., m]
 * @throws ShapeError where the input is empty; OptionError where the size is out of range
 * @example
 * ```ts
 * import { adaptiveAvgPool1d, tensor } from '@core/tensor'
 * adaptiveAvgPool1d(tensor([[1, 5, 2, 4]]), 1).toArraySync() // => [[3]]
 * ```
 */
export function adaptiveAvgPool1d(x: Tensor, outputSize: Sizes): Tensor {
  return adaptive('adaptiveAvgPool1d', 1, x, outputSize)
}

/**
 * The averages of windows that divide an image: window i of m reaches from $\lfloor i n / m \rfloor$ to
 * $\lceil (i + 1) n / m \rceil$, in each dimension.
 *
 * @param x - a float tensor [batch, channels, rows, columns] or [channels, rows, columns]
 * @param outputSize - rows and columns of the result; null keeps a size
 * @returns [..., rows, columns]
 * @throws ShapeError where the input is empty; OptionError where the size is out of range
 * @example
 * ```ts
 * import { adaptiveAvgPool2d, tensor } from '@core/tensor'
 * adaptiveAvgPool2d(tensor([[[1, 5], [2, 4]]]), [1, null]).toArraySync() // => [[[1.5, 4.5]]]
 * ```
 */
export function adaptiveAvgPool2d(x: Tensor, outputSize: number | readonly (number | null)[]): Tensor {
  return adaptive('adaptiveAvgPool2d', 2, x, outputSize)
}
