import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { FactorSchedule } from './factorSchedule.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link PolynomialLR}. */
export interface PolynomialLROptions extends ScheduleOptions {
  /** After how many steps T it is 0. Default 5. */
  totalIters?: number
  /** The power p, at least 0; 1 is a straight line. Default 1. */
  power?: number
}

/**
 * Falls to 0 as a power of the steps that are left: $\eta_t = \eta_0 (1 - \min(t, T) / T)^p$. As PyTorch's, by this formula.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { PolynomialLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new PolynomialLR(optimizer, { totalIters: 4, power: 2 })
 * const lrs = Array.from({ length: 6 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [1, 0.5625, 0.25, 0.0625, 0, 0]
 * ```
 */
export class PolynomialLR extends FactorSchedule {
  private readonly totalIters: number
  private readonly power: number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `totalIters`, `power`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: PolynomialLROptions = {}) {
    const op = 'PolynomialLR'
    const {
      totalIters = 5,
      power = 1,
      hyperparameter,
    } = checkOptions(op, options, ['totalIters', 'power', 'hyperparameter'])
    super(op, optimizer, hyperparameter)
    this.totalIters = checkInteger(op, 'totalIters', totalIters, 1)
    this.power = checkNumber(op, 'power', power, 0, Infinity, 'max')
    this.begin()
  }

  protected override factor(step: number): number {
    return (1 - Math.min(step, this.totalIters) / this.totalIters) ** this.power
  }
}
