import { type InterpolateOptions, interpolate, OptionError, type Tensor } from '@core/tensor'
import { checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'

/**
 * Resizes images: each value of the result is the nearest old one, or lies on the line between the nearest two of each
 * dimension; see `interpolate`.
 *
 * Input [batch, channels, …] with one to three further dimensions; output the same with the new sizes.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Upsample } from '@nn/layers'
 * new Upsample({ scaleFactor: 2, mode: 'bilinear' }).forward(randn([8, 3, 10, 10])).shape // => [8, 3, 20, 20]
 * ```
 */
export class Upsample extends Module {
  private readonly options: InterpolateOptions

  /**
   * @param options - `size` or `scaleFactor`; `mode` ('nearest'), `alignCorners` (false), `recomputeScaleFactor` (false)
   * @throws OptionError where there is neither size nor scaleFactor, or both
   */
  constructor(options: InterpolateOptions) {
    super()
    checkOptions(
      'Upsample',
      options,
      ['size', 'scaleFactor', 'mode'],
      ['alignCorners', 'recomputeScaleFactor'],
    )
    if ((options.size === undefined) === (options.scaleFactor === undefined))
      throw new OptionError('Upsample: give either size or scaleFactor')
    this.options = { ...options }
  }

  /**
   * Resizes.
   *
   * @param x - [batch, channels, …]
   * @returns [batch, channels, …] with the new sizes
   * @throws ShapeError where the mode does not fit the dimensions
   */
  override forward(x: Tensor): Tensor {
    return interpolate(x, this.options)
  }
}
