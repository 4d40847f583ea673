// What kernels should compute, and numbers to try them on; without anything of Node's, so that browser tests can use it.
import * as catalog from '../src/backends/catalog/index.js'
import type { Kernel } from '../src/backends/kernel.js'
import { IN_OUT, type KernelAttrs, type KernelName } from '../src/backends/kernels.js'
import { arrayOf, type DType, type TypedArray } from '../src/dtype.js'

/** All kernels, by name. */
export const kernels: { readonly [K in KernelName]: Kernel<K> } = catalog

/** The dtype of an array's values. */
export function dtypeOf(array: TypedArray): DType {
  if (array instanceof Float32Array) return 'float32'
  if (array instanceof Int32Array) return 'int32'
  return array instanceof Uint8Array ? 'bool' : 'float64'
}

/** What the reference backend computes, in double precision where the values are floats. */
export function expected<K extends KernelName>(
  kernel: K,
  inputs: readonly TypedArray[],
  outputs: readonly TypedArray[],
  attrs: KernelAttrs[K],
): TypedArray[] {
  const wide = (array: TypedArray) =>
    array instanceof Float32Array ? Float64Array.from(array) : array.slice()
  const results = outputs.map((array) =>
    IN_OUT.has(kernel) ? wide(array) : wide(arrayOf(dtypeOf(array), array.length)),
  )
  kernels[kernel].reference(inputs.map(wide), results, attrs)
  return results
}

/**
 * Compares with what is expected: integers exactly, floats within `ulps` units in the last place or `absolute`.
 */
export function expectClose(
  actual: readonly TypedArray[],
  expected: readonly TypedArray[],
  { ulps = 4, absolute = 1e-37, what = '' } = {},
): void {
  actual.forEach((array, k) => {
    for (let i = 0; i < array.length; i++) {
      const a = array[i]
      const b = expected[k][i]
      if (!(array instanceof Float32Array)) {
        if (a !== b) throw new Error(`${what} output ${k}[${i}]: ${a}, expected ${b}`)
        continue
      }
      const rounded = Math.fround(b)
      if (Object.is(a, rounded) || a === rounded || (Number.isNaN(a) && Number.isNaN(rounded))) continue
      const error = Math.abs(a - b)
      if (!(error <= absolute || error <= ulps * ulp(b))) {
        throw new Error(
          `${what} output ${k}[${i}]: ${a}, expected ${b} (${(error / ulp(b)).toFixed(1)} ulp, ${error} off)`,
        )
      }
    }
  })
}

/** Distance of neighbouring float32 numbers at x. */
export function ulp(x: number): number {
  const exponent = Math.floor(Math.log2(Math.abs(x) || 2 ** -126))
  return 2 ** (Math.max(exponent, -126) - 23)
}

/** Numbers that repeat with the seed. */
export function generator(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** n floats between −scale and scale. */
export function floats(n: number, random: () => number, scale = 1): Float32Array {
  return Float32Array.from({ length: n }, () => (random() * 2 - 1) * scale)
}

/** n integers from 0 up to, not including, limit. */
export function integers(n: number, random: () => number, limit: number): Int32Array {
  return Int32Array.from({ length: n }, () => Math.floor(random() * limit))
}

/** n masks. */
export function masks(n: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length: n }, () => (random() < 0.5 ? 1 : 0))
}
