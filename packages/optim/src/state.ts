import { FormatError, OptionError, type Parameter, type Tensor } from '@core/tensor'
import { assign, describe, isTensor, pin, show } from '@core/tensor/extend'
import { broughtTo } from './moving.js'

/**
 * What an optimizer keeps under one name for each parameter: a tensor of the parameter's shape, which may begin later
 * where it is optional; a number; or a whole number from 0.
 */
export type Slot = 'tensor' | 'optional tensor' | 'number' | 'count'

/** What is kept for one parameter. */
export type StateOf = Record<string, Tensor | number>

/** A hyperparameter as it is stored. */
export type StoredValue = number | boolean | string | null | readonly number[] | readonly string[]

/** A group as it is stored: the names of its parameters, and its hyperparameters. */
export interface StoredGroup {
  /** Names of the parameters, in order. */
  readonly params: readonly string[]
  readonly [hyperparameter: string]: StoredValue
}

/** What `stateDict` of an optimizer gives. */
export interface OptimizerState {
  /** What is kept for each parameter, by its name; those that have not been moved yet are missing. */
  readonly state: Readonly<Record<string, Readonly<StateOf>>>
  /** The groups, in order. */
  readonly groups: readonly StoredGroup[]
}

type AnyGroup = { readonly params: ReadonlyMap<string, Parameter> }

/** A copy of an optimizer's state. */
export function snapshotOf(
  name: string,
  groups: readonly AnyGroup[],
  state: ReadonlyMap<Parameter, StateOf>,
  hyperparameters: readonly string[],
): OptimizerState {
  const copy = (value: Tensor | number) => (isTensor(value) ? value.clone() : value)
  const kept = [...byName(`${name}.stateDict`, groups)].flatMap(([key, parameter]) => {
    const own = state.get(parameter)
    return own ? [[key, mapped(own, copy)] as const] : []
  })
  return {
    state: Object.fromEntries(kept),
    groups: groups.map((group) => ({
      params: [...group.params.keys()],
      ...Object.fromEntries(hyperparameters.map((key) => [key, stored(group[key as keyof typeof group])])),
    })),
  }
}

/** Checks a stored state; gives the groups with its hyperparameters, and what takes it over. */
export function planOf(
  name: string,
  groups: readonly AnyGroup[],
  slots: Readonly<Record<string, Slot>>,
  hyperparameters: { readonly names: readonly string[]; readonly switches: readonly string[] },
  given: OptimizerState,
): { groups: AnyGroup[]; apply(state: Map<Parameter, StateOf>): void } {
  const op = `${name}.loadStateDict`
  const parameters = byName(op, groups)
  if (!isObject(given) || !isObject(given.state) || !Array.isArray(given.groups))
    throw new FormatError(
      `${op}: expected { state, groups }, as stateDict() gives it, got ${describe(given)}${isObject(given) ? ` with ${Object.keys(given).join(', ') || 'nothing'} in it` : ''}`,
    )
  const faults: string[] = []
  if (given.groups.length !== groups.length)
    faults.push(`${given.groups.length} groups in the state, ${groups.length} in the optimizer`)
  else
    for (const [i, group] of groups.entries())
      faults.push(...faultsOfGroup(group, given.groups[i], hyperparameters).map((f) => `group ${i}: ${f}`))
  for (const key of Object.keys(given.state)) {
    const parameter = parameters.get(key)
    const own: unknown = given.state[key]
    if (!parameter) faults.push(`${key}: not a parameter of the optimizer`)
    else if (!isObject(own)) faults.push(`${key}: ${describe(own)} in the state instead of an object`)
    else faults.push(...faultsOfState(parameter, own, slots).map((f) => `${key}.${f}`))
  }
  if (faults.length > 0)
    throw new FormatError(
      `${op}: the state does not fit the optimizer; nothing was changed. It must come from ${name} with the same groups of parameters.\n  ${faults.join('\n  ')}`,
    )
  const all = [...hyperparameters.names, ...hyperparameters.switches]
  const next = groups.map((group, i) => ({
    ...group,
    ...Object.fromEntries(all.map((key) => [key, stored(given.groups[i]![key]!)])),
  }))
  // What cannot be read is met before anything changes.
  const values = new Map(
    Object.entries(given.state).map(([key, own]) => {
      const { backend } = parameters.get(key)!
      const here = Object.entries(own).map(([slot, value]) => [
        slot,
        isTensor(value) ? broughtTo(op, `${key}.${slot}`, value, backend) : value,
      ])
      return [key, Object.fromEntries(here) as StateOf]
    }),
  )
  return {
    groups: next,
    apply(state) {
      for (const [i, group] of groups.entries()) Object.assign(group, next[i])
      for (const [key, parameter] of parameters) {
        const own = values.get(key)
        if (own) state.set(parameter, restored(state.get(parameter), own))
        else state.delete(parameter)
      }
    },
  }
}

