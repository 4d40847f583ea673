import { checkNumber, checkOptions } from '@core/tensor/extend'
import type { ParameterInput } from '../parameters.js'
import { Averages } from './averages.js'

/** Options of {@link ExponentialMovingAverage}. */
export interface ExponentialMovingAverageOptions {
  /** The share d of the average that stays at each update, from 0 to 1. Default 0.999. */
  decay?: number
}

/**
 * Exponential moving average of weights (Polyak & Juditsky, 1992): $a \leftarrow d a + (1 - d) p$ after each step of the optimizer; the
 * first update copies. The average of about $1 / (1 - d)$ steps often is the better model to evaluate and to keep. As
 * PyTorch's `AveragedModel` with `get_ema_multi_avg_fn`.
 *
 * Only what is passed is averaged. Running statistics of batch norm are buffers: without them, as here, the model's own are used.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { ExponentialMovingAverage, SGD } from '@nn/optim'
 * const p = new Parameter(tensor([4]))
 * const optimizer = new SGD([p], { lr: 0.25 })
 * const ema = new ExponentialMovingAverage([p], { decay: 0.5 })
 * for (let step = 0; step < 2; step++) {
 *   optimizer.zeroGrad()
 *   p.square().sum().backward()
 *   optimizer.step()
 *   ema.update()
 * }
 * p.itemSync() // => 1
 * ema.withAverages(() => p.itemSync()) // => 1.5
 * p.itemSync() // => 1
 * ```
 */
export class ExponentialMovingAverage extends Averages {
  private readonly decay: number

  /**
   * @param parameters - parameters, plain or with their names
   * @param options - `decay`
   * @throws OptionError where there are no parameters, or the decay is not from 0 to 1
   */
  constructor(parameters: ParameterInput, options: ExponentialMovingAverageOptions = {}) {
    const op = 'ExponentialMovingAverage'
    const { decay = 0.999 } = checkOptions(op, options, ['decay'])
    checkNumber(op, 'decay', decay, 0, 1)
    super(op, parameters)
    this.decay = decay
  }

  protected override share(): number {
    return 1 - this.decay
  }
}
