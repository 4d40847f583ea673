import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  type Pooled,
  type Sizes,
  type Tensor,
} from '@core/tensor'
import { checkOptions, checkSizes } from '@core/tensor/extend'
import { Module } from '@nn/module'
import type { PoolForwardOptions } from './maxPool.js'

function checked(
  name: string,
  size: number | readonly (number | null)[],
  dims: number,
): number | (number | null)[] {
  const sizes = Array.isArray(size) ? ([...size] as (number | null)[]) : (size as number)
  checkSizes(name, 'outputSize', Array.isArray(sizes) ? sizes.map((v) => v ?? 0) : sizes, dims, 0)
  return sizes
}

/**
 * The averages of windows that divide one dimension: window i of m reaches from $\lfloor i n / m \rfloor$ to
 * $\lceil (i + 1) n / m \rceil$.
 *
 * Input [batch, channels, n] or [channels, n]; output [..., m].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { AdaptiveAvgPool1d } from '@nn/layers'
 * new AdaptiveAvgPool1d(3).forward(randn([8, 4, 10])).shape // => [8, 4, 3]
 * ```
 */
export class AdaptiveAvgPool1d extends Module {
  /** How many windows. */
  readonly outputSize: number

  /**
   * @param outputSize - how many windows
   * @throws OptionError where a size is out of range
   */
  constructor(outputSize: Sizes) {
    super()
    this.outputSize = checkSizes('AdaptiveAvgPool1d', 'outputSize', outputSize, 1, 0)[0]!
  }

  /**
   * Pools.
   *
   * @param x - [batch, channels, n] or [channels, n]
   * @returns the averages
   * @throws ShapeError where there is nothing to pool
   */
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool1d(x, this.outputSize)
  }
}

/**
 * The averages of windows that divide an image: window i of m reaches from $\lfloor i n / m \rfloor$ to
 * $\lceil (i + 1) n / m \rceil$, in each dimension.
 *
 * Input [batch, channels, rows, columns] or [channels, rows, columns]; output [..., rows, columns].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { AdaptiveAvgPool2d } from '@nn/layers'
 * new AdaptiveAvgPool2d(3).forward(randn([8, 4, 10, 10])).shape // => [8, 4, 3, 3]
 * ```
 */
export class AdaptiveAvgPool2d extends Module {
  /** Rows and columns of the result; null keeps a size. */
  readonly outputSize: number | readonly (number | null)[]

  /**
   * @param outputSize - rows and columns of the result; null keeps a size
   * @throws OptionError where a size is out of range
   */
  constructor(outputSize: number | readonly (number | null)[]) {
    super()
    this.outputSize = checked('AdaptiveAvgPool2d', outputSize, 2)
  }

  /**
   * Pools.
   *
   * @param x - [batch, channels, rows, columns] or [channels, rows, columns]
   * @returns the averages
   * @throws ShapeError where there is nothing to pool
   */
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize)
  }
}

/**
 * The largest values of windows that divide one dimension: window i of m reaches from $\lfloor i n / m \rfloor$ to
 * $\lceil (i + 1) n / m \rceil$.
 *
 * Input [batch, channels, n] or [channels, n]; output [..., m]. Of equal values the first one receives the gradient.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { AdaptiveMaxPool1d } from '@nn/layers'
 * new AdaptiveMaxPool1d(3).forward(randn([8, 4, 10])).shape // => [8, 4, 3]
 * ```
 */
export class AdaptiveMaxPool1d extends Module {
  /** How many windows. */
  readonly outputSize: number

  /**
   * @param outputSize - how many windows
   * @throws OptionError where a size is out of range
   */
  constructor(outputSize: Sizes) {
    super()
    this.outputSize = checkSizes('AdaptiveMaxPool1d', 'outputSize', outputSize, 1, 0)[0]!
  }

  /**
   * Pools.
   *
   * @param x - [batch, channels, n] or [channels, n]
   * @param options - `returnIndices`: also tells where the values stood
   * @returns the largest values; with `returnIndices` `{ output, indices }`
   * @throws ShapeError where there is nothing to pool
   */
  override forward(x: Tensor, options: PoolForwardOptions & { returnIndices: true }): Pooled
  override forward(x: Tensor, options?: PoolForwardOptions): Tensor
  override forward(x: Tensor, options: PoolForwardOptions = {}): Tensor | Pooled {
    checkOptions('AdaptiveMaxPool1d', options, [], ['returnIndices'])
    return adaptiveMaxPool1d(x, this.outputSize, options)
  }
}

/**
 * The largest values of windows that divide an image: window i of m reaches from $\lfloor i n / m \rfloor$ to
 * $\lceil (i + 1) n / m \rceil$, in each dimension.
 *
 * Input [batch, channels, rows, columns] or [channels, rows, columns]; output [..., rows, columns]. Of equal values the first one receives the gradient.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { AdaptiveMaxPool2d } from '@nn/layers'
 * new AdaptiveMaxPool2d(3).forward(randn([8, 4, 10, 10])).shape // => [8, 4, 3, 3]
 * ```
 */
export class AdaptiveMaxPool2d extends Module {
  /** Rows and columns of the result; null keeps a size. */
  readonly outputSize: number | readonly (number | null)[]

  /**
   * @param outputSize - rows and columns of the result; null keeps a size
   * @throws OptionError where a size is out of range
   */
  constructor(outputSize: number | readonly (number | null)[]) {
    super()
    this.outputSize = checked('AdaptiveMaxPool2d', outputSize, 2)
  }

  /**
   * Pools.
   *
   * @param x - [batch, channels, rows, columns] or [channels, rows, columns]
   * @param options - `returnIndices`: also tells where the values stood
   * @returns the largest values; with `returnIndices` `{ output, indices }`
   * @throws ShapeError where there is nothing to pool
   */
  override forward(x: Tensor, options: PoolForwardOptions & { returnIndices: true }): Pooled
  override forward(x: Tensor, options?: PoolForwardOptions): Tensor
  override forward(x: Tensor, options: PoolForwardOptions = {}): Tensor | Pooled {
    checkOptions('AdaptiveMaxPool2d', options, [], ['returnIndices'])
    return adaptiveMaxPool2d(x, this.outputSize, options)
  }
}