/** All parameters by name; throws where a name stands for two. */
function byName(op: string, groups: readonly AnyGroup[]): Map<string, Parameter> {
  const all = new Map<string, Parameter>()
  for (const { params } of groups)
    for (const [key, parameter] of params) {
      if (all.has(key))
        throw new OptionError(
          `${op}: two groups have a parameter called '${key}'; give the parameters names of their own, or pass them without names`,
        )
      all.set(key, parameter)
    }
  return all
}

function faultsOfGroup(
  group: AnyGroup,
  given: unknown,
  { names, switches }: { readonly names: readonly string[]; readonly switches: readonly string[] },
): string[] {
  if (!isObject(given)) return [`${describe(given)} instead of an object`]
  const { params, ...own } = given
  if (!Array.isArray(params)) return [`params is ${describe(params)} instead of a list of names`]
  const [ours, theirs] = [[...group.params.keys()], new Set<unknown>(params)]
  const all = [...names, ...switches]
  const lists = [
    ['parameters missing', ours.filter((key) => !theirs.has(key))],
    ['parameters unexpected', [...theirs].filter((key) => !group.params.has(key as string))],
    ['hyperparameters missing', all.filter((key) => own[key] === undefined)],
    ['hyperparameters unexpected', Object.keys(own).filter((key) => !all.includes(key))],
    [
      'neither true nor false',
      switches.filter((key) => own[key] !== undefined && typeof own[key] !== 'boolean'),
    ],
  ] as const
  return lists.flatMap(([what, keys]) => (keys.length > 0 ? [`${what}: ${keys.join(', ')}`] : []))
}

function faultsOfState(
  parameter: Parameter,
  own: Readonly<Record<string, unknown>>,
  slots: Readonly<Record<string, Slot>>,
): string[] {
  const faults: string[] = []
  for (const [slot, kind] of Object.entries(slots))
    if (kind !== 'optional tensor' && !Object.hasOwn(own, slot)) faults.push(`${slot}: missing`)
  for (const [slot, value] of Object.entries(own)) {
    const kind = Object.hasOwn(slots, slot) ? slots[slot]! : undefined
    const fault = kind === undefined ? 'unexpected' : faultOf(parameter, kind, value)
    if (fault) faults.push(`${slot}: ${fault}`)
  }
  return faults
}

function faultOf(parameter: Parameter, kind: Slot, value: unknown): string | null {
  if (kind === 'number' || kind === 'count') {
    const fits = kind === 'count' ? Number.isInteger(value) && (value as number) >= 0 : Number.isFinite(value)
    return fits ? null : `${describe(value)} instead of a ${kind === 'count' ? 'whole number ≥ 0' : 'number'}`
  }
  if (!isTensor(value)) return `${describe(value)} instead of a tensor`
  if (value.storage.disposed) return 'disposed of'
  if (value.dtype !== parameter.dtype)
    return `${value.dtype} in the state, the parameter is ${parameter.dtype}`
  const [theirs, ours] = [show(value.shape), show(parameter.shape)]
  return theirs === ours ? null : `${theirs} in the state, the parameter is ${ours}`
}

/** What a parameter's state becomes; tensors that exist are overwritten. */
function restored(own: StateOf | undefined, given: Readonly<StateOf>): StateOf {
  const entries = Object.entries(given).map(([slot, value]) => {
    if (!isTensor(value)) return [slot, value] as const
    const old = own?.[slot]
    if (isTensor(old)) {
      assign(old, value)
      return [slot, old] as const
    }
    return [slot, pin(value.detach().clone())] as const
  })
  return Object.fromEntries(entries)
}

function mapped<A, B>(object: Readonly<Record<string, A>>, fn: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, fn(value)]))
}

/** A hyperparameter for keeping: lists are copied. */
function stored(value: unknown): StoredValue {
  return Array.isArray(value) ? [...value] : (value as StoredValue)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isTensor(value)
}
