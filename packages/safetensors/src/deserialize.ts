import { type Backend, BackendError, OptionError, type Tensor, tensor } from '@core/tensor'
import { label, type TensorEntry } from './entries.js'
import { FORMATS } from './formats.js'
import { parseHeader, readHeaderLength, type SafetensorsHeader } from './header.js'

/** How tensors are made of what is read. */
export interface DeserializeOptions {
  /** Where the tensors shall live; the default backend when left out. */
  backend?: Backend
  /** `'float32'` rounds F64 tensors to float32; without it they become float64, which not every backend holds. */
  dtype?: 'float32'
}

/**
 * Reads and checks only the header: which tensors there are, of which shape, and the file's metadata.
 *
 * @param bytes - the whole file
 * @returns its names, dtypes, shapes, byte ranges and metadata
 * @throws FormatError when the file is not valid
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { readHeader, serialize } from '@core/safetensors'
 * const bytes = serialize({ w: tensor([1, 2, 3]) }, { metadata: { step: '900' } })
 * const { metadata, tensors } = readHeader(bytes)
 * metadata.step // => '900'
 * tensors[0] // => { name: 'w', dtype: 'F32', shape: [3], begin: 0, end: 12 }
 * ```
 */
export function readHeader(bytes: Uint8Array | ArrayBuffer): SafetensorsHeader {
  const file = view('readHeader', bytes)
  const length = readHeaderLength(file, file.length)
  return parseHeader(file.subarray(8, 8 + length), file.length - 8 - length)
}

/**
 * Reads named tensors from the bytes of a safetensors file. The whole header is checked before the first tensor is
 * made. F16 and BF16 become float32 and I64 becomes int32, all exactly or not at all.
 *
 * @param bytes - the whole file
 * @param options - where the tensors shall live, and what becomes of F64
 * @returns the tensors by name, in the order of their data; an object without prototype, so that no name is special
 * @throws FormatError when the file is not valid, with the tensor and the bytes at fault; BackendError when the
 *   backend has no float64 for an F64 tensor
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { deserialize, serialize } from '@core/safetensors'
 * const bytes = serialize({ weight: tensor([[1, 2], [3, 4]]), bias: tensor([0, 1]) })
 * const { weight } = deserialize(bytes)
 * weight!.shape // => [2, 2]
 * weight!.dataSync() // => [1, 2, 3, 4]
 * ```
 */
export function deserialize(
  bytes: Uint8Array | ArrayBuffer,
  options: DeserializeOptions = {},
): Record<string, Tensor> {
  checkReadOptions('deserialize', options)
  const file = view('deserialize', bytes)
  const { tensors, dataStart } = readHeader(file)
  const result: Record<string, Tensor> = Object.create(null)
  for (const entry of tensors)
    result[entry.name] = makeTensor(
      entry,
      file.slice(dataStart + entry.begin, dataStart + entry.end).buffer,
      options,
    )
  return result
}

/** The tensor that an entry describes, over the bytes of its own. */
export function makeTensor(entry: TensorEntry, bytes: ArrayBuffer, options: DeserializeOptions): Tensor {
  const { dtype, decode } = FORMATS[entry.dtype]
  const values = decode(bytes, label(entry.name))
  const { backend } = options
  const target = dtype === 'float64' ? (options.dtype ?? dtype) : dtype
  try {
    return tensor(values, { shape: entry.shape, dtype: target, ...(backend && { backend }) })
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
    throw new BackendError(
      `${label(entry.name)} is ${entry.dtype}: ${error.message}; or round it with { dtype: 'float32' }`,
    )
  }
}

/** Refuses options that do not exist, before anything is read. */
export function checkReadOptions(op: string, options: DeserializeOptions): void {
  const { dtype } = options
  if (dtype !== undefined && dtype !== 'float32')
    throw new OptionError(
      `${op}: dtype must be 'float32' or left out, got ${JSON.stringify(dtype)}; other conversions are for cast()`,
    )
}

// A plain view: the slice() of a Node Buffer would share its memory, and be placed anywhere in it.
function view(op: string, bytes: Uint8Array | ArrayBuffer): Uint8Array<ArrayBuffer> {
  if (bytes instanceof Uint8Array)
    return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes)
  throw new OptionError(
    `${op}: expected the bytes of a file as a Uint8Array or ArrayBuffer, got ${typeof bytes}`,
  )
}
