import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { FactorSchedule } from './factorSchedule.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link StepLR}. */
export interface StepLROptions extends ScheduleOptions {
  /** After how many steps the value falls, each time. */
  stepSize: number
  /** The factor γ by which it falls, at least 0. Default 0.1. */
  gamma?: number
}

/**
 * Falls by a factor every so many steps s: $\eta_t = \eta_0 \gamma^{\lfloor t / s \rfloor}$. As PyTorch's, by this formula.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { StepLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new StepLR(optimizer, { stepSize: 2, gamma: 0.5 })
 * const lrs = Array.from({ length: 5 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [1, 1, 0.5, 0.5, 0.25]
 * ```
 */
export class StepLR extends FactorSchedule {
  private readonly stepSize: number
  private readonly gamma: number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `stepSize`, `gamma`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: StepLROptions) {
    const {
      stepSize,
      gamma = 0.1,
      hyperparameter,
    } = checkOptions('StepLR', options, ['stepSize', 'gamma', 'hyperparameter'])
    super('StepLR', optimizer, hyperparameter)
    this.stepSize = checkInteger('StepLR', 'stepSize', stepSize, 1)
    this.gamma = checkNumber('StepLR', 'gamma', gamma, 0, Infinity, 'max')
    this.begin()
  }

  protected override factor(step: number): number {
    return this.gamma ** Math.floor(step / this.stepSize)
  }
}
