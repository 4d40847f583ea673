import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { FactorSchedule } from './factorSchedule.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link LinearLR}. */
export interface LinearLROptions extends ScheduleOptions {
  /** The first factor a, above 0 and at most 1. Default 1/3. */
  startFactor?: number
  /** The last factor b, from 0 to 1. Default 1. */
  endFactor?: number
  /** In how many steps T it gets from the first to the last. Default 5. */
  totalIters?: number
}

/**
 * Moves in a straight line between two factors of the initial value: $\eta_t = \eta_0 (a + (b - a) \min(t, T) / T)$. As
 * PyTorch's, by this formula.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { LinearLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new LinearLR(optimizer, { startFactor: 0.25, totalIters: 3 })
 * const lrs = Array.from({ length: 5 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [0.25, 0.5, 0.75, 1, 1]
 * ```
 */
export class LinearLR extends FactorSchedule {
  private readonly start: number
  private readonly end: number
  private readonly totalIters: number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `startFactor`, `endFactor`, `totalIters`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: LinearLROptions = {}) {
    const op = 'LinearLR'
    const names = ['startFactor', 'endFactor', 'totalIters', 'hyperparameter'] as const
    const {
      startFactor = 1 / 3,
      endFactor = 1,
      totalIters = 5,
      hyperparameter,
    } = checkOptions(op, options, names)
    super(op, optimizer, hyperparameter)
    this.start = checkNumber(op, 'startFactor', startFactor, 0, 1, 'min')
    this.end = checkNumber(op, 'endFactor', endFactor, 0, 1)
    this.totalIters = checkInteger(op, 'totalIters', totalIters, 1)
    this.begin()
  }

  protected override factor(step: number): number {
    if (step >= this.totalIters) return this.end
    return this.start + ((this.end - this.start) * step) / this.totalIters
  }
}
