import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { FormulaSchedule } from './formulaSchedule.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link CosineAnnealingLR}. */
export interface CosineAnnealingLROptions extends ScheduleOptions {
  /** After how many steps T the lowest value is reached. */
  tMax: number
  /** The lowest value, in the unit of the hyperparameter. Default 0. */
  etaMin?: number
}

/**
 * Falls along half a wave of the cosine (Loshchilov & Hutter, 2017, without restarts), and rises again behind it:
 * $\eta_t = \eta_{\min} + (\eta_0 - \eta_{\min}) (1 + \cos(\pi t / T)) / 2$. As PyTorch's, by this formula.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { CosineAnnealingLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new CosineAnnealingLR(optimizer, { tMax: 4 })
 * const lrs = Array.from({ length: 5 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [1, 0.853553, 0.5, 0.146447, 0]
 * ```
 */
export class CosineAnnealingLR extends FormulaSchedule {
  private readonly tMax: number
  private readonly etaMin: number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `tMax`, `etaMin`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: CosineAnnealingLROptions) {
    const op = 'CosineAnnealingLR'
    const {
      tMax,
      etaMin = 0,
      hyperparameter,
    } = checkOptions(op, options, ['tMax', 'etaMin', 'hyperparameter'])
    super(op, optimizer, hyperparameter)
    this.tMax = checkInteger(op, 'tMax', tMax, 1)
    this.etaMin = checkNumber(op, 'etaMin', etaMin, -Infinity, Infinity, 'both')
    this.begin()
  }

  private height(step: number): number {
    const phase = step % (2 * this.tMax)
    return phase === this.tMax ? 0 : (1 + Math.cos((Math.PI * phase) / this.tMax)) / 2
  }

  protected override at(step: number, anchor: number): number {
    return this.etaMin + (anchor - this.etaMin) * this.height(step)
  }

  protected override anchorOf(step: number, value: number): number | undefined {
    const height = this.height(step)
    return height === 0 ? undefined : this.etaMin + (value - this.etaMin) / height
  }

  /** At the lowest point nothing is left of where it came from: there it begins anew, at the initial value. */
  protected override next(
    step: number,
    current: number,
    group: number,
  ): readonly [value: number, anchor: number] {
    if (this.height(step - 1) !== 0) return super.next(step, current, group)
    const initial = this.initial[group]!
    const anchor = this.touched(current, group)
      ? initial + (current - this.etaMin) / this.height(step)
      : initial
    return [this.at(step, anchor), anchor]
  }
}
