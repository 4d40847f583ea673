import { type DType, FormatError, type TypedArray } from '@core/tensor'
import { brainsToFloats, halvesToFloats } from './half.js'

/** The kinds of numbers in a file that this package reads. It writes all of them but `F16` and `BF16`. */
export type FileDType = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'BOOL'

/** How one kind of number is stored, and how it is read. */
export interface Format {
  /** Bytes a value takes. */
  readonly bytes: number
  /** The dtype of the tensor that is made of it. */
  readonly dtype: DType
  /** The values of a buffer of its own; `where` begins the error about one that cannot be read. */
  readonly decode: (buffer: ArrayBuffer, where: string) => TypedArray
}

/** What this package reads. All numbers in a file are little-endian, as typed arrays are wherever JavaScript runs today. */
export const FORMATS: Readonly<Record<FileDType, Format>> = {
  F64: { bytes: 8, dtype: 'float64', decode: (buffer) => new Float64Array(buffer) },
  F32: { bytes: 4, dtype: 'float32', decode: (buffer) => new Float32Array(buffer) },
  F16: { bytes: 2, dtype: 'float32', decode: (buffer) => halvesToFloats(new Uint16Array(buffer)) },
  BF16: { bytes: 2, dtype: 'float32', decode: (buffer) => brainsToFloats(new Uint16Array(buffer)) },
  I64: { bytes: 8, dtype: 'int32', decode: narrow },
  I32: { bytes: 4, dtype: 'int32', decode: (buffer) => new Int32Array(buffer) },
  BOOL: { bytes: 1, dtype: 'bool', decode: flags },
}

/** Whether `name` is a kind of number that this package reads. */
export function isFileDType(name: string): name is FileDType {
  return Object.hasOwn(FORMATS, name)
}

function narrow(buffer: ArrayBuffer, where: string): Int32Array {
  const words = new Int32Array(buffer)
  const values = new Int32Array(words.length / 2)
  for (let i = 0; i < values.length; i++) {
    const low = words[2 * i]!
    if (words[2 * i + 1] !== low >> 31)
      throw new FormatError(
        `${where}: the I64 value ${new BigInt64Array(buffer)[i]} at index ${i} does not fit into int32 ` +
          '(−2147483648 to 2147483647); store smaller integers, or store it as F64',
      )
    values[i] = low
  }
  return values
}

/** int32 values as I64. */
export function widen(values: Int32Array): Int32Array {
  const words = new Int32Array(values.length * 2)
  for (let i = 0; i < values.length; i++) {
    words[2 * i] = values[i]!
    words[2 * i + 1] = values[i]! >> 31
  }
  return words
}

function flags(buffer: ArrayBuffer, where: string): Uint8Array {
  const values = new Uint8Array(buffer)
  const wrong = values.findIndex((value) => value > 1)
  if (wrong >= 0)
    throw new FormatError(
      `${where}: the BOOL value at index ${wrong} is the byte ${values[wrong]}, where only 0 and 1 are allowed; ` +
        'the data is damaged or not of this dtype',
    )
  return values
}
