import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { FactorSchedule } from './factorSchedule.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link ConstantLR}. */
export interface ConstantLROptions extends ScheduleOptions {
  /** The factor φ, from 0 to 1. Default 1/3. */
  factor?: number
  /** For how many steps T it holds. Default 5. */
  totalIters?: number
}

/**
 * Is made smaller by a factor for some steps: $\eta_t = \varphi \eta_0$ for $t < T$, then $\eta_0$. As PyTorch's, by this formula.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { ConstantLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new ConstantLR(optimizer, { factor: 0.5, totalIters: 2 })
 * const lrs = Array.from({ length: 4 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [0.5, 0.5, 1, 1]
 * ```
 */
export class ConstantLR extends FactorSchedule {
  private readonly small: number
  private readonly totalIters: number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `factor`, `totalIters`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: ConstantLROptions = {}) {
    const op = 'ConstantLR'
    const {
      factor = 1 / 3,
      totalIters = 5,
      hyperparameter,
    } = checkOptions(op, options, ['factor', 'totalIters', 'hyperparameter'])
    super(op, optimizer, hyperparameter)
    this.small = checkNumber(op, 'factor', factor, 0, 1)
    this.totalIters = checkInteger(op, 'totalIters', totalIters, 1)
    this.begin()
  }

  protected override factor(step: number): number {
    return step < this.totalIters ? this.small : 1
  }
}
