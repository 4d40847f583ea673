import { type DType, TYPED, type TypedArray } from '../../dtype.js'
import { BackendError } from '../../errors.js'

/** Whole numbers are floats on the device: exact up to here. */
export const MOST_WHOLE = 2 ** 24

/** Values as the device holds them: floats. */
export function toDevice(values: TypedArray, dtype: DType): Float32Array {
  if (values instanceof Float32Array) return values
  if (dtype === 'int32')
    for (const v of values as Int32Array)
      if (v > MOST_WHOLE || v < -MOST_WHOLE)
        throw new BackendError(
          `gpu: the integer ${v} cannot be held on the device, where whole numbers are floats, exact to ±2^24; ` +
            'use smaller ones, or tensors on the wasm backend',
        )
  return Float32Array.from(values)
}

/** Floats from the device as values of a dtype. NaN stands for whole numbers that left the exact range. */
export function fromDevice(values: Float32Array, dtype: DType): TypedArray {
  if (dtype === 'float32') return values
  if (values.some(Number.isNaN))
    throw new BackendError(
      `gpu: a ${dtype} result left the range in which whole numbers are exact on the device, ±2^24; ` +
        'use smaller numbers, or tensors on the wasm backend',
    )
  return TYPED[dtype].from(values)
}

/** 32-bit words as pairs of 16-bit halves, low one first: what floats hold exactly. */
export function halves(words: ArrayLike<number>): Float32Array {
  const out = new Float32Array(2 * words.length)
  for (let i = 0; i < words.length; i++) {
    out[2 * i] = words[i]! & 0xffff
    out[2 * i + 1] = words[i]! >>> 16
  }
  return out
}
