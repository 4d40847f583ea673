import { OptionError } from '@core/tensor'
import { checkOptions } from '@core/tensor/extend'
import { checkMilestones } from './multiStepLR.js'
import { checkPartStates, checkParts, partOf } from './parts.js'
import { Schedule } from './schedule.js'
import type { ScheduleState } from './state.js'
import type { Scheduled } from './target.js'

/** Options of {@link SequentialLR}. */
export interface SequentialLROptions {
  /** The schedules, one after the other; all move one hyperparameter of one optimizer. */
  schedules: readonly Schedule[]
  /** After how many steps each next one takes over: one fewer than there are schedules, and not falling. */
  milestones: readonly number[]
}

/**
 * Several schedules one after the other. At its milestone a schedule begins at its own step 0, from the initial value, whatever
 * the one before has come to. As PyTorch's; beyond it, sequences and chains may be parts, and begin anew like the others.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { ExponentialLR, LinearLR, SequentialLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new SequentialLR(optimizer, {
 *   schedules: [
 *     new LinearLR(optimizer, { startFactor: 0.25, totalIters: 3 }),
 *     new ExponentialLR(optimizer, { gamma: 0.5 }),
 *   ],
 *   milestones: [3],
 * })
 * const lrs = Array.from({ length: 6 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [0.25, 0.5, 0.75, 1, 0.5, 0.25]
 * ```
 */
export class SequentialLR extends Schedule {
  private readonly parts: readonly [Schedule, ...Schedule[]]
  private readonly milestones: readonly number[]
  private count = 0

  /**
   * @param optimizer - whose groups it moves
   * @param options - `schedules`, `milestones`
   * @throws OptionError where the schedules are not of this optimizer and one hyperparameter, one is a
   * {@link ReduceLROnPlateau}, or the milestones do not fit
   */
  constructor(optimizer: Scheduled, options: SequentialLROptions) {
    const op = 'SequentialLR'
    const { schedules, milestones } = checkOptions(op, options, ['schedules', 'milestones'])
    const parts = checkParts(op, schedules)
    super(op, optimizer, parts[0].hyperparameter)
    if (parts[0].optimizer !== optimizer)
      throw new OptionError(`${op}: its schedules move another optimizer; make them with the same`)
    for (const [i, part] of parts.entries())
      if (part.hyperparameter !== this.hyperparameter)
        throw new OptionError(
          `${op}: schedules[${i}] moves '${part.hyperparameter}', the first '${this.hyperparameter}'; they must move the same`,
        )
    this.milestones = checkMilestones(op, milestones)
    if (
      this.milestones.length !== parts.length - 1 ||
      this.milestones.some((m, i) => m < this.milestones[i - 1]!)
    )
      throw new OptionError(
        `${op}: milestones must be ${parts.length - 1} steps for ${parts.length} schedules, none before the last, got [${this.milestones.join(', ')}]`,
      )
    this.parts = parts
    this.begin()
  }

  private partAt(step: number): number {
    return this.milestones.filter((at) => at <= step).length
  }

  override get steps(): number {
    return this.count
  }

  override rewind(): void {
    for (const part of this.parts) part.rewind()
  }

  override begin(): void {
    this.rewind()
    this.parts[this.partAt(0)]!.begin()
    this.count = 0
  }

  override restart(): void {
    this.parts[this.partAt(0)]!.restart()
    this.count = 0
  }

  override step(): void {
    const now = this.partAt(this.count + 1)
    const part = this.parts[now]!
    if (this.milestones[now - 1] === this.count + 1) part.restart()
    else part.step()
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
