import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Bench, builds, expectClose, expected, floats, generator } from './kernels.support.js'

const size = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 20 }) }, fc.nat(70))

describe.each(builds)('matmul, %s', async (build) => {
  const bench = await Bench.start(build)

  test('any sizes, transpositions, batches, bias', () => {
    fc.assert(
      fc.property(
        fc.record({
          batch: fc.nat(3),
          m: fc.oneof(fc.constant(1), size),
          n: size,
          k: fc.oneof(size, fc.integer({ min: 250, max: 530 })),
          transA: fc.boolean(),
          transB: fc.boolean(),
          bias: fc.boolean(),
          sharedA: fc.boolean(),
          sharedB: fc.boolean(),
          seed: fc.integer(),
        }),
        ({ batch, m, n, k, transA, transB, bias, sharedA, sharedB, seed }) => {
          const random = generator(seed)
          const a = floats(m * k * (sharedA ? 1 : batch), random)
          const b = floats(k * n * (sharedB ? 1 : batch), random)
          const inputs = bias ? [a, b, floats(n, random)] : [a, b]
          const attrs = {
            batch,
            m,
            n,
            k,
            transA,
            transB,
            bias,
            aBatch: sharedA ? 0 : m * k,
            bBatch: sharedB ? 0 : k * n,
          }
          const c = new Float32Array(batch * m * n)
          expectClose(bench.run('matmul', inputs, [c], attrs), expected('matmul', inputs, [c], attrs), {
            ulps: 4,
            absolute: 1e-6 * Math.sqrt(k + 1) * 2,
            what: JSON.stringify(attrs),
          })
        },
      ),
      { numRuns: 200 },
    )
  })

  test('an element has the same bits whatever its row, column and company', () => {
    const random = generator(5)
    const [m, n, k] = [23, 37, 600]
    const a = floats(m * k, random)
    const b = floats(k * n, random)
    const attrs = { batch: 1, m, n, k, transA: false, transB: false, bias: false, aBatch: 0, bBatch: 0 }
    const [c] = bench.run('matmul', [a, b], [new Float32Array(m * n)], attrs)
    const bT = new Float32Array(k * n)
    for (let i = 0; i < k; i++) for (let j = 0; j < n; j++) bT[j * k + i] = b[i * n + j]
    const aT = new Float32Array(k * m)
    for (let i = 0; i < k; i++) for (let j = 0; j < m; j++) aT[i * m + j] = a[j * k + i]
    const transposed = bench.run('matmul', [aT, bT], [new Float32Array(m * n)], {
      ...attrs,
      transA: true,
      transB: true,
    })
    expect(transposed[0]).toEqual(c)
    for (let i = 0; i < m; i++) {
      const row = a.slice(i * k, (i + 1) * k)
      const [single] = bench.run('matmul', [row, b], [new Float32Array(n)], { ...attrs, m: 1 })
      expect(single).toEqual(c.slice(i * n, (i + 1) * n))
      const [other] = bench.run('matmul', [row, bT], [new Float32Array(n)], { ...attrs, m: 1, transB: true })
      expect(other).toEqual(single)
    }
  })

  test('no products: zeros, or the bias', () => {
    const attrs = {
      batch: 2,
      m: 2,
      n: 3,
      k: 0,
      transA: false,
      transB: false,
      bias: false,
      aBatch: 0,
      bBatch: 0,
    }
    const none = new Float32Array(0)
    expect([...bench.run('matmul', [none, none], [new Float32Array(12).fill(7)], attrs)[0]]).toEqual(
      new Array(12).fill(0),
    )
    const bias = Float32Array.of(1, 2, 3)
    expect([
      ...bench.run('matmul', [none, none, bias], [new Float32Array(12)], { ...attrs, bias: true })[0],
    ]).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
  })

  test('NaN and infinity pass', () => {
    const a = Float32Array.of(1, NaN, Infinity, 1)
    const b = Float32Array.of(1, 2, 3, 4)
    const attrs = {
      batch: 1,
      m: 2,
      n: 2,
      k: 2,
      transA: false,
      transB: false,
      bias: false,
      aBatch: 0,
      bBatch: 0,
    }
    expect([...bench.run('matmul', [a, b], [new Float32Array(4)], attrs)[0]]).toEqual([
      NaN,
      NaN,
      Infinity,
      Infinity,
    ])
  })
})
