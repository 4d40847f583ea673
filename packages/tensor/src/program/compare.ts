import type { Call, Recording, Result, Source, Value } from './recording.js'

/**
 * Where two recordings of one step differ; null where they do not. What differs from step to step without being live
 * would freeze in a replay.
 */
export function difference(a: Recording, b: Recording): string | null {
  const calls = Math.min(a.calls.length, b.calls.length)
  for (let i = 0; i < calls; i++) {
    const found = differentCall(a.calls[i]!, b.calls[i]!, i)
    if (found) return found
  }
  if (a.calls.length !== b.calls.length)
    return `one step has ${a.calls.length} kernel calls, the next ${b.calls.length}`
  if (a.values.length !== b.values.length) return 'the steps use different numbers of values'
  for (let i = 0; i < a.values.length; i++) {
    const found = differentValue(a.values[i]!, b.values[i]!)
    if (found) return found
  }
  if (!sameResult(a.result, b.result)) return 'the steps give back different tensors'
  const gradients = (r: Recording) => r.gradients.map(({ value }) => value)
  if (!same(gradients(a), gradients(b)) || a.gradients.some(({ leaf }, i) => leaf !== b.gradients[i]!.leaf))
    return 'the steps leave gradients on different parameters'
  if (a.before.length !== b.before.length || a.guards.length !== b.guards.length)
    return 'the steps depend on different settings'
  return null
}

function differentCall(a: Call, b: Call, i: number): string | null {
  if (a.kernel.name !== b.kernel.name)
    return `kernel call ${i} is '${a.kernel.name}' in one step and '${b.kernel.name}' in the next`
  if (!same(a.attrs, b.attrs)) {
    const [x, y] = [a.attrs, b.attrs] as unknown as Record<string, unknown>[]
    const key = Object.keys(x!).find((k) => !same(x![k], y![k])) ?? ''
    return `'${key}' of kernel call ${i} ('${a.kernel.name}') is ${JSON.stringify(x![key])} in one step and ${JSON.stringify(y![key])} in the next`
  }
  if (!same(a.inputs, b.inputs) || !same(a.outputs, b.outputs))
    return `kernel call ${i} ('${a.kernel.name}') works on other values in the next step`
  return null
}

function differentValue(a: Value, b: Value): string | null {
  if (a.dtype !== b.dtype || a.length !== b.length) return 'the sizes of values differ between steps'
  return sameSource(a.source, b.source)
    ? null
    : a.source.kind === 'constant' && b.source.kind === 'constant'
      ? `a number was ${few(a.source.values)} in one step and ${few(b.source.values)} in the next`
      : 'the steps use different parameters'
}

function sameSource(a: Source, b: Source): boolean {
  if (a.kind === 'constant' && b.kind === 'constant') return same([...a.values], [...b.values])
  if (a.kind === 'state' && b.kind === 'state') return a.storage === b.storage
  if (a.kind === 'gradient' && b.kind === 'gradient') return a.leaf === b.leaf
  if (a.kind === 'argument' && b.kind === 'argument') return a.index === b.index
  return a.kind === b.kind
}

function sameResult(a: Result, b: Result): boolean {
  if (a.kind === 'same' && b.kind === 'same') return a.tensor === b.tensor
  if (a.kind === 'list' && b.kind === 'list')
    return a.items.length === b.items.length && a.items.every((item, i) => sameResult(item, b.items[i]!))
  if (a.kind === 'object' && b.kind === 'object')
    return (
      a.items.length === b.items.length &&
      a.items.every(([key, item], i) => key === b.items[i]![0] && sameResult(item, b.items[i]![1]))
    )
  if (a.kind === 'tensor' && b.kind === 'tensor') return a.value === b.value && same(a.shape, b.shape)
  return a.kind === b.kind
}

/** Deep equality of plain data; numbers by `Object.is`. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((k) => same((a as Record<string, unknown>)[k], (b as Record<string, unknown>)[k]))
  )
}

function few(values: ArrayLike<number>): string {
  return values.length === 1
    ? String(values[0])
    : `[${Array.from({ length: Math.min(4, values.length) }, (_, i) => values[i]).join(', ')}${values.length > 4 ? ', …' : ''}]`
}
