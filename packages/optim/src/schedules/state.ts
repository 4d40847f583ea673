import { FormatError } from '@core/tensor'
import { describe } from '@core/tensor/extend'

/** A value in the state of a schedule: plain JSON. */
export type ScheduleValue =
  | number
  | string
  | null
  | readonly ScheduleValue[]
  | { readonly [key: string]: ScheduleValue }

/** What `stateDict` of a schedule gives: plain JSON. */
export interface ScheduleState {
  /** The schedule's class. */
  readonly schedule: string
  /** What it moves. */
  readonly hyperparameter: string
  /** How many steps it has taken. */
  readonly step: number
  readonly [key: string]: ScheduleValue
}

/** Says what is wrong with one entry of a state; null where nothing is. */
export type Check = (value: unknown) => string | null

/** A whole number from 0. */
export const count: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 0 ? null : `${describe(value)} instead of a whole number`

/** A list of so many finite numbers. */
export const numbers =
  (length: number): Check =>
  (value) => {
    if (!Array.isArray(value) || !value.every((v) => Number.isFinite(v)))
      return `${describe(value)} instead of a list of numbers`
    return value.length === length ? null : `${value.length} numbers for ${length} groups`
  }

/**
 * Checks a state: whose it is, and that it has these entries and no others.
 *
 * @throws FormatError where it has not
 */
export function checkState(
  own: { readonly name: string; readonly hyperparameter: string },
  given: unknown,
  entries: Readonly<Record<string, Check>>,
): void {
  const { name, hyperparameter } = own
  const refusal = (why: string) =>
    new FormatError(
      `${name}.loadStateDict: ${why}; nothing was changed. The state must come from stateDict() of a schedule made alike`,
    )
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw refusal(`expected an object, got ${describe(given)}`)
  const state = given as Record<string, unknown>
  if (state.schedule !== name) throw refusal(`the state is of ${describe(state.schedule)}`)
  if (state.hyperparameter !== hyperparameter)
    throw refusal(`the state moves ${describe(state.hyperparameter)}, this schedule '${hyperparameter}'`)
  const all: Readonly<Record<string, Check>> = { step: count, ...entries }
  const faults = Object.entries(all).flatMap(([key, check]) => {
    const fault = Object.hasOwn(state, key) ? check(state[key]) : 'missing'
    return fault === null ? [] : [`${key}: ${fault}`]
  })
  for (const key of Object.keys(state))
    if (key !== 'schedule' && key !== 'hyperparameter' && !Object.hasOwn(all, key))
      faults.push(`${key}: unexpected`)
  if (faults.length > 0) throw refusal(`the state does not fit: ${faults.join('; ')}`)
}
