import { pad, type Sizes, type Tensor } from '@core/tensor'
import { Module } from '@nn/module'
import { sides } from './sides.js'

/**
 * Surrounds a sequence with its mirror image, the outermost value being the mirror; negative numbers cut values off.
 *
 * Input [..., n]; output [..., n + left + right].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { ReflectionPad1d } from '@nn/layers'
 * new ReflectionPad1d(1).forward(randn([2, 3, 4])).shape // => [2, 3, 6]
 * ```
 */
export class ReflectionPad1d extends Module {
  /** [left, right]. */
  readonly padding: readonly number[]

  /**
   * @param padding - a number, or [left, right]
   * @throws OptionError where these are no whole numbers
   */
  constructor(padding: Sizes) {
    super()
    this.padding = sides('ReflectionPad1d', padding, 1)
  }

  /**
   * Pads.
   *
   * @param x - [..., n]
   * @returns the larger tensor
   * @throws ShapeError where there are too few values
   */
  override forward(x: Tensor): Tensor {
    return pad(x, this.padding, { mode: 'reflect' })
  }
}

/**
 * Surrounds an image with its mirror image, the outermost value being the mirror; negative numbers cut values off.
 *
 * Input [..., rows, columns]; output [..., rows + top + bottom, columns + left + right].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { ReflectionPad2d } from '@nn/layers'
 * new ReflectionPad2d(1).forward(randn([2, 3, 4, 4])).shape // => [2, 3, 6, 6]
 * ```
 */
export class ReflectionPad2d extends Module {
  /** [left, right, top, bottom]. */
  readonly padding: readonly number[]

  /**
   * @param padding - a number, or [left, right, top, bottom]
   * @throws OptionError where these are no whole numbers
   */
  constructor(padding: Sizes) {
    super()
    this.padding = sides('ReflectionPad2d', padding, 2)
  }

  /**
   * Pads.
   *
   * @param x - [..., rows, columns]
   * @returns the larger tensor
   * @throws ShapeError where there are too few values
   */
  override forward(x: Tensor): Tensor {
    return pad(x, this.padding, { mode: 'reflect' })
  }
}

/**
 * Surrounds a sequence with its outermost values; negative numbers cut values off.
 *
 * Input [..., n]; output [..., n + left + right].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { ReplicationPad1d } from '@nn/layers'
 * new ReplicationPad1d(1).forward(randn([2, 3, 4])).shape // => [2, 3, 6]
 * ```
 */
export class ReplicationPad1d extends Module {
  /** [left, right]. */
  readonly padding: readonly number[]

  /**
   * @param padding - a number, or [left, right]
   * @throws OptionError where these are no whole numbers
   */
  constructor(padding: Sizes) {
    super()
    this.padding = sides('ReplicationPad1d', padding, 1)
  }

  /**
   * Pads.
   *
   * @param x - [..., n]
   * @returns the larger tensor
   * @throws ShapeError where there are too few values
   */
  override forward(x: Tensor): Tensor {
    return pad(x, this.padding, { mode: 'replicate' })
  }
}

/**
 * Surrounds an image with its outermost values; negative numbers cut values off.
 *
 * Input [..., rows, columns]; output [..., rows + top + bottom, columns + left + right].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { ReplicationPad2d } from '@nn/layers'
 * new ReplicationPad2d(1).forward(randn([2, 3, 4, 4])).shape // => [2, 3, 6, 6]
 * ```
 */
export class ReplicationPad2d extends Module {
  /** [left, right, top, bottom]. */
  readonly padding: readonly number[]

  /**
   * @param padding - a number, or [left, right, top, bottom]
   * @throws OptionError where these are no whole numbers
   */
  constructor(padding: Sizes) {
    super()
    this.padding = sides('ReplicationPad2d', padding, 2)
  }

  /**
   * Pads.
   *
   * @param x - [..., rows, columns]
   * @returns the larger tensor
   * @throws ShapeError where there are too few values
   */
  override forward(x: Tensor): Tensor {
    return pad(x, this.padding, { mode: 'replicate' })
  }
}
