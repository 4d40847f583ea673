import { type MaxPoolOptions, maxPool1d, maxPool2d, type Pooled, type Sizes, type Tensor } from '@core/tensor'
import { checkOptions, checkSizes } from '@core/tensor/extend'
import { Module } from '@nn/module'

/** Options of {@link MaxPool1d} and {@link MaxPool2d}. */
export interface MaxPoolLayerOptions {
  /** How far the window moves. Default: its size. */
  stride?: Sizes | undefined
  /** Padding at either end, at most half of the window. Default 0. */
  padding?: Sizes
  /** Distance between the values of a window. Default 1. */
  dilation?: Sizes
  /** Whether a window may reach beyond the end, so that no value is left out. Default false. */
  ceilMode?: boolean
}

/** What `forward` of a pooling layer shall give. */
export interface PoolForwardOptions {
  /** Whether to tell where the values stood. Default false. */
  returnIndices?: boolean
}

/** The options, checked and complete. */
function checked(
  name: string,
  dims: number,
  kernelSize: Sizes,
  options: MaxPoolLayerOptions,
): { kernelSize: number[]; options: MaxPoolOptions } {
  const {
    stride,
    padding = 0,
    dilation = 1,
    ceilMode = false,
  } = checkOptions(name, options, ['stride', 'padding', 'dilation'], ['ceilMode'])
  const sizes = checkSizes(name, 'kernelSize', kernelSize, dims, 1)
  return {
    kernelSize: sizes,
    options: {
      stride: checkSizes(name, 'stride', stride ?? sizes, dims, 1),
      padding: checkSizes(name, 'padding', padding, dims, 0),
      dilation: checkSizes(name, 'dilation', dilation, dims, 1),
      ceilMode,
    },
  }
}

/**
 * The largest value of each window of one dimension: $y_p = \max_k x_{ps - q + kd}$ with stride s, padding q (of −∞) and dilation d.
 *
 * Input [batch, channels, n] or [channels, n]; each dimension becomes $\lfloor (n + 2q - d(k - 1) - 1) / s \rfloor + 1$
 * long (⌈⌉ with `ceilMode`). Of equal values the first one receives the gradient.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { MaxPool1d } from '@nn/layers'
 * const layer = new MaxPool1d(2)
 * layer.forward(randn([8, 4, 10])).shape // => [8, 4, 5]
 * layer.forward(randn([8, 4, 10]), { returnIndices: true }).indices.shape // => [8, 4, 5]
 * ```
 */
export class MaxPool1d extends Module {
  /** Size of the window. */
  readonly kernelSize: readonly number[]
  private readonly options: MaxPoolOptions

  /**
   * @param kernelSize - size of the window
   * @param options - `stride` (default: the window's size), `padding` (0), `dilation` (1), `ceilMode` (false)
   * @throws OptionError where a size is out of range
   */
  constructor(kernelSize: Sizes, options: MaxPoolLayerOptions = {}) {
    super()
    const all = checked('MaxPool1d', 1, kernelSize, options)
    this.kernelSize = all.kernelSize
    this.options = all.options
  }

  /**
   * Pools.
   *
   * @param x - [batch, channels, n] or [channels, n]
   * @param options - `returnIndices`: also tells where the values stood
   * @returns the largest values; with `returnIndices` `{ output, indices }`
   * @throws ShapeError where the window is larger than the input
   */
  override forward(x: Tensor, options: PoolForwardOptions & { returnIndices: true }): Pooled
  override forward(x: Tensor, options?: PoolForwardOptions): Tensor
  override forward(x: Tensor, options: PoolForwardOptions = {}): Tensor | Pooled {
    checkOptions('MaxPool1d', options, [], ['returnIndices'])
    return maxPool1d(x, this.kernelSize, { ...this.options, ...options })
  }
}

/**
 * The largest value of each window of an image: $y_p = \max_k x_{ps - q + kd}$ with stride s, padding q (of −∞) and dilation d.
 *
 * Input [batch, channels, rows, columns] or [channels, rows, columns]; each dimension becomes $\lfloor (n + 2q - d(k - 1) - 1) / s \rfloor + 1$
 * long (⌈⌉ with `ceilMode`). Of equal values the first one receives the gradient.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { MaxPool2d } from '@nn/layers'
 * const layer = new MaxPool2d(2)
 * layer.forward(randn([8, 4, 10, 10])).shape // => [8, 4, 5, 5]
 * layer.forward(randn([8, 4, 10, 10]), { returnIndices: true }).indices.shape // => [8, 4, 5, 5]
 * ```
 */
export class MaxPool2d extends Module {
  /** Size of the window. */
  readonly kernelSize: readonly number[]
  private readonly options: MaxPoolOptions

  /**
   * @param kernelSize - size of the window
   * @param options - `stride` (default: the window's size), `padding` (0), `dilation` (1), `ceilMode` (false)
   * @throws OptionError where a size is out of range
   */
  constructor(kernelSize: Sizes, options: MaxPoolLayerOptions = {}) {
    super()
    const all = checked('MaxPool2d', 2, kernelSize, options)
    this.kernelSize = all.kernelSize
    this.options = all.options
  }

  /**
   * Pools.
   *
   * @param x - [batch, channels, rows, columns] or [channels, rows, columns]
   * @param options - `returnIndices`: also tells where the values stood
   * @returns the largest values; with `returnIndices` `{ output, indices }`
   * @throws ShapeError where the window is larger than the input
   */
  override forward(x: Tensor, options: PoolForwardOptions & { returnIndices: true }): Pooled
  override forward(x: Tensor, options?: PoolForwardOptions): Tensor
  override forward(x: Tensor, options: PoolForwardOptions = {}): Tensor | Pooled {
    checkOptions('MaxPool2d', options, [], ['returnIndices'])
    return maxPool2d(x, this.kernelSize, { ...this.options, ...options })
  }
}
