import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrayOf, type TypedArray } from '../src/dtype.js'
import {
  Bench,
  builds,
  dtypeOf,
  expectClose,
  expected,
  floats,
  generator,
  integers,
  masks,
} from './kernels.support.js'

/** n values of one of the three dtypes. */
function values(kind: number, n: number, random: () => number): TypedArray {
  if (kind === 0) return floats(n, random, 5)
  return kind === 1 ? integers(n, random, 100) : masks(n, random)
}
const kinds = fc.nat(2)

/** A permuted and partly flipped view of a dense array. */
const views = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 8, max: 24 }), fc.constant(0)), {
    minLength: 1,
    maxLength: 5,
  })
  .filter((shape) => shape.reduce((a, b) => a * b, 1) < 30_000)
  .chain((dims) =>
    fc.record({
      dims: fc.constant(dims),
      order: fc.shuffledSubarray([...dims.keys()], { minLength: dims.length, maxLength: dims.length }),
      flips: fc.array(fc.boolean(), { minLength: dims.length, maxLength: dims.length }),
      start: fc.nat(5),
      seed: fc.integer(),
    }),
  )

function strided(
  dims: readonly number[],
  order: readonly number[],
  flips: readonly boolean[],
  start: number,
) {
  const dense = dims.map((_, d) => dims.slice(d + 1).reduce((a, b) => a * b, 1))
  const shape = order.map((d) => dims[d])
  let offset = start
  const strides = order.map((d, i) => {
    if (!flips[i] || dims[d] === 0) return dense[d]
    offset += (dims[d] - 1) * dense[d]
    return -dense[d]
  })
  return { shape, strides, offset, length: dims.reduce((a, b) => a * b, 1) + start }
}

describe.each(builds)('moving data, %s', async (build) => {
  const bench = await Bench.start(build)

  test('gatherStrided and scatterStrided of every dtype', () => {
    fc.assert(
      fc.property(views, kinds, ({ dims, order, flips, start, seed }, kind) => {
        const random = generator(seed)
        const { shape, strides, offset, length } = strided(dims, order, flips, start)
        const attrs = { shape, strides, offset }
        const whole = values(kind, length, random)
        const part = values(kind, length - start, random)
        expectClose(
          bench.run('gatherStrided', [whole], [part], attrs),
          expected('gatherStrided', [whole], [part], attrs),
        )
        expectClose(
          bench.run('scatterStrided', [part], [whole], attrs),
          expected('scatterStrided', [part], [whole], attrs),
        )
      }),
      { numRuns: 150 },
    )
  })

  test('repeating and taking every other', () => {
    const x = floats(60, generator(1))
    for (const attrs of [
      { shape: [4, 20, 3], strides: [0, 3, 1], offset: 0 },
      { shape: [5, 7], strides: [0, 0], offset: 3 },
      { shape: [20], strides: [2], offset: 1 },
      { shape: [17, 19], strides: [1, 2], offset: 0 },
    ]) {
      const y = new Float32Array(attrs.shape.reduce((a, b) => a * b, 1))
      expectClose(bench.run('gatherStrided', [x], [y], attrs), expected('gatherStrided', [x], [y], attrs))
    }
  })

  test('fill and cast between all dtypes', () => {
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.integer(),
        kinds,
        kinds,
        fc.constantFrom(0, 1, -2.5, NaN, Infinity, 3e9),
        (n, seed, from, to, value) => {
          const random = generator(seed)
          const x = values(from, n, random)
          if (x instanceof Float32Array && n > 3) x.set([NaN, -Infinity, 3e9, -0.5])
          const y = arrayOf(dtypeOf(values(to, 0, random)), n)
          expectClose(bench.run('cast', [x], [y], {}), expected('cast', [x], [y], {}))
          expectClose(bench.run('fill', [], [y], { value }), expected('fill', [], [y], { value }))
        },
      ),
      { numRuns: 80 },
    )
  })

  test('gatherRows of every dtype, scatterAddRows', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(40),
        fc.integer({ min: 1, max: 9 }),
        fc.integer(),
        kinds,
        (count, width, size, seed, kind) => {
          const random = generator(seed)
          const index = integers(count, random, size)
          const attrs = { count, width, size }
          const table = values(kind, size * width, random)
          const rows = values(kind, count * width, random)
          expectClose(
            bench.run('gatherRows', [table, index], [rows], attrs),
            expected('gatherRows', [table, index], [rows], attrs),
          )
          const x = floats(count * width, random)
          const y = new Float32Array(size * width).fill(9)
          expectClose(
            bench.run('scatterAddRows', [x, index], [y], attrs),
            expected('scatterAddRows', [x, index], [y], attrs),
            {
              absolute: 1e-5,
            },
          )
        },
      ),
      { numRuns: 80 },
    )
  })

  test('random numbers', () => {
    fc.assert(
      fc.property(
        fc.nat(70),
        fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 4, maxLength: 4 }),
        (n, words) => {
          const state = Int32Array.from(words)
          const y = new Float32Array(n)
          for (const attrs of [
            { kind: 'uniform', low: -0.3, high: 1.7 },
            { kind: 'bernoulli', low: 0.3, high: 1 / 0.3 },
          ] as const) {
            const exact = expected('random', [state], [y], attrs).map((a) => Float32Array.from(a))
            expectClose(bench.run('random', [state], [y], attrs), exact, {
              ulps: 0,
              absolute: 0,
              what: attrs.kind,
            })
          }
          const attrs = { kind: 'normal', low: 0.5, high: 2 } as const
          expectClose(bench.run('random', [state], [y], attrs), expected('random', [state], [y], attrs), {
            ulps: 4,
            absolute: 1e-6,
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  test('the counter of random numbers carries over into its upper word', () => {
    const state = Int32Array.of(1, 2, -2, 7)
    const y = new Float32Array(40)
    const attrs = { kind: 'uniform', low: 0, high: 1 } as const
    const [all] = bench.run('random', [state], [y], attrs)
    expect([...all]).toEqual([...expected('random', [state], [y], attrs)[0]])
    const [later] = bench.run('random', [Int32Array.of(1, 2, 0, 8)], [new Float32Array(32)], attrs)
    expect(later).toEqual(all.slice(8))
  })
})
