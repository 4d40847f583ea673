import { checkNumber, checkOptions } from '@core/tensor/extend'
import { FactorSchedule } from './factorSchedule.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link ExponentialLR}. */
export interface ExponentialLROptions extends ScheduleOptions {
  /** The factor γ of each step, at least 0. */
  gamma: number
}

/**
 * Falls by a factor at every step: $\eta_t = \eta_0 \gamma^t$. As PyTorch's, by this formula.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { ExponentialLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new ExponentialLR(optimizer, { gamma: 0.5 })
 * const lrs = Array.from({ length: 4 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [1, 0.5, 0.25, 0.125]
 * ```
 */
export class ExponentialLR extends FactorSchedule {
  private readonly gamma: number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `gamma`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: ExponentialLROptions) {
    const { gamma, hyperparameter } = checkOptions('ExponentialLR', options, ['gamma', 'hyperparameter'])
    super('ExponentialLR', optimizer, hyperparameter)
    this.gamma = checkNumber('ExponentialLR', 'gamma', gamma, 0, Infinity, 'max')
    this.begin()
  }

  protected override factor(step: number): number {
    return this.gamma ** step
  }
}
