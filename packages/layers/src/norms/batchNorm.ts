import { add, batchNorm, cast, div, mul, noGrad, sub, type Tensor, zerosLike } from '@core/tensor'
import { assign, checkTensor } from '@core/tensor/extend'
import { ChannelNorm, type ChannelNormOptions } from './channelNorm.js'

/** Batch norm of any rank. */
abstract class BatchNorm extends ChannelNorm {
  /** @internal */
  protected abstract readonly ranks: readonly number[]
  /** @internal */
  protected abstract readonly layout: string

  /**
   * @param numFeatures - channels, at least 1
   * @param options - `eps` (1e−5), `momentum` (0.1, null for the mean of all batches), `affine` (true), `bias` (true),
   *   `trackRunningStats` (true)
   * @throws OptionError where an option is out of range
   */
  constructor(numFeatures: number, options: ChannelNormOptions = {}) {
    super(numFeatures, options, true, true)
  }

  /**
   * Normalises; in training the running statistics follow.
   *
   * @param x - a float tensor whose dimension 1 are the channels
   * @returns a tensor of the same shape
   * @throws ShapeError where the shape does not fit, or training has a single value a channel
   */
  override forward(x: Tensor): Tensor {
    checkTensor(this.constructor.name, x)
    this.checkInput(x, this.ranks, 1, this.layout)
    const { runningMean, numBatchesTracked: seen, momentum } = this
    const training = this.training || runningMean === undefined
    if (this.training && seen) noGrad(() => assign(seen, seen.add(1)))
    if (momentum === null && this.training && seen) return this.averaging(x, seen)
    return batchNorm(x, { ...this.parts(), training, momentum: momentum ?? 0 })
  }

  /** Running statistics become the mean of all batches seen. Their number stays a tensor: not every backend can be read at once. */
  private averaging(x: Tensor, seen: Tensor): Tensor {
    const { runningMean, runningVar } = this
    const [mean, variance] = [zerosLike(runningMean!), zerosLike(runningVar!)]
    const own = { ...this.parts(), runningMean: mean, runningVar: variance }
    const y = batchNorm(x, { ...own, training: true, momentum: 1 })
    noGrad(() => {
      const share = div(1, cast(seen.detach(), mean.dtype))
      const move = (average: Tensor, batch: Tensor) =>
        assign(average, add(mul(average.detach(), sub(1, share)), mul(batch, share)))
      move(runningMean!, mean)
      move(runningVar!, variance)
    })
    return y
  }
}

/**
 * Batch norm (Ioffe and Szegedy, 2015) of rows or sequences: in training each channel is brought to mean 0 and variance 1
 * over the batch, $y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \varepsilon}} \, w_c + b_c$; at evaluation running
 * statistics take the place of the batch's.
 *
 * Input and output [batch, channels] or [batch, channels, length]. Weight begins as 1, bias as 0.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { BatchNorm1d } from '@nn/layers'
 * const layer = new BatchNorm1d(2)
 * layer.forward(tensor([[1, 10], [3, 30]])).toArraySync() // ~> [[-0.999995, -1], [0.999995, 1]]
 * Object.keys(layer.stateDict()) // => ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked']
 * ```
 */
export class BatchNorm1d extends BatchNorm {
  /** @internal */
  protected override readonly ranks = [2, 3]
  /** @internal */
  protected override readonly layout = '[batch, channels] or [batch, channels, length]'
}

/**
 * Batch norm (Ioffe and Szegedy, 2015) of images: see {@link BatchNorm1d}.
 *
 * Input and output [batch, channels, height, width]. Weight begins as 1, bias as 0.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { BatchNorm2d } from '@nn/layers'
 * new BatchNorm2d(3).forward(randn([2, 3, 4, 4])).shape // => [2, 3, 4, 4]
 * ```
 */
export class BatchNorm2d extends BatchNorm {
  /** @internal */
  protected override readonly ranks = [4]
  /** @internal */
  protected override readonly layout = '[batch, channels, height, width]'
}
