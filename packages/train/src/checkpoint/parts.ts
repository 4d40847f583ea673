import { type Generator, OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import type { Plain } from './tree.js'

/** What can give its state and take it back: a module, an optimizer, a schedule, an average of weights. */
export interface Stateful {
  /** A copy of the state: a tree of tensors, numbers, strings, booleans, null, arrays and plain objects. */
  stateDict(): unknown
  /** Takes a state back; checks all of it before it changes anything. */
  loadStateDict(state: never): unknown
}

/** What holds its state in a property: a loader, a random generator. */
export interface Positioned {
  /** The state; what is set is checked before anything changes. */
  state: unknown
}

/** What a checkpoint is made of, by names of one's own: `{ model, optimizer, schedule, loader }`. */
export type Parts = Readonly<Record<string, Stateful | Positioned>>

/** How far a training has come, with notes of one's own. */
export interface Progress {
  /** Steps done. */
  readonly step: number
  /** The epoch at work, from 0. */
  readonly epoch: number
  /** Anything else that shall be there again. */
  readonly [note: string]: Plain | undefined
}

/** A module, as far as it matters here: it has random generators besides its state. */
export interface WithGenerators extends Stateful {
  namedGenerators(): Iterable<readonly [string, Generator]>
}

/** Whether a part keeps its state behind `stateDict`. An optimizer has a `state`, too, which is not what is meant. */
export function isStateful(part: Stateful | Positioned): part is Stateful {
  return 'stateDict' in part && typeof part.stateDict === 'function'
}

/** Whether a part is a module. */
export function isModule(part: Stateful | Positioned): part is WithGenerators {
  return 'namedGenerators' in part && typeof part.namedGenerators === 'function'
}

/** Whether a part tells which batch of an epoch comes next. */
export function isLoader(part: Stateful | Positioned): boolean {
  if (isStateful(part)) return false
  const state = part.state as { readonly batch?: unknown } | null | undefined
  return typeof state === 'object' && state !== null && typeof state.batch === 'number'
}

/** Checks the parts and lists them. */
export function listParts(op: string, parts: Parts): [string, Stateful | Positioned][] {
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts) || 'stateDict' in parts)
    throw new OptionError(
      `${op}: parts must be an object like { model, optimizer, loader }, got ${describe(parts)}`,
    )
  const list = Object.entries(parts)
  for (const [name, part] of list) {
    if (!/^[\w-]+$/.test(name) || name === '__proto__')
      throw new OptionError(`${op}: a part cannot be called '${name}'; use letters, digits, _ and -`)
    const stateful =
      typeof part === 'object' &&
      part !== null &&
      (isStateful(part) ? typeof part.loadStateDict === 'function' : 'state' in part)
    if (!stateful)
      throw new OptionError(
        `${op}: the part '${name}' must have stateDict() and loadStateDict(), or state, got ${describe(part)}`,
      )
  }
  return list
}

/** The state of a part, as it gives it. */
export function stateOf(part: Stateful | Positioned): unknown {
  return isStateful(part) ? part.stateDict() : part.state
}

/** Gives a part its state back. */
export function setState(part: Stateful | Positioned, state: unknown): void {
  if (isStateful(part)) part.loadStateDict(state as never)
  else part.state = state
}
