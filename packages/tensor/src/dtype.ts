/**
 * The kinds of numbers a tensor can hold.
 *
 * `float32` is the default; `int32` serves for indices, `bool` for masks; `float64` exists on the reference
 * backend, where gradients are checked by finite differences.
 */
export type DType = 'float32' | 'float64' | 'int32' | 'bool'

/** The typed array in which a dtype's values are kept: `bool` is one byte a value, 0 or 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array

/** The array constructor of each dtype. */
export const TYPED = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const

/** Bytes a value of each dtype takes. */
export const BYTES: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4, bool: 1 }

/** A new zeroed array of `length` values. */
export function arrayOf(dtype: DType, length: number): TypedArray {
  return new TYPED[dtype](length)
}

/** Whether values of this dtype are real numbers, so that they can have gradients. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64'
}

const RANK: Readonly<Record<DType, number>> = { bool: 0, int32: 1, float32: 2, float64: 3 }

/** The dtype in which `a` and `b` meet: bool → int32 → float32 → float64. */
export function promote(a: DType, b: DType): DType {
  return RANK[a] >= RANK[b] ? a : b
}
