import type { ScheduleState } from './state.js'
import { type Scheduled, Target } from './target.js'

/** What every schedule takes beside its own options. */
export interface ScheduleOptions {
  /** What it moves: a numeric hyperparameter, or a member of a list like `'betas.0'`. Default `'lr'`. */
  hyperparameter?: string
}

/**
 * What all schedules share. A schedule sets the first value when it is made, and the next at each `step()`, which
 * belongs behind the optimizer's `step()`. It sees of the optimizer only its groups. The initial value $\eta_0$ is the one
 * that the hyperparameter had before the first schedule; all schedules of an optimizer share it. $t$ is the number of steps taken.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { ExponentialLR, type Schedule, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule: Schedule = new ExponentialLR(optimizer, { gamma: 0.5 })
 * optimizer.step()
 * schedule.step()
 * schedule.values // => [0.5]
 * optimizer.groups[0]?.lr // => 0.5
 * ```
 */
export abstract class Schedule {
  /** @internal Where the values go. */
  protected readonly target: Target

  /**
   * @param name - the schedule, for messages
   * @param optimizer - whose groups it moves
   * @param hyperparameter - which of their numbers
   */
  protected constructor(
    readonly name: string,
    readonly optimizer: Scheduled,
    readonly hyperparameter = 'lr',
  ) {
    this.target = new Target(name, optimizer, hyperparameter)
  }

  /** The hyperparameter's values now, a group each. */
  get values(): number[] {
    return this.target.values
  }

  /** How many steps it has taken. */
  abstract get steps(): number

  /** Begins, at step 0, from the values that the groups have now; making a schedule does so. */
  abstract begin(): void

  /** Begins anew, at step 0, from its own initial values, as {@link SequentialLR} has its later parts do. */
  abstract restart(): void

  /** Puts the hyperparameter back to what it was before any schedule touched it. */
  rewind(): void {
    this.target.write(this.target.initial)
  }

  /**
   * Goes on by one step; nothing is changed where it throws.
   *
   * @param metric - what {@link ReduceLROnPlateau} watches; the others ignore it
   */
  abstract step(metric?: number): void

  /** All that its next steps depend on, as plain JSON; options and functions are not in it. */
  abstract stateDict(): ScheduleState

  /**
   * Checks a state without changing anything.
   *
   * @param state - what `stateDict` gave
   * @throws FormatError where it is not the state of such a schedule
   */
  abstract checkStateDict(state: ScheduleState): void

  /**
   * Takes over what `stateDict` gave, of a schedule made with the same options, and sets the hyperparameter to its value then.
   *
   * @param state - what `stateDict` gave
   * @throws FormatError where it is not the state of such a schedule; nothing is changed then
   */
  abstract loadStateDict(state: ScheduleState): void
}
