import {
  type AvgPool2dOptions,
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  type Sizes,
  type Tensor,
} from '@core/tensor'
import { checkOptions, checkSizes } from '@core/tensor/extend'
import { Module } from '@nn/module'

/**
 * The average of each window of one dimension: $y_p = \frac{1}{|K|} \sum_k x_{ps - q + k}$ with stride s and padding q (of 0).
 *
 * Input [batch, channels, n] or [channels, n]; each dimension becomes $\lfloor (n + 2q - k) / s \rfloor + 1$ long (⌈⌉ with `ceilMode`).
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { AvgPool1d } from '@nn/layers'
 * new AvgPool1d(2).forward(randn([8, 4, 10])).shape // => [8, 4, 5]
 * ```
 */
export class AvgPool1d extends Module {
  /** Size of the window. */
  readonly kernelSize: readonly number[]
  private readonly options: AvgPoolOptions

  /**
   * @param kernelSize - size of the window
   * @param options - `stride` (default: the window's size), `padding` (0), `ceilMode` (false), `countIncludePad` (true)
   * @throws OptionError where a size is out of range
   */
  constructor(kernelSize: Sizes, options: AvgPoolOptions = {}) {
    super()
    checkOptions('AvgPool1d', options, ['stride', 'padding'], ['ceilMode', 'countIncludePad'])
    this.kernelSize = checkSizes('AvgPool1d', 'kernelSize', kernelSize, 1, 1)
    if (options.stride !== undefined) checkSizes('AvgPool1d', 'stride', options.stride, 1, 1)
    checkSizes('AvgPool1d', 'padding', options.padding ?? 0, 1, 0)
    this.options = { ...options }
  }

  /**
   * Pools.
   *
   * @param x - [batch, channels, n] or [channels, n]
   * @returns the averages
   * @throws ShapeError where the window is larger than the input
   */
  override forward(x: Tensor): Tensor {
    return avgPool1d(x, this.kernelSize, this.options)
  }
}

/**
 * The average of each window of an image: $y_p = \frac{1}{|K|} \sum_k x_{ps - q + k}$ with stride s and padding q (of 0).
 *
 * Input [batch, channels, rows, columns] or [channels, rows, columns]; each dimension becomes $\lfloor (n + 2q - k) / s \rfloor + 1$ long (⌈⌉ with `ceilMode`).
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { AvgPool2d } from '@nn/layers'
 * new AvgPool2d(2).forward(randn([8, 4, 10, 10])).shape // => [8, 4, 5, 5]
 * ```
 */
export class AvgPool2d extends Module {
  /** Size of the window. */
  readonly kernelSize: readonly number[]
  private readonly options: AvgPool2dOptions

  /**
   * @param kernelSize - size of the window
   * @param options - `stride` (default: the window's size), `padding` (0), `ceilMode` (false), `countIncludePad` (true), `divisorOverride`
   * @throws OptionError where a size is out of range
   */
  constructor(kernelSize: Sizes, options: AvgPool2dOptions = {}) {
    super()
    checkOptions(
      'AvgPool2d',
      options,
      ['stride', 'padding', 'divisorOverride'],
      ['ceilMode', 'countIncludePad'],
    )
    this.kernelSize = checkSizes('AvgPool2d', 'kernelSize', kernelSize, 2, 1)
    if (options.stride !== undefined) checkSizes('AvgPool2d', 'stride', options.stride, 2, 1)
    checkSizes('AvgPool2d', 'padding', options.padding ?? 0, 2, 0)
    this.options = { ...options }
  }

  /**
   * Pools.
   *
   * @param x - [batch, channels, rows, columns] or [channels, rows, columns]
   * @returns the averages
   * @throws ShapeError where the window is larger than the input
   */
  override forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, this.options)
  }
}
