import { ones, Parameter, ShapeError, type Tensor, zeros } from '@core/tensor'
import { checkInteger, checkNumber, checkOptions, show } from '@core/tensor/extend'
import { type BufferTensor, buffer, Module } from '@nn/module'

/** Options of batch and instance norm. */
export interface ChannelNormOptions {
  /** Added to the variance, against division by 0. Default 1e−5. */
  eps?: number
  /** How far the running statistics move towards the batch's in each step; null: so that they are the mean of all batches. Default 0.1. */
  momentum?: number | null
  /** Whether there is a weight and a bias for each channel. */
  affine?: boolean
  /** Without it there is no bias, where there would be one. Default true. */
  bias?: boolean
  /** Whether running statistics are kept, for evaluation. */
  trackRunningStats?: boolean
}

/** What batch and instance norm have in common: a weight and a bias a channel, and running statistics. */
export abstract class ChannelNorm extends Module {
  /** Channels. */
  readonly numFeatures: number
  /** Added to the variance. */
  readonly eps: number
  /** How far running statistics move in a step; null for the mean of all steps. */
  readonly momentum: number | null
  /** [channels], ones at first. */
  readonly weight: Parameter | undefined
  /** [channels], zeros at first. */
  readonly bias: Parameter | undefined
  /** Running mean [channels], zeros at first. */
  readonly runningMean: BufferTensor | undefined
  /** Running variance [channels], ones at first. */
  readonly runningVar: BufferTensor | undefined
  /** How many batches the statistics have seen. */
  readonly numBatchesTracked: BufferTensor | undefined

  /** @internal */
  constructor(
    numFeatures: number,
    options: ChannelNormOptions,
    affineDefault: boolean,
    trackDefault: boolean,
  ) {
    super()
    const op = this.constructor.name
    const switches = ['affine', 'bias', 'trackRunningStats'] as const
    const { eps = 1e-5, momentum = 0.1, ...rest } = checkOptions(op, options, ['eps', 'momentum'], switches)
    const { affine = affineDefault, bias = true, trackRunningStats = trackDefault } = rest
    this.numFeatures = checkInteger(op, 'numFeatures', numFeatures, 1)
    this.eps = checkNumber(op, 'eps', eps)
    this.momentum = momentum === null ? null : checkNumber(op, 'momentum', momentum)
    this.weight = affine ? new Parameter(ones([numFeatures])) : undefined
    this.bias = affine && bias ? new Parameter(zeros([numFeatures])) : undefined
    if (!trackRunningStats) return
    this.runningMean = buffer(zeros([numFeatures]), { name: 'running_mean' })
    this.runningVar = buffer(ones([numFeatures]), { name: 'running_var' })
    this.numBatchesTracked = buffer(zeros([], { dtype: 'int32' }), { name: 'num_batches_tracked' })
  }

  /** @internal Checks the input's rank and channels. */
  protected checkInput(x: Tensor, ranks: readonly number[], channelAxis: number, layout: string): void {
    if (!ranks.includes(x.rank) || x.shape[channelAxis] !== this.numFeatures)
      throw new ShapeError(
        `${this.constructor.name}: the input has shape ${show(x.shape)}; it must be ${layout} with ${this.numFeatures} channels`,
      )
  }

  /** @internal What the functional forms take. */
  protected parts() {
    const { weight, bias, runningMean, runningVar, eps } = this
    return { weight, bias, runningMean, runningVar, eps }
  }
}
