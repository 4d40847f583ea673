import { ShapeError } from '../errors.js'
import { checkOptions } from '../options.js'
import { show, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { checkRunning, follow, NAMES, normaliseChannels, type RunningOptions } from './channelNorm.js'
import { normaliseRows } from './rowNorm.js'

/** Options of {@link instanceNorm}. */
export interface InstanceNormOptions extends RunningOptions {
  /** Whether to use each sample's statistics instead of the running ones. Default true. */
  useInputStats?: boolean
}

/**
 * Instance norm (Ulyanov et al., 2016): each channel of each sample is brought to mean 0 and variance 1,
 * $y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \varepsilon}} \, w_c + b_c$.
 *
 * @param x - a float tensor [batch, channels, ...] with at least one more dimension
 * @param options - `runningMean`, `runningVar`, `weight`, `bias` ([channels] each), `useInputStats` (true), `momentum`
 *   (0.1), `eps` (1e−5)
 * @returns a tensor of the same shape
 * @throws ShapeError where shapes do not fit, or there is a single value to take statistics of
 * @example
 * ```ts
 * import { instanceNorm, tensor } from '@core/tensor'
 * instanceNorm(tensor([[[1, 3], [10, 30]]])).toArraySync() // ~> [[[-0.999995, 0.999995], [-1, 1]]]
 * ```
 */
export function instanceNorm(x: Tensor, options: InstanceNormOptions = {}): Tensor {
  const op = 'instanceNorm'
  const { weight, bias, eps = 1e-5 } = options
  const { useInputStats = true } = checkOptions(op, options, NAMES, ['useInputStats'])
  const channels = checkRunning(op, x, options, useInputStats, 'useInputStats')
  if (!useInputStats) return normaliseChannels(op, x, options, true)
  const n = sizeOf(x.shape.slice(2))
  if (x.rank < 3 || n === 1)
    throw new ShapeError(
      `${op}: the input ${show(x.shape)} must be [batch, channels, ...] with more than one value for each channel of a sample`,
    )
  const layout = { rows: x.shape[0]! * channels, n, groups: channels, inner: n, eps, centred: true }
  return normaliseRows(op, x, layout, weight, bias, (stats) => follow(stats, options, channels, n))
}
