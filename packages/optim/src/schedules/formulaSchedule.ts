import { OptionError } from '@core/tensor'
import type { MomentumCycle } from './momentumCycle.js'
import { Schedule } from './schedule.js'
import { type Check, checkState, numbers, type ScheduleState } from './state.js'
import type { Scheduled } from './target.js'

/**
 * A schedule whose value is a formula of the step, so that no rounding adds up. PyTorch computes most values from the one
 * before, by which schedules on the same hyperparameter work together, and a value set by hand lasts. So it is here: where
 * the value is not the one that the schedule wrote, the formula goes on from the beginning that would have led to it.
 */
export abstract class FormulaSchedule extends Schedule {
  /** The values before any schedule. */
  protected initial: number[]
  /** The beginnings that the formula takes. */
  protected anchors: number[]
  /** @internal The momentum that moves along. */
  protected momentum: MomentumCycle | null = null
  private written: number[]
  private count = 0

  /**
   * @param name - the schedule, for messages
   * @param optimizer - whose groups it moves
   * @param hyperparameter - which of their numbers
   */
  protected constructor(name: string, optimizer: Scheduled, hyperparameter?: string) {
    super(name, optimizer, hyperparameter)
    this.initial = this.target.initial
    this.anchors = [...this.initial]
    this.written = [...this.initial]
  }

  /** The value after `step` steps. */
  protected abstract at(step: number, anchor: number, group: number): number

  /** The beginning from which the formula gives this value after `step` steps; undefined where none does, or any. */
  protected anchorOf(_step: number, _value: number, _group: number): number | undefined {
    return undefined
  }

  /** The next value, and the beginning it comes from. */
  protected next(step: number, current: number, group: number): readonly [value: number, anchor: number] {
    const anchor = this.touched(current, group) ? this.anchorOf(step - 1, current, group) : undefined
    const from = anchor ?? this.anchors[group]!
    return [this.at(step, from, group), from]
  }

  /** Whether somebody else has written the value since. */
  protected touched(current: number, group: number): boolean {
    return current !== this.written[group]
  }

  override get steps(): number {
    return this.count
  }

  override begin(): void {
    this.startFrom(this.values)
  }

  override restart(): void {
    this.startFrom(this.initial)
  }

  /** Begins with these beginnings. */
  protected startFrom(anchors: readonly number[]): void {
    const { initial } = this.target
    this.write(
      0,
      anchors.map((anchor, group) => [this.at(0, anchor, group), anchor]),
    )
    this.target.initial = initial // for the schedules after it
  }

  override step(): void {
    const step = this.count + 1
    this.write(
      step,
      this.values.map((current, group) => this.next(step, current, group)),
    )
  }

  private write(step: number, next: readonly (readonly [value: number, anchor: number])[]): void {
    for (const [group, [value]] of next.entries())
      if (!Number.isFinite(value))
        throw new OptionError(
          `${this.name}: the value of '${this.hyperparameter}' after ${step} steps is ${value} in group ${group}; check its options`,
        )
    this.count = step
    this.written = next.map(([value]) => value)
    this.anchors = next.map(([, anchor]) => anchor)
    this.target.write(this.written)
    this.momentum?.write(step)
  }

  override stateDict(): ScheduleState {
    const { name, hyperparameter, initial, anchors, written, values, momentum } = this
    const own = { initial: [...initial], anchors: [...anchors], written: [...written], values }
    const along = momentum ? { momentum: momentum.values } : {}
    return { schedule: name, hyperparameter, step: this.count, ...own, ...along }
  }

  override checkStateDict(state: ScheduleState): void {
    const lists = ['initial', 'anchors', 'written', 'values', ...(this.momentum ? ['momentum'] : [])]
    const list: Check = numbers(this.target.length)
    checkState(this, state, Object.fromEntries(lists.map((key) => [key, list])))
  }

  override loadStateDict(state: ScheduleState): void {
    this.checkStateDict(state)
    const list = (key: string) => [...(state[key] as readonly number[])]
    this.count = state.step
    this.initial = list('initial')
    this.anchors = list('anchors')
    this.written = list('written')
    this.target.write(list('values'))
    if (this.momentum) this.momentum.values = list('momentum')
  }
}
