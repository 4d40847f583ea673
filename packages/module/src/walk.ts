import { Parameter, type Tensor } from '@core/tensor'
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
  const own = (module as { [MEMBERS]?: ReadonlyMap<string, Module> })[MEMBERS]
  if (own) yield* own
  for (const [name, value] of Object.entries(module)) yield* member(name, value)
}

function* member(name: string, value: unknown): Generator<Member> {
  if (isModule(value)) yield [name, value]
  else if (isTensor(value)) {
    if (value instanceof Parameter || value instanceof BufferTensor) yield [value.exportName ?? name, value]
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) yield* member(`${name}.${i}`, value[i])
  } else if (value instanceof Map) {
    for (const [key, item] of value) yield* member(`${name}.${String(key)}`, item)
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value)) yield* member(`${name}.${key}`, item)
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
