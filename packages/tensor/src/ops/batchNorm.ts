import { ShapeError } from '../errors.js'
import { checkOptions } from '../options.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { checkRunning, NAMES, normaliseChannels, type RunningOptions } from './channelNorm.js'
import { checkNormInput } from './rowNorm.js'

/** Options of {@link batchNorm}. */
export interface BatchNormOptions extends RunningOptions {
  /** Whether to use the batch's statistics instead of the running ones. Default false. */
  training?: boolean
}

/**
 * Batch norm (Ioffe and Szegedy, 2015): each channel is brought to mean 0 and variance 1 over the whole batch,
 * $y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \varepsilon}} \, w_c + b_c$; at evaluation by running statistics,
 * which training follows.
 *
 * @param x - a float tensor [batch, channels, ...]
 * @param options - `runningMean`, `runningVar`, `weight`, `bias` ([channels] each), `training` (false), `momentum` (0.1),
 *   `eps` (1e−5)
 * @returns a tensor of the same shape
 * @throws ShapeError where shapes do not fit, or training has a single value a channel; OptionError without statistics
 * @example
 * ```ts
 * import { batchNorm, tensor, zeros, ones } from '@core/tensor'
 * const x = tensor([[1, 10], [3, 30]])
 * const runningMean = zeros([2])
 * batchNorm(x, { training: true, runningMean, runningVar: ones([2]) }).toArraySync() // ~> [[-0.999995, -1], [0.999995, 1]]
 * runningMean.toArraySync() // ~> [0.2, 2]
 * ```
 */
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): Tensor {
  const op = 'batchNorm'
  const { training = false } = checkOptions(op, options, NAMES, ['training'])
  checkNormInput(op, x)
  if (x.rank === 1 && x.size === 0) return x // as in PyTorch, nothing stays nothing
  const channels = checkRunning(op, x, options, training, 'training')
  const n = channels === 0 ? 0 : x.size / channels
  if (training && n === 1)
    throw new ShapeError(
      `${op}: the input ${show(x.shape)} has a single value for each channel; training needs at least two (a larger batch)`,
    )
  return normaliseChannels(op, x, options, !training)
}
