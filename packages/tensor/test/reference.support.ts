import { expect } from 'vitest'
import * as catalog from '../src/backends/catalog/index.js'
import type { Kernel } from '../src/backends/kernel.js'
import type { KernelAttrs, KernelName } from '../src/backends/kernels.js'
import type { TypedArray } from '../src/dtype.js'

const kernels: { readonly [K in KernelName]: Kernel<K> } = catalog

export const f32 = (...values: number[]) => new Float32Array(values)
export const f64 = (...values: number[]) => new Float64Array(values)
export const i32 = (...values: number[]) => new Int32Array(values)
export const bool = (...values: number[]) => new Uint8Array(values)

/** Runs a reference kernel and gives the outputs back. */
export function run<K extends KernelName, O extends readonly TypedArray[]>(
  kernel: K,
  inputs: readonly TypedArray[],
  outputs: O,
  attrs: KernelAttrs[K],
): O {
  kernels[kernel].reference(inputs, outputs, attrs)
  return outputs
}

/** `n` numbers between -1 and 1 that look random but do not come from the generator under test. */
export function noise(n: number, seed = 1): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453
    return 2 * (x - Math.floor(x)) - 1
  })
}

/** The values, without telling 0 from -0. */
export function list(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => value + 0)
}

/** Every value is within `relative · |expected| + absolute` of what is expected. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative: number,
  absolute = 0,
): void {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    const bound = relative * Math.abs(expected[i]) + absolute
    const near = Object.is(actual[i], expected[i]) || Math.abs(actual[i] - expected[i]) <= bound
    expect(near, `[${i}] is ${actual[i]}, expected ${expected[i]}`).toBe(true)
  }
}

/** Σ a · b: makes a scalar of several outputs, with known gradients. */
export function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** Compares the gradient of `loss` with respect to `x` with central differences. */
export function expectGradient(gradient: Float64Array, loss: () => number, x: Float64Array): void {
  const step = 1e-5
  const numeric = x.map((value, i) => {
    x[i] = value + step
    const above = loss()
    x[i] = value - step
    const below = loss()
    x[i] = value
    return (above - below) / (2 * step)
  })
  expect(numeric.some((value) => Math.abs(value) > 1e-4)).toBe(true)
  expectClose(gradient, numeric, 1e-6, 1e-9)
}
