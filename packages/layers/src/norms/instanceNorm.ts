import { instanceNorm, squeeze, type Tensor, unsqueeze } from '@core/tensor'
import { checkTensor } from '@core/tensor/extend'
import { ChannelNorm, type ChannelNormOptions } from './channelNorm.js'

/** Instance norm of any rank. */
abstract class InstanceNorm extends ChannelNorm {
  /** @internal */
  protected abstract readonly rank: number
  /** @internal */
  protected abstract readonly layout: string

  /**
   * @param numFeatures - channels, at least 1
   * @param options - `eps` (1e−5), `momentum` (0.1), `affine` (false), `bias` (true), `trackRunningStats` (false)
   * @throws OptionError where an option is out of range
   */
  constructor(numFeatures: number, options: ChannelNormOptions = {}) {
    super(numFeatures, options, false, false)
  }

  /**
   * Normalises; in training the running statistics follow, where there are some.
   *
   * @param x - a float tensor, with or without the batch's dimension
   * @returns a tensor of the same shape
   * @throws ShapeError where the shape does not fit
   */
  override forward(x: Tensor): Tensor {
    checkTensor(this.constructor.name, x)
    const single = x.rank === this.rank - 1
    this.checkInput(x, [this.rank, this.rank - 1], single ? 0 : 1, this.layout)
    const useInputStats = this.training || this.runningMean === undefined
    const batch = single ? unsqueeze(x, 0) : x
    const y = instanceNorm(batch, { ...this.parts(), useInputStats, momentum: this.momentum ?? 0 })
    return single ? squeeze(y, 0) : y
  }
}

/**
 * Instance norm (Ulyanov et al., 2016) of sequences: each channel of each sample is brought to mean 0 and variance 1,
 * $y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \varepsilon}} \, w_c + b_c$.
 *
 * Input and output [batch, channels, length] or [channels, length].
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { InstanceNorm1d } from '@nn/layers'
 * new InstanceNorm1d(2).forward(tensor([[1, 3], [10, 30]])).toArraySync() // ~> [[-0.999995, 0.999995], [-1, 1]]
 * ```
 */
export class InstanceNorm1d extends InstanceNorm {
  /** @internal */
  protected override readonly rank = 3
  /** @internal */
  protected override readonly layout = '[batch, channels, length] or [channels, length]'
}

/**
 * Instance norm (Ulyanov et al., 2016) of images: see {@link InstanceNorm1d}.
 *
 * Input and output [batch, channels, height, width] or [channels, height, width].
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { InstanceNorm2d } from '@nn/layers'
 * new InstanceNorm2d(3, { affine: true }).forward(randn([2, 3, 4, 4])).shape // => [2, 3, 4, 4]
 * ```
 */
export class InstanceNorm2d extends InstanceNorm {
  /** @internal */
  protected override readonly rank = 4
  /** @internal */
  protected override readonly layout = '[batch, channels, height, width] or [channels, height, width]'
}
