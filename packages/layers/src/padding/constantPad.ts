import { pad, type Sizes, type Tensor } from '@core/tensor'
import { checkNumber } from '@core/tensor/extend'
import { Module } from '@nn/module'
import { sides } from './sides.js'

/**
 * Surrounds a sequence with a constant; negative numbers cut values off.
 *
 * Input [..., n]; output [..., n + left + right].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { ConstantPad1d } from '@nn/layers'
 * new ConstantPad1d(1, 0.5).forward(randn([2, 3, 4])).shape // => [2, 3, 6]
 * ```
 */
export class ConstantPad1d extends Module {
  /** [left, right]. */
  readonly padding: readonly number[]
  /** What is added. */
  readonly value: number

  /**
   * @param padding - a number, or [left, right]
   * @param value - what is added
   * @throws OptionError where these are no whole numbers
   */
  constructor(padding: Sizes, value: number) {
    super()
    this.padding = sides('ConstantPad1d', padding, 1)
    this.value = checkNumber('ConstantPad1d', 'value', value)
  }

  /**
   * Pads.
   *
   * @param x - [..., n]
   * @returns the larger tensor
   * @throws ShapeError where there are too few dimensions
   */
  override forward(x: Tensor): Tensor {
    return pad(x, this.padding, { value: this.value })
  }
}

/**
 * Surrounds an image with a constant; negative numbers cut values off.
 *
 * Input [..., rows, columns]; output [..., rows + top + bottom, columns + left + right].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { ConstantPad2d } from '@nn/layers'
 * new ConstantPad2d(1, 0.5).forward(randn([2, 3, 4, 4])).shape // => [2, 3, 6, 6]
 * ```
 */
export class ConstantPad2d extends Module {
  /** [left, right, top, bottom]. */
  readonly padding: readonly number[]
  /** What is added. */
  readonly value: number

  /**
   * @param padding - a number, or [left, right, top, bottom]
   * @param value - what is added
   * @throws OptionError where these are no whole numbers
   */
  constructor(padding: Sizes, value: number) {
    super()
    this.padding = sides('ConstantPad2d', padding, 2)
    this.value = checkNumber('ConstantPad2d', 'value', value)
  }

  /**
   * Pads.
   *
   * @param x - [..., rows, columns]
   * @returns the larger tensor
   * @throws ShapeError where there are too few dimensions
   */
  override forward(x: Tensor): Tensor {
    return pad(x, this.padding, { value: this.value })
  }
}

/**
 * Surrounds a sequence with zeros; negative numbers cut values off.
 *
 * Input [..., n]; output [..., n + left + right].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { ZeroPad1d } from '@nn/layers'
 * new ZeroPad1d(1).forward(randn([2, 3, 4])).shape // => [2, 3, 6]
 * ```
 */
export class ZeroPad1d extends Module {
  /** [left, right]. */
  readonly padding: readonly number[]

  /**
   * @param padding - a number, or [left, right]
   * @throws OptionError where these are no whole numbers
   */
  constructor(padding: Sizes) {
    super()
    this.padding = sides('ZeroPad1d', padding, 1)
  }

  /**
   * Pads.
   *
   * @param x - [..., n]
   * @returns the larger tensor
   * @throws ShapeError where there are too few dimensions
   */
  override forward(x: Tensor): Tensor {
    return pad(x, this.padding)
  }
}

/**
 * Surrounds an image with zeros; negative numbers cut values off.
 *
 * Input [..., rows, columns]; output [..., rows + top + bottom, columns + left + right].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { ZeroPad2d } from '@nn/layers'
 * new ZeroPad2d(1).forward(randn([2, 3, 4, 4])).shape // => [2, 3, 6, 6]
 * ```
 */
export class ZeroPad2d extends Module {
  /** [left, right, top, bottom]. */
  readonly padding: readonly number[]

  /**
   * @param padding - a number, or [left, right, top, bottom]
   * @throws OptionError where these are no whole numbers
   */
  constructor(padding: Sizes) {
    super()
    this.padding = sides('ZeroPad2d', padding, 2)
  }

  /**
   * Pads.
   *
   * @param x - [..., rows, columns]
   * @returns the larger tensor
   * @throws ShapeError where there are too few dimensions
   */
  override forward(x: Tensor): Tensor {
    return pad(x, this.padding)
  }
}
