import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReduceOp } from '../src/backends/kernels.js'
import { Bench, builds, expectClose, expected, floats, generator, integers } from './kernels.support.js'

const OPS: readonly ReduceOp[] = ['sum', 'prod', 'max', 'min', 'sumSquares']
const shapes = fc.record({
  outer: fc.nat(5),
  n: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 60, max: 700 })),
  inner: fc.oneof(fc.constant(1), fc.nat(40)),
  seed: fc.integer(),
})

describe.each(builds)('reductions, %s', async (build) => {
  const bench = await Bench.start(build)

  test('floats', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(...OPS), ({ outer, n, inner, seed }, op) => {
        const random = generator(seed)
        const x = floats(outer * n * inner, random).map((v) => (op === 'prod' ? 1 + 0.05 * v : v))
        const y = new Float32Array(outer * inner)
        const attrs = { op, outer, n, inner }
        const exact = op === 'max' || op === 'min'
        expectClose(bench.run('reduce', [x], [y], attrs), expected('reduce', [x], [y], attrs), {
          ulps: exact ? 0 : op === 'prod' ? n : 8,
          absolute: exact ? 0 : 1e-5,
          what: op,
        })
      }),
      { numRuns: 120 },
    )
  })

  test('integers wrap', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom('sum', 'prod', 'max', 'min'), ({ outer, n, inner, seed }, op) => {
        const x = integers(outer * n * inner, generator(seed), 7)
        const y = new Int32Array(outer * inner)
        if (op === 'prod' && n > 15) return
        const attrs = { op, outer, n, inner } as const
        expectClose(bench.run('reduce', [x], [y], attrs), expected('reduce', [x], [y], attrs), { what: op })
      }),
      { numRuns: 40 },
    )
  })

  test('the index of the extreme, the first of equals', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.constantFrom('argmax', 'argmin'),
        fc.boolean(),
        ({ outer, n, inner, seed }, op, float) => {
          const random = generator(seed)
          const values = integers(outer * n * inner, random, 20)
          const x = float ? Float32Array.from(values, (v) => (v === 0 && random() < 0.1 ? NaN : v)) : values
          const y = new Int32Array(outer * inner)
          const attrs = { op, outer, n, inner } as const
          expectClose(bench.run('argReduce', [x], [y], attrs), expected('argReduce', [x], [y], attrs), {
            what: op,
          })
        },
      ),
      { numRuns: 80 },
    )
  })

  test('NaN wins, infinities count, nothing sums to nothing', () => {
    for (const at of [0, 5, 33, 40]) {
      for (const inner of [1, 17]) {
        const x = new Float32Array(41 * inner).fill(1)
        x[at * inner] = NaN
        for (const op of OPS)
          expect(
            bench.run('reduce', [x], [new Float32Array(inner)], { op, outer: 1, n: 41, inner })[0][0],
          ).toBeNaN()
        x[at * inner] = -Infinity
        expect(
          bench.run('reduce', [x], [new Float32Array(inner)], { op: 'min', outer: 1, n: 41, inner })[0][0],
        ).toBe(-Infinity)
      }
    }
    const empty = (op: ReduceOp) =>
      bench.run('reduce', [new Float32Array(0)], [new Float32Array(3)], { op, outer: 3, n: 0, inner: 1 })[0]
    expect([...empty('sum')]).toEqual([0, 0, 0])
    expect([...empty('prod')]).toEqual([1, 1, 1])
  })

  test('long sums stay accurate', () => {
    const n = 1_000_003
    const x = floats(n, generator(3)).map((v) => v + 1)
    const [[sum]] = bench.run('reduce', [x], [new Float32Array(1)], { op: 'sum', outer: 1, n, inner: 1 })
    const exact = x.reduce((s, v) => s + v, 0)
    expect(Math.abs(sum - exact) / exact).toBeLessThan(2e-7)
    const columns = bench.run('reduce', [x.slice(0, 1_000_000)], [new Float32Array(1000)], {
      op: 'sum',
      outer: 1,
      n: 1000,
      inner: 1000,
    })
    const first = Array.from({ length: 1000 }, (_, i) => x[i * 1000]).reduce((s, v) => s + v, 0)
    expect(Math.abs(columns[0][0] - first) / first).toBeLessThan(1e-6)
  })
})
