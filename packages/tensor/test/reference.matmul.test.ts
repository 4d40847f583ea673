import { describe, expect, test } from 'vitest'
import type { KernelAttrs } from '../src/backends/kernels.js'
import type { TypedArray } from '../src/dtype.js'
import { expectClose, f32, f64, list, noise, run } from './reference.support.js'

type Attrs = KernelAttrs['matmul']

function matmul(a: TypedArray, b: TypedArray, given: Partial<Attrs>, bias?: TypedArray) {
  const { m = 0, n = 0, k = 0, batch = 1 } = given
  const attrs = { transA: false, transB: false, aBatch: m * k, bBatch: k * n, ...given }
  const c = (a instanceof Float64Array ? f64 : f32)(...new Array(batch * m * n).fill(77))
  return run('matmul', bias ? [a, b, bias] : [a, b], [c], { ...attrs, batch, m, n, k, bias: !!bias })[0]
}

/** By the definition, three plain loops. */
function naive(a: Float64Array, b: Float64Array, { batch, m, n, k, transA, transB, aBatch, bBatch }: Attrs) {
  const c: number[] = []
  for (let i = 0; i < batch; i++) {
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0
        for (let p = 0; p < k; p++) {
          const left = a[i * aBatch + (transA ? p * m + row : row * k + p)]
          const right = b[i * bBatch + (transB ? column * k + p : p * n + column)]
          sum += left * right
        }
        c.push(sum)
      }
    }
  }
  return c
}

describe('matmul', () => {
  test('by hand', () => {
    const a = f32(1, 2, 3, 4, 5, 6)
    expect(list(matmul(a, f32(7, 8, 9, 10, 11, 12), { m: 2, n: 2, k: 3 }))).toEqual([58, 64, 139, 154])
    // the transposes of the same matrices
    const aT = f32(1, 4, 2, 5, 3, 6)
    const bT = f32(7, 9, 11, 8, 10, 12)
    const both = { m: 2, n: 2, k: 3, transA: true, transB: true }
    expect(list(matmul(aT, bT, both))).toEqual([58, 64, 139, 154])
    expect(list(matmul(aT, bT, both, f32(100, 200)))).toEqual([158, 264, 239, 354])
  })

  test('every layout and edge of the blocks agrees with three plain loops', () => {
    for (const [m, n, k] of [
      [1, 1, 1],
      [3, 4, 5],
      [2, 7, 3],
      [5, 9, 8],
      [1, 6, 2],
    ]) {
      for (const transA of [false, true]) {
        for (const transB of [false, true]) {
          for (const [aBatch, bBatch] of [
            [m * k, k * n],
            [0, k * n],
            [m * k, 0],
          ]) {
            const attrs = { batch: 3, m, n, k, transA, transB, aBatch, bBatch, bias: false }
            const a = noise(3 * m * k)
            const b = noise(3 * k * n, 2)
            expect(list(matmul(a, b, attrs))).toEqual(naive(a, b, attrs))
            const bias = noise(n, 3)
            const biased = naive(a, b, attrs).map((c, i) => c + bias[i % n])
            expect(list(matmul(a, b, attrs, bias))).toEqual(biased)
            expectClose(matmul(f32(...a), f32(...b), attrs), naive(a, b, attrs), 0, 1e-6)
          }
        }
      }
    }
  })

  test('sums float32 in double precision', () => {
    expect(list(matmul(f32(1, 1e8, -1e8), f32(1, 1, 1), { m: 1, n: 1, k: 3 }))).toEqual([1])
  })

  test('NaN and infinity come through zeros', () => {
    expect(list(matmul(f32(0, 1), f32(NaN, Infinity, 2, 3), { m: 1, n: 2, k: 2 }))).toEqual([NaN, NaN])
  })

  test('zero sizes', () => {
    expect(list(matmul(f32(), f32(), { m: 2, n: 2, k: 0 }))).toEqual([0, 0, 0, 0])
    expect(list(matmul(f32(), f32(), { m: 2, n: 2, k: 0 }, f32(5, 6)))).toEqual([5, 6, 5, 6])
    expect(list(matmul(f32(), f32(1, 2), { m: 0, n: 1, k: 2 }))).toEqual([])
    expect(list(matmul(f32(1, 2), f32(), { m: 1, n: 0, k: 2 }))).toEqual([])
    expect(list(matmul(f32(), f32(), { batch: 0, m: 1, n: 1, k: 1 }))).toEqual([])
  })
})
