import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { FormulaSchedule } from './formulaSchedule.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link CosineAnnealingWarmRestarts}. */
export interface CosineAnnealingWarmRestartsOptions extends ScheduleOptions {
  /** Steps until the first restart. */
  t0: number
  /** By how much each run is longer than the one before, a whole number from 1. Default 1. */
  tMult?: number
  /** The lowest value, in the unit of the hyperparameter. Default 0. */
  etaMin?: number
}

/**
 * Falls along half a wave of the cosine, jumps back to the initial value and falls again, each time for longer (SGDR,
 * Loshchilov & Hutter, 2017): $\eta_t = \eta_{\min} + (\eta_0 - \eta_{\min}) (1 + \cos(\pi c / T_i)) / 2$, c being the steps since
 * the last restart and $T_i$ the length of this run, $T_{i+1} = T_i \cdot \mathit{tMult}$. As PyTorch's.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { CosineAnnealingWarmRestarts, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new CosineAnnealingWarmRestarts(optimizer, { t0: 2, tMult: 2 })
 * const lrs = Array.from({ length: 6 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [1, 0.5, 1, 0.853553, 0.5, 0.146447]
 * ```
 */
export class CosineAnnealingWarmRestarts extends FormulaSchedule {
  private readonly t0: number
  private readonly tMult: number
  private readonly etaMin: number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `t0`, `tMult`, `etaMin`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: CosineAnnealingWarmRestartsOptions) {
    const op = 'CosineAnnealingWarmRestarts'
    const names = ['t0', 'tMult', 'etaMin', 'hyperparameter'] as const
    const { t0, tMult = 1, etaMin = 0, hyperparameter } = checkOptions(op, options, names)
    super(op, optimizer, hyperparameter)
    this.t0 = checkInteger(op, 't0', t0, 1)
    this.tMult = checkInteger(op, 'tMult', tMult, 1)
    this.etaMin = checkNumber(op, 'etaMin', etaMin, -Infinity, Infinity, 'both')
    this.begin()
  }

  protected override at(step: number, _anchor: number, group: number): number {
    let [since, length] = [step, this.t0]
    if (this.tMult === 1) since %= length
    else
      while (since >= length) {
        since -= length
        length *= this.tMult
      }
    return (
      this.etaMin + ((this.initial[group]! - this.etaMin) * (1 + Math.cos((Math.PI * since) / length))) / 2
    )
  }
}
