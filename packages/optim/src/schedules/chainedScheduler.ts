import { checkPartStates, checkParts, partOf } from './parts.js'
import { Schedule } from './schedule.js'
import type { ScheduleState } from './state.js'

/**
 * Several schedules at once: each step is a step of all, in order. On the same hyperparameter their factors multiply; those
 * that compute the value from the step alone (`LambdaLR`, `CyclicLR`, `OneCycleLR`, restarts) overwrite what came before them. They may
 * also move different hyperparameters. As PyTorch's.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { ChainedScheduler, ConstantLR, ExponentialLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new ChainedScheduler([
 *   new ConstantLR(optimizer, { factor: 0.1, totalIters: 2 }),
 *   new ExponentialLR(optimizer, { gamma: 0.5 }),
 * ])
 * const lrs = Array.from({ length: 4 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [0.1, 0.05, 0.25, 0.125]
 * ```
 */
export class ChainedScheduler extends Schedule {
  private readonly parts: readonly [Schedule, ...Schedule[]]
  private count = 0

  /**
   * @param schedules - of one optimizer; `hyperparameter` and `values` are those of the last
   * @throws OptionError where there is none, they are of several optimizers, or one is a {@link ReduceLROnPlateau}
   */
  constructor(schedules: readonly Schedule[]) {
    const parts = checkParts('ChainedScheduler', schedules)
    super('ChainedScheduler', parts[0].optimizer, parts.at(-1)!.hyperparameter)
    this.parts = parts
  }

  override get steps(): number {
    return this.count
  }

  override rewind(): void {
    for (const part of this.parts) part.rewind()
  }

  override begin(): void {
    for (const part of this.parts) part.begin()
    this.count = 0
  }

  /** Puts all back, and begins with each in order. */
  override restart(): void {
    this.rewind()
    this.begin()
  }

  override step(): void {
    const before = this.parts.map((part) => part.stateDict())
    try {
      for (const part of this.parts) part.step()
    } catch (error) {
      for (const [i, part] of this.parts.entries()) part.loadStateDict(before[i]!)
      throw error
    }
    this.count++
  }

  override stateDict(): ScheduleState {
    const { name, hyperparameter, parts } = this
    return { schedule: name, hyperparameter, step: this.count, parts: parts.map((part) => part.stateDict()) }
  }

  override checkStateDict(state: ScheduleState): void {
    checkPartStates(this, this.parts, state)
  }

  override loadStateDict(state: ScheduleState): void {
    this.checkStateDict(state)
    for (const [i, part] of this.parts.entries()) part.loadStateDict(partOf(state, i))
    this.count = state.step
  }
}
