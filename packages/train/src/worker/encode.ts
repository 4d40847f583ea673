import { type DType, OptionError, reference, type Tensor, type TypedArray, tensor } from '@core/tensor'
import { isTensor } from '@core/tensor/extend'

/** A tensor on its way: its values are moved, not copied again. */
interface SentTensor {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly values: TypedArray
}

/** A value on its way between threads: its tensors apart, and in their places which of them it is. */
export interface Sent {
  readonly value: unknown
  readonly tensors: readonly SentTensor[]
}

const PLACE = '@nn/train:tensor'

/** A value ready to be sent once the values of its tensors are read. */
export interface Packed {
  /** Whether there are tensors, for whose values one has to wait. */
  readonly waits: boolean
  /** What is sent; the tensors' values are those of the moment of the packing. */
  sent(): Promise<Sent>
  /** The same where there are no tensors. */
  readonly value: unknown
}

/**
 * Takes the tensors out of a value, and refuses what cannot be sent, before anything is sent.
 *
 * @param op - who sends, for messages
 * @param name - what is sent, for messages
 */
export function pack(op: string, name: string, value: unknown): Packed {
  const tensors: Tensor[] = []
  const tree = strip(op, name, value, tensors, new Map())
  const reads = tensors.map((t) => t.data()) // those of this moment
  for (const read of reads) read.catch(() => {}) // reported by sent()
  return {
    waits: tensors.length > 0,
    value: tree,
    sent: async () => {
      const values = await Promise.all(reads)
      return {
        value: tree,
        tensors: tensors.map(({ shape, dtype }, i) => ({ shape, dtype, values: values[i]! })),
      }
    },
  }
}

/** The buffers to move. */
export function buffersOf({ tensors }: Sent): ArrayBuffer[] {
  return tensors.map(({ values }) => values.buffer as ArrayBuffer)
}

/** The value that was sent. Tensors live on the default backend, or where that has no float64 on the reference backend. */
export function unpack({ value, tensors }: Sent): unknown {
  const made = tensors.map(({ shape, dtype, values }) =>
    tensor(values, { shape, dtype, ...(dtype === 'float64' && { backend: reference() }) }),
  )
  return fill(value, made, new Set())
}

function strip(
  op: string,
  path: string,
  value: unknown,
  tensors: Tensor[],
  seen: Map<object, unknown>,
): unknown {
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new OptionError(
      `${op}: ${path} is a ${typeof value}, which cannot be sent to another thread; define it in the worker's file, and send what chooses among such`,
    )
  if (typeof value !== 'object' || value === null) return value
  const before = seen.get(value)
  if (before !== undefined) return before
  const keep = <T extends object>(copy: T): T => {
    seen.set(value, copy)
    return copy
  }
  if (isTensor(value)) return keep({ [PLACE]: tensors.push(value) - 1 })
  const below = (key: string, item: unknown) => strip(op, `${path}${key}`, item, tensors, seen)
  if (Array.isArray(value)) {
    const copy: unknown[] = keep([])
    for (const [i, item] of value.entries()) copy.push(below(`[${i}]`, item))
    return copy
  }
  if (value instanceof Map) {
    const copy = keep(new Map<unknown, unknown>())
    for (const [key, item] of value) copy.set(below('.key', key), below(`.get(${String(key)})`, item))
    return copy
  }
  if (!isRecord(op, path, value)) return value
  const copy: Record<string, unknown> = keep({})
  for (const [key, item] of Object.entries(value))
    Object.defineProperty(copy, key, {
      value: below(`.${key}`, item),
      enumerable: true,
      writable: true,
      configurable: true,
    })
  return copy
}

/** Whether it is a plain object. What the platform can clone (dates, buffers, typed arrays …) is not; a class's object is refused. */
function isRecord(op: string, path: string, value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return true
  if (Object.prototype.toString.call(value) !== '[object Object]') return false
  const kind = value.constructor.name
  throw new OptionError(
    `${op}: ${path} is an object of class ${kind}, which would lose its methods on the way to another thread; ` +
      ('stateDict' in value
        ? 'send its stateDict(), and load it into one made in the worker'
        : 'send the data that it is made of, and make it in the worker'),
  )
}

function fill(value: unknown, tensors: readonly Tensor[], seen: Set<object>): unknown {
  if (typeof value !== 'object' || value === null || seen.has(value)) return value
  const place: unknown = (value as Record<string, unknown>)[PLACE]
  if (typeof place === 'number') return tensors[place]
  seen.add(value)
  if (Array.isArray(value)) for (const [i, item] of value.entries()) value[i] = fill(item, tensors, seen)
  else if (value instanceof Map)
    for (const [key, item] of [...value]) value.set(key, fill(item, tensors, seen))
  else if (Object.getPrototypeOf(Object.getPrototypeOf(value) ?? null) === null)
    for (const [key, item] of Object.entries(value))
      (value as Record<string, unknown>)[key] = fill(item, tensors, seen)
  return value
}
