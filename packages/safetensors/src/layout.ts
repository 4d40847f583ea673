import { type DType, DTypeError, OptionError, type Tensor, type TypedArray } from '@core/tensor'
import { isTensor } from '@core/tensor/extend'
import { type FileDType, FORMATS, widen } from './formats.js'
import { MAX_HEADER } from './header.js'
import { METADATA, quote, refuseName } from './names.js'

/** Tensors by name: an object such as a state dict, a Map, or any other iterable of pairs. */
export type NamedTensors = Readonly<Record<string, Tensor>> | Iterable<readonly [string, Tensor]>

/** What goes into a file beside the tensors. */
export interface SerializeOptions {
  /** Notes of the file's own: text by name. */
  metadata?: Readonly<Record<string, string>>
  /** Names of int32 tensors to be written as I64, which is what PyTorch holds integers in. */
  int64?: readonly string[]
}

/** One tensor and the kind of number it is written as. */
export interface Part {
  readonly tensor: Tensor
  readonly dtype: FileDType
  readonly bytes: number
}

/** A file before its data: the bytes up to where it begins, and what follows in which order. */
export interface Layout {
  readonly head: Uint8Array<ArrayBuffer>
  readonly parts: readonly Part[]
  /** Size of the whole file. */
  readonly bytes: number
}

const WRITTEN: Readonly<Record<DType, FileDType>> = {
  float64: 'F64',
  float32: 'F32',
  int32: 'I32',
  bool: 'BOOL',
}

// Widest first, so that every tensor is aligned to its own width, then by name: the order of the reference
// implementation, so that the same tensors give the same bytes, whoever writes them.
const ORDER: readonly FileDType[] = ['I64', 'F64', 'F32', 'I32', 'BOOL']

/** Checks everything that shall be written and decides where in the file it goes. */
export function layOut(op: string, tensors: NamedTensors, options: SerializeOptions): Layout {
  const named = collect(op, tensors)
  const wide = new Set(options.int64)
  for (const name of wide) {
    const found = named.get(name)
    if (!found)
      throw new OptionError(`${op}: int64 names ${quote(name)}, but there is no tensor of that name`)
    if (found.dtype !== 'int32')
      throw new DTypeError(
        `${op}: int64 names ${quote(name)}, which is ${found.dtype}; only int32 can be written as I64`,
      )
  }
  const items = Array.from(named, ([name, tensor]) => {
    const dtype = wide.has(name) ? 'I64' : WRITTEN[tensor.dtype]
    return { name, tensor, dtype, bytes: tensor.size * FORMATS[dtype].bytes }
  })
  items.sort((a, b) => ORDER.indexOf(a.dtype) - ORDER.indexOf(b.dtype) || compareUtf8(a.name, b.name))

  const fields: string[] = []
  if (options.metadata) fields.push(`"${METADATA}":${metadataJson(op, options.metadata)}`)
  let at = 0
  for (const { name, tensor, dtype, bytes } of items) {
    const entry = { dtype, shape: tensor.shape, data_offsets: [at, at + bytes] }
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`)
    at += bytes
  }
  const head = withLength(op, new TextEncoder().encode(`{${fields.join(',')}}`))
  return { head, parts: items, bytes: head.length + at }
}

/** The values of a part as they stand in the file. */
export function encode({ dtype }: Part, values: TypedArray): Uint8Array {
  const { buffer, byteOffset, byteLength } = dtype === 'I64' ? widen(values as Int32Array) : values
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function collect(op: string, tensors: NamedTensors): Map<string, Tensor> {
  const pairs =
    Symbol.iterator in tensors ? (tensors as Iterable<readonly [string, Tensor]>) : Object.entries(tensors)
  const named = new Map<string, Tensor>()
  for (const [name, value] of pairs) {
    if (name === METADATA)
      throw new OptionError(`${op}: the name ${METADATA} is reserved; give notes as the option metadata`)
    const refusal = refuseName(name)
    if (refusal) throw new OptionError(`${op}: ${refusal}; rename the tensor`)
    if (named.has(name))
      throw new OptionError(`${op}: the name ${quote(name)} is given twice; names must differ`)
    if (!isTensor(value))
      throw new OptionError(`${op}: ${quote(name)} is not a tensor; wrap values in tensor() or leave it out`)
    named.set(name, value)
  }
  return named
}

function metadataJson(op: string, metadata: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(metadata).map(([name, value]) => {
    const refusal = refuseName(name)
    if (refusal) throw new OptionError(`${op}: in metadata, ${refusal}`)
    if (typeof value !== 'string')
      throw new OptionError(
        `${op}: metadata must be text, but ${quote(name)} is of type ${typeof value}; use String() or JSON.stringify()`,
      )
    if (/\p{Surrogate}/u.test(value))
      throw new OptionError(
        `${op}: metadata ${quote(name)} has half a surrogate pair, which UTF-8 cannot hold`,
      )
    return `${JSON.stringify(name)}:${JSON.stringify(value)}`
  })
  return `{${pairs.join(',')}}`
}

// The length first, then the header, padded by spaces so that the data begins at a multiple of 8.
function withLength(op: string, json: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = Math.ceil(json.length / 8) * 8
  if (length > MAX_HEADER)
    throw new OptionError(
      `${op}: names, shapes and metadata take ${length} bytes, above the format's limit of ${MAX_HEADER}; ` +
        'shorten the metadata or use several files',
    )
  const head = new Uint8Array(8 + length).fill(0x20)
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true)
  head.set(json, 8)
  return head
}

// UTF-16 units sort surrogates before U+E000 to U+FFFF; bytes of UTF-8 and code points do not.
function compareUtf8(a: string, b: string): number {
  const x = Array.from(a, (c) => c.codePointAt(0)!)
  const y = Array.from(b, (c) => c.codePointAt(0)!)
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!
  return x.length - y.length
}
