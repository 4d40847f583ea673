import { Parameter, Generator as RandomGenerator, type Tensor } from '@core/tensor'
import { isTensor } from '@core/tensor/extend'
import { BufferTensor } from './buffer.js'
import type { Module } from './module.js'

/** Marks modules, so that those of a second installed copy of this package are recognised too. */
export const MODULE: unique symbol = Symbol.for('@nn/module') as never

/** Whether a value is a module. */
export function isModule(value: unknown): value is Module {
  return typeof value === 'object' && value !== null && (value as { [MODULE]?: boolean })[MODULE] === true
}

/** Where a container keeps its modules by name, instead of in its fields. */
export const MEMBERS: unique symbol = Symbol.for('@nn/module.members') as never

/** What a module's own fields hold: modules, parameters and buffers, each with its name within the module. */
export type Member = readonly [name: string, value: Module | Tensor]

/**
 * The members of one module, in the order of its fields (and, before them, those of a container); arrays, maps and plain objects in fields are entered. A
 * parameter's export name takes the place of the whole path within its module.
 */
export function* membersOf(module: object): Generator<Member> {
  for (const [name, value] of valuesOf(module)) {
    if (isModule(value)) yield [name, value]
    else if (isTensor(value) && (value instanceof Parameter || value instanceof BufferTensor))
      yield [value.exportName ?? name, value]
  }
}

/** The random generators that one module's own fields hold, each with its name within the module. */
export function* generatorsOf(module: object): Generator<readonly [name: string, value: RandomGenerator]> {
  for (const [name, value] of valuesOf(module))
    if (value instanceof RandomGenerator) yield [name, value as RandomGenerator]
}

/** Everything that a module's own fields hold, of whatever kind. */
function* valuesOf(module: object): Generator<readonly [name: string, value: unknown]> {
  const own = (module as { [MEMBERS]?: ReadonlyMap<string, Module> })[MEMBERS]
  if (own) yield* own
  for (const [name, value] of Object.entries(module)) yield* within(name, value)
}

function* within(name: string, value: unknown): Generator<readonly [name: string, value: unknown]> {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) yield* within(`${name}.${i}`, value[i])
  } else if (value instanceof Map) {
    for (const [key, item] of value) yield* within(`${name}.${String(key)}`, item)
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value)) yield* within(`${name}.${key}`, item)
  } else yield [name, value]
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
