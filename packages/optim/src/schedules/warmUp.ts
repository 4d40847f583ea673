import { checkFunction, checkInteger, checkOptions } from '@core/tensor/extend'
import { LinearLR } from './linearLR.js'
import type { Schedule, ScheduleOptions } from './schedule.js'
import { SequentialLR } from './sequentialLR.js'
import type { Scheduled } from './target.js'

/** Options of {@link warmUp}. */
export interface WarmUpOptions extends ScheduleOptions {
  /** In how many steps the initial value is reached; 0: there is no warm-up. */
  steps: number
  /** The first factor, above 0 and at most 1. Default: 1 / `steps`. */
  startFactor?: number
  /** Makes the schedule that follows; its step 0 is the end of the warm-up. Default: the value stays. */
  next?: () => Schedule
}

/**
 * Linear warm-up (Goyal et al., 2017), then another schedule: a {@link LinearLR} and the other in a {@link SequentialLR}.
 *
 * @param optimizer - whose groups it moves
 * @param options - `steps`, `startFactor`, `next`, `hyperparameter`
 * @returns the schedule
 * @throws OptionError where an option is not allowed
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { CosineAnnealingLR, SGD, warmUp } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = warmUp(optimizer, { steps: 2, next: () => new CosineAnnealingLR(optimizer, { tMax: 4 }) })
 * const lrs = Array.from({ length: 7 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [0.5, 0.75, 1, 0.853553, 0.5, 0.146447, 0]
 * ```
 */
export function warmUp(optimizer: Scheduled, options: WarmUpOptions): Schedule {
  const op = 'warmUp'
  const { steps, startFactor, next, hyperparameter } = checkOptions(op, options, [
    'steps',
    'startFactor',
    'next',
    'hyperparameter',
  ])
  checkInteger(op, 'steps', steps)
  if (next !== undefined) checkFunction(op, 'next', next)
  const moved = hyperparameter === undefined ? {} : { hyperparameter }
  if (steps === 0) return next ? next() : new LinearLR(optimizer, { startFactor: 1, totalIters: 1, ...moved })
  const rise = new LinearLR(optimizer, { startFactor: startFactor ?? 1 / steps, totalIters: steps, ...moved })
  return next ? new SequentialLR(optimizer, { schedules: [rise, next()], milestones: [steps] }) : rise
}
