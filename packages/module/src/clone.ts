import { Generator, OptionError, Parameter } from '@core/tensor'
import { isTensor } from '@core/tensor/extend'
import { BufferTensor, buffer } from './buffer.js'
import { guard } from './call.js'
import { copyHooks } from './hooks.js'
import type { Module } from './module.js'
import { isModule } from './walk.js'

/** A deep copy of a module; what occurs twice in it occurs twice in the copy. */
export function cloneModule<M extends Module>(module: M): M {
  return copy(module, new Map()) as M
}

function copy(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (seen.has(value)) return seen.get(value)
  const made = make(value)
  seen.set(value, made)
  if (made === value) return value
  if (isModule(value)) {
    copyFields(value, made as object, seen)
    guard(made as Module)
    copyHooks(value, made as Module)
  } else if (Array.isArray(value)) for (const item of value) (made as unknown[]).push(copy(item, seen))
  else if (value instanceof Map)
    for (const [key, item] of value) (made as Map<unknown, unknown>).set(key, copy(item, seen))
  else if (value instanceof Set) for (const item of value) (made as Set<unknown>).add(copy(item, seen))
  else if (isPlain(value)) copyFields(value, made as object, seen)
  return made
}

/** What the copy of a value begins as; the value itself where it is shared. */
function make(value: object): object {
  if (isModule(value)) return Object.create(Object.getPrototypeOf(value) as object) as object
  if (value instanceof Parameter) {
    const { requiresGrad, exportName } = value
    const options = exportName === undefined ? { requiresGrad } : { requiresGrad, name: exportName }
    return new Parameter(value.detach(), options)
  }
  if (value instanceof BufferTensor)
    return buffer(value, value.exportName === undefined ? {} : { name: value.exportName })
  if (isTensor(value)) return value // tensors are values
  if (value instanceof Generator) {
    const generator = new Generator(0)
    generator.state = value.state
    return generator
  }
  if (Array.isArray(value)) return []
  if (value instanceof Map) return new Map()
  if (value instanceof Set) return new Set()
  return isPlain(value) ? (Object.create(Object.getPrototypeOf(value) as object | null) as object) : value
}

function copyFields(from: object, to: object, seen: Map<object, unknown>): void {
  for (const key of Reflect.ownKeys(from)) {
    const field = Object.getOwnPropertyDescriptor(from, key)!
    if (isModule(from) && key === 'forward') continue
    if (!('value' in field))
      throw new OptionError(`clone: the field '${String(key)}' is a getter; define it in the class instead`)
    Object.defineProperty(to, key, { ...field, value: copy(field.value, seen) })
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
