import { flatten, OptionError, reshape, type Shape, ShapeError, type Tensor } from '@core/tensor'
import { checkInteger, show } from '@core/tensor/extend'
import { Module } from '@nn/module'

/**
 * Joins neighbouring dimensions into one: between images and linear layers.
 *
 * Input [..., a, b, c, ...]; output [..., a · b · c, ...].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Flatten } from '@nn/layers'
 * new Flatten().forward(randn([8, 3, 4, 5])).shape // => [8, 60]
 * ```
 */
export class Flatten extends Module {
  /** The first dimension that is joined. */
  readonly start: number
  /** The last one. */
  readonly end: number

  /**
   * @param start - the first dimension that is joined, default 1: all but the batch
   * @param end - the last one, default −1
   * @throws OptionError where these are no whole numbers
   */
  constructor(start = 1, end = -1) {
    super()
    this.start = checkInteger('Flatten', 'start', start, -(2 ** 31))
    this.end = checkInteger('Flatten', 'end', end, -(2 ** 31))
  }

  /**
   * Flattens.
   *
   * @param x - any tensor
   * @returns a tensor over the same values
   * @throws ShapeError where a dimension does not exist
   */
  override forward(x: Tensor): Tensor {
    return flatten(x, this.start, this.end)
  }
}

/**
 * Takes one dimension apart into several, the inverse of {@link Flatten}.
 *
 * Input [..., n, ...]; output [..., ...sizes, ...] with n = the product of the sizes.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Unflatten } from '@nn/layers'
 * new Unflatten(1, [3, 4, 5]).forward(randn([8, 60])).shape // => [8, 3, 4, 5]
 * ```
 */
export class Unflatten extends Module {
  /** The dimension that is taken apart. */
  readonly axis: number
  /** What it becomes. */
  readonly sizes: Shape

  /**
   * @param axis - the dimension that is taken apart
   * @param sizes - what it becomes; one of them may be −1 and is then worked out
   * @throws OptionError where the sizes are no list
   */
  constructor(axis: number, sizes: Shape) {
    super()
    this.axis = checkInteger('Unflatten', 'axis', axis, -(2 ** 31))
    if (!Array.isArray(sizes) || sizes.length === 0)
      throw new OptionError(`Unflatten: sizes must be an array like [3, 4], got ${String(sizes)}`)
    this.sizes = [...sizes]
  }

  /**
   * Unflattens.
   *
   * @param x - any tensor
   * @returns a tensor over the same values
   * @throws ShapeError where the dimension does not exist or the sizes do not fit it
   */
  override forward(x: Tensor): Tensor {
    const at = this.axis < 0 ? this.axis + x.rank : this.axis
    if (at < 0 || at >= x.rank)
      throw new ShapeError(`Unflatten: axis ${this.axis} does not exist in shape ${show(x.shape)}`)
    const known = this.sizes.filter((n) => n !== -1).reduce((a, b) => a * b, 1)
    const n = x.shape[at]!
    const sizes = this.sizes.map((size) => (size === -1 ? n / known : size))
    if (sizes.reduce((a, b) => a * b, 1) !== n || sizes.some((size) => !Number.isInteger(size)))
      throw new ShapeError(
        `Unflatten: dimension ${this.axis} of ${show(x.shape)} is ${n}, which is not ${show(this.sizes)} multiplied`,
      )
    return reshape(x, [...x.shape.slice(0, at), ...sizes, ...x.shape.slice(at + 1)])
  }
}
