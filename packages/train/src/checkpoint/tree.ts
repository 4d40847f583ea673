import { FormatError, OptionError, type Tensor } from '@core/tensor'
import { describe, isTensor } from '@core/tensor/extend'

/** What can be stored beside tensors: what JSON knows, and all numbers. */
export type Plain =
  | number
  | string
  | boolean
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain | undefined }

/** How deep trees may be nested. */
const DEPTH = 64
/** Where JSON would lose a number: it has no infinities, no NaN and (in practice) no negative zero. */
const NUMBERS = ['NaN', 'Infinity', '-Infinity', '-0']

/**
 * A tree of tensors and plain values as JSON. A tensor becomes `{ "$tensor": its name }`, the path to it; a number that
 * JSON does not know becomes `{ "$number": "NaN" }`; a name that begins with $ gets another.
 *
 * @param value - the tree
 * @param path - where it stands
 * @param tensors - collects the tensors by name; null where there may be none
 */
export function encodeTree(
  value: unknown,
  path: string,
  tensors: Map<string, Tensor> | null,
  depth = 0,
): Plain {
  if (depth > DEPTH)
    throw new OptionError(
      `checkpoint: ${path.slice(0, 80)}… is nested more than ${DEPTH} deep; is it part of itself?`,
    )
  if (isTensor(value) && tensors) {
    if (tensors.has(path))
      throw new OptionError(`checkpoint: two tensors are called '${path}'; give one another name`)
    tensors.set(path, value)
    return { $tensor: path }
  }
  if (typeof value === 'number') {
    const text = Object.is(value, -0) ? '-0' : String(value)
    return NUMBERS.includes(text) ? { $number: text } : value
  }
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (Array.isArray(value))
    return value.map((item, i) => encodeTree(item, `${path}.${i}`, tensors, depth + 1))
  if (!isPlain(value))
    throw new OptionError(
      `checkpoint: '${path}' is ${describe(value)}; only ${tensors ? 'tensors, ' : ''}numbers, strings, booleans, null, arrays and plain objects can be stored`,
    )
  const fields = Object.entries(value).filter(([, item]) => item !== undefined)
  if (fields.some(([name]) => name === '__proto__'))
    throw new OptionError(`checkpoint: '${path}' has a field __proto__, which cannot be stored; rename it`)
  return Object.fromEntries(
    fields.map(([name, item]) => [
      name.startsWith('$') ? `$${name}` : name,
      encodeTree(item, `${path}.${name}`, tensors, depth + 1),
    ]),
  )
}

/**
 * The tree that {@link encodeTree} made JSON of. Its objects have no prototype, so that no name is special.
 *
 * @param json - what was parsed
 * @param path - where it stands, for messages
 * @param tensors - those of the file; what is used is taken out
 */
export function decodeTree(
  json: unknown,
  path: string,
  tensors: Map<string, Tensor> | null,
  depth = 0,
): unknown {
  if (depth > DEPTH)
    throw new FormatError(`checkpoint: ${path.slice(0, 80)}… is nested more than ${DEPTH} deep`)
  if (typeof json === 'number' && !Number.isFinite(json))
    throw new FormatError(`checkpoint: the number at '${path}' is larger than numbers can be`)
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map((item, i) => decodeTree(item, `${path}.${i}`, tensors, depth + 1))
  const fields = Object.entries(json)
  const [first] = fields
  if (fields.length === 1 && first![0] === '$tensor') return take(first![1], path, tensors)
  if (fields.length === 1 && first![0] === '$number') return number(first![1], path)
  const tree: Record<string, unknown> = Object.create(null)
  for (const [name, item] of fields) {
    const special = name.startsWith('$')
    if (name === '__proto__' || (special && !name.startsWith('$$')))
      throw new FormatError(
        `checkpoint: '${path}' has a field ${JSON.stringify(name.slice(0, 40))}, which is not allowed`,
      )
    const own = special ? name.slice(1) : name
    tree[own] = decodeTree(item, `${path}.${own}`, tensors, depth + 1)
  }
  return tree
}

function take(name: unknown, path: string, tensors: Map<string, Tensor> | null): Tensor {
  const found = typeof name === 'string' ? tensors?.get(name) : undefined
  if (!found)
    throw new FormatError(
      `checkpoint: '${path}' should be the tensor ${describe(name)}, which the file does not have, or names elsewhere already`,
    )
  tensors!.delete(name as string)
  return found
}

function number(text: unknown, path: string): number {
  if (typeof text !== 'string' || !NUMBERS.includes(text))
    throw new FormatError(
      `checkpoint: the number at '${path}' must be one of ${NUMBERS.join(', ')}, got ${describe(text)}`,
    )
  return Number(text)
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
