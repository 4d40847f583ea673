import { pixelShuffle, pixelUnshuffle, type Tensor } from '@core/tensor'
import { checkInteger } from '@core/tensor/extend'
import { Module } from '@nn/module'

/**
 * Makes larger images of many channels: each block of r² channels becomes r × r pixels (Shi et al., 2016).
 *
 * Input [..., channels · r², rows, columns]; output [..., channels, rows · r, columns · r].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { PixelShuffle } from '@nn/layers'
 * new PixelShuffle(2).forward(randn([8, 12, 5, 5])).shape // => [8, 3, 10, 10]
 * ```
 */
export class PixelShuffle extends Module {
  /** How many times larger images become. */
  readonly upscaleFactor: number

  /**
   * @param upscaleFactor - how many times larger images become, at least 1
   * @throws OptionError where it is no such number
   */
  constructor(upscaleFactor: number) {
    super()
    this.upscaleFactor = checkInteger('PixelShuffle', 'upscaleFactor', upscaleFactor, 1)
  }

  /**
   * Rearranges channels to pixels.
   *
   * @param x - [..., channels · r², rows, columns]
   * @returns [..., channels, rows · r, columns · r]
   * @throws ShapeError where the channels are no multiple of r²
   */
  override forward(x: Tensor): Tensor {
    return pixelShuffle(x, this.upscaleFactor)
  }
}

/**
 * Makes more channels of large images, the inverse of {@link PixelShuffle}: each r × r pixels become r² channels.
 *
 * Input [..., channels, rows · r, columns · r]; output [..., channels · r², rows, columns].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { PixelUnshuffle } from '@nn/layers'
 * new PixelUnshuffle(2).forward(randn([8, 3, 10, 10])).shape // => [8, 12, 5, 5]
 * ```
 */
export class PixelUnshuffle extends Module {
  /** How many times smaller images become. */
  readonly downscaleFactor: number

  /**
   * @param downscaleFactor - how many times smaller images become, at least 1
   * @throws OptionError where it is no such number
   */
  constructor(downscaleFactor: number) {
    super()
    this.downscaleFactor = checkInteger('PixelUnshuffle', 'downscaleFactor', downscaleFactor, 1)
  }

  /**
   * Rearranges pixels to channels.
   *
   * @param x - [..., channels, rows · r, columns · r]
   * @returns [..., channels · r², rows, columns]
   * @throws ShapeError where rows or columns are no multiple of r
   */
  override forward(x: Tensor): Tensor {
    return pixelUnshuffle(x, this.downscaleFactor)
  }
}
