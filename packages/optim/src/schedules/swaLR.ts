import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { type AnnealStrategy, annealing } from './annealing.js'
import { FormulaSchedule } from './formulaSchedule.js'
import { perGroup } from './perGroup.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link SWALR}. */
export interface SWALROptions extends ScheduleOptions {
  /** The value that it goes to and stays at; one, or one for each group. */
  swaLr: number | readonly number[]
  /** In how many of its steps. Default 10. */
  annealEpochs?: number
  /** Along half a wave of the cosine, or a straight line. Default `'cos'`. */
  annealStrategy?: AnnealStrategy
}

/**
 * Goes from the value it finds to a constant one, at which {@link StochasticWeightAverage} averages weights (Izmailov et al.,
 * 2018): $\eta_t = (1 - \alpha_t) \eta_0 + \alpha_t \eta_{\mathrm{swa}}$, with $\alpha_t$ from 0 to 1. As PyTorch's: it may be made
 * before training, and begins with its first `step()`, from whatever value is there then.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { SWALR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new SWALR(optimizer, { swaLr: 0.2, annealEpochs: 2, annealStrategy: 'linear' })
 * const lrs = Array.from({ length: 4 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [1, 0.6, 0.2, 0.2]
 * ```
 */
export class SWALR extends FormulaSchedule {
  private readonly swaLrs: readonly number[]
  private readonly annealEpochs: number
  private readonly anneal: (from: number, to: number, share: number) => number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `swaLr`, `annealEpochs`, `annealStrategy`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: SWALROptions) {
    const op = 'SWALR'
    const names = ['swaLr', 'annealEpochs', 'annealStrategy', 'hyperparameter'] as const
    const {
      swaLr,
      annealEpochs = 10,
      annealStrategy = 'cos',
      hyperparameter,
    } = checkOptions(op, options, names)
    super(op, optimizer, hyperparameter)
    const check = (value: number) => checkNumber(op, 'swaLr', value, -Infinity, Infinity, 'both')
    this.swaLrs = perGroup(op, 'swaLr', swaLr, this.target.length, check)
    this.annealEpochs = checkInteger(op, 'annealEpochs', annealEpochs)
    this.anneal = annealing(op, annealStrategy)
    this.begin()
  }

  override restart(): void {
    this.begin()
  }

  private share(step: number): number {
    return step >= this.annealEpochs ? 1 : this.anneal(0, 1, step / this.annealEpochs)
  }

  protected override at(step: number, anchor: number, group: number): number {
    const share = this.share(step)
    return this.swaLrs[group]! * share + anchor * (1 - share)
  }

  protected override anchorOf(step: number, value: number, group: number): number | undefined {
    const share = this.share(step)
    return share === 1 ? undefined : (value - share * this.swaLrs[group]!) / (1 - share)
  }
}
