import { groupNorm, OptionError, ones, Parameter, type Tensor, zeros } from '@core/tensor'
import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'

/** Options of {@link GroupNorm}. */
export interface GroupNormOptions {
  /** Added to the variance, against division by 0. Default 1e−5. */
  eps?: number
  /** Whether there are a weight and a bias for each channel. Default true. */
  affine?: boolean
  /** Without it there is no bias. Default true. */
  bias?: boolean
}

/**
 * Group norm (Wu and He, 2018): of each sample the channels are taken in groups, and each group is brought to mean 0 and
 * variance 1, $y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \varepsilon}} \, w_c + b_c$.
 *
 * Input and output [batch, channels, ...]. Weight begins as 1, bias as 0.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { GroupNorm } from '@nn/layers'
 * new GroupNorm(2, 6).forward(randn([2, 6, 4, 4])).shape // => [2, 6, 4, 4]
 * ```
 */
export class GroupNorm extends Module {
  /** Groups of channels. */
  readonly numGroups: number
  /** Channels. */
  readonly numChannels: number
  /** Added to the variance. */
  readonly eps: number
  /** [channels], ones at first. */
  readonly weight: Parameter | undefined
  /** [channels], zeros at first. */
  readonly bias: Parameter | undefined

  /**
   * @param numGroups - groups, at least 1
   * @param numChannels - channels, a multiple of the groups
   * @param options - `eps` (1e−5), `affine` (true), `bias` (true)
   * @throws OptionError where the channels do not fall into that many equal groups
   */
  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super()
    const op = 'GroupNorm'
    const { eps = 1e-5, affine = true, bias = true } = checkOptions(op, options, ['eps'], ['affine', 'bias'])
    this.numGroups = checkInteger(op, 'numGroups', numGroups, 1)
    this.numChannels = checkInteger(op, 'numChannels', numChannels, 1)
    if (numChannels % numGroups !== 0)
      throw new OptionError(`${op}: numChannels ${numChannels} must be a multiple of numGroups ${numGroups}`)
    this.eps = checkNumber(op, 'eps', eps)
    this.weight = affine ? new Parameter(ones([numChannels])) : undefined
    this.bias = affine && bias ? new Parameter(zeros([numChannels])) : undefined
  }

  /**
   * Normalises.
   *
   * @param x - a float tensor [batch, channels, ...]
   * @returns a tensor of the same shape
   * @throws ShapeError where the channels are not those of the layer
   */
  override forward(x: Tensor): Tensor {
    const { weight, bias, eps } = this
    return groupNorm(x, this.numGroups, { weight, bias, eps })
  }
}
