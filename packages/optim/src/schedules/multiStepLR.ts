import { OptionError } from '@core/tensor'
import { checkInteger, checkNumber, checkOptions, describe } from '@core/tensor/extend'
import { FactorSchedule } from './factorSchedule.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link MultiStepLR}. */
export interface MultiStepLROptions extends ScheduleOptions {
  /** After which steps the value falls; twice where a step is named twice. */
  milestones: readonly number[]
  /** The factor γ by which it falls, at least 0. Default 0.1. */
  gamma?: number
}

/**
 * Falls by a factor at given steps: $\eta_t = \eta_0 \gamma^k$, k being the number of milestones that are at most t. As PyTorch's,
 * by this formula.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { MultiStepLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new MultiStepLR(optimizer, { milestones: [1, 3], gamma: 0.5 })
 * const lrs = Array.from({ length: 5 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [1, 0.5, 0.5, 0.25, 0.25]
 * ```
 */
export class MultiStepLR extends FactorSchedule {
  private readonly milestones: readonly number[]
  private readonly gamma: number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `milestones`, `gamma`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: MultiStepLROptions) {
    const op = 'MultiStepLR'
    const {
      milestones,
      gamma = 0.1,
      hyperparameter,
    } = checkOptions(op, options, ['milestones', 'gamma', 'hyperparameter'])
    super(op, optimizer, hyperparameter)
    this.milestones = checkMilestones(op, milestones)
    this.gamma = checkNumber(op, 'gamma', gamma, 0, Infinity, 'max')
    this.begin()
  }

  protected override factor(step: number): number {
    return this.gamma ** this.milestones.filter((at) => at <= step).length
  }
}

/** Checks a list of steps. */
export function checkMilestones(op: string, milestones: readonly number[]): number[] {
  if (!Array.isArray(milestones))
    throw new OptionError(
      `${op}: milestones must be a list of steps like [30, 80], got ${describe(milestones)}`,
    )
  for (const [i, at] of milestones.entries()) checkInteger(op, `milestones[${i}]`, at as number)
  return [...milestones] as number[]
}
