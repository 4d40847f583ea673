import { OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import { ReduceLROnPlateau } from './reduceLROnPlateau.js'
import { Schedule } from './schedule.js'
import { type Check, checkState, type ScheduleState } from './state.js'

/** Checks the schedules that another is made of: at least one, all of one optimizer, none that needs a metric. */
export function checkParts(op: string, schedules: readonly Schedule[]): readonly [Schedule, ...Schedule[]] {
  if (!Array.isArray(schedules) || schedules.length === 0)
    throw new OptionError(
      `${op}: schedules must be a list of at least one, got ${Array.isArray(schedules) ? '[]' : describe(schedules)}`,
    )
  for (const [i, part] of schedules.entries()) {
    if (!(part instanceof Schedule))
      throw new OptionError(
        `${op}: schedules[${i}] must be a schedule like new LinearLR(…), got ${describe(part)}`,
      )
    if (part instanceof ReduceLROnPlateau)
      throw new OptionError(
        `${op}: schedules[${i}] is a ReduceLROnPlateau, which needs a metric at each step; step it by itself`,
      )
    if (part.optimizer !== schedules[0].optimizer)
      throw new OptionError(`${op}: schedules[${i}] moves another optimizer than schedules[0]`)
    if (schedules.indexOf(part) !== i)
      throw new OptionError(`${op}: schedules[${i}] is there twice; make one for each place`)
  }
  return [...schedules] as [Schedule, ...Schedule[]]
}

/** The states of the parts, checked. */
export function checkPartStates(
  own: { readonly name: string; readonly hyperparameter: string },
  parts: readonly Schedule[],
  state: ScheduleState,
): void {
  const list: Check = (value) =>
    Array.isArray(value) && value.length === parts.length
      ? null
      : `${describe(value)} instead of the states of ${parts.length} schedules`
  checkState(own, state, { parts: list })
  for (const [i, part] of parts.entries()) part.checkStateDict(partOf(state, i))
}

/** The state of one part. */
export function partOf(state: ScheduleState, i: number): ScheduleState {
  return (state.parts as readonly unknown[])[i] as ScheduleState
}
