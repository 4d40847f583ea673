import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TypedArray } from '../src/dtype.js'
import {
  Bench,
  builds,
  expectClose,
  expected,
  floats,
  generator,
  integers,
  masks,
} from './kernels.support.js'

const shapes = fc.record({
  outer: fc.nat(4),
  n: fc.oneof(fc.nat(3), fc.integer({ min: 4, max: 70 })),
  inner: fc.oneof(fc.constant(1), fc.nat(19)),
  seed: fc.integer(),
})
const kinds = fc.nat(2)

function values(kind: number, n: number, random: () => number): TypedArray {
  if (kind === 0) return floats(n, random, 5)
  return kind === 1 ? integers(n, random, 100) : masks(n, random)
}
const like = (x: TypedArray, n: number): TypedArray =>
  x instanceof Float32Array
    ? new Float32Array(n)
    : x instanceof Int32Array
      ? new Int32Array(n)
      : new Uint8Array(n)

describe.each(builds)('along one axis, %s', async (build) => {
  const bench = await Bench.start(build)

  test('running sums and products', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.constantFrom('sum' as const, 'prod' as const),
        fc.boolean(),
        fc.boolean(),
        ({ outer, n, inner, seed }, op, reverse, whole) => {
          const random = generator(seed)
          const size = outer * n * inner
          const x = whole
            ? integers(size, random, 9)
            : floats(size, random).map((v) => (op === 'prod' ? 1 + 0.1 * v : v))
          const attrs = { op, outer, n, inner, reverse }
          expectClose(
            bench.run('scan', [x], [like(x, size)], attrs),
            expected('scan', [x], [like(x, size)], attrs),
            {
              ulps: 1,
              absolute: 1e-12,
            },
          )
        },
      ),
      { numRuns: 120 },
    )
  })

  test('recurrences', () => {
    fc.assert(
      fc.property(shapes, fc.boolean(), ({ outer, n, inner, seed }, reverse) => {
        const random = generator(seed)
        const size = outer * n * inner
        const inputs = [floats(size, random, 1.2), floats(size, random)]
        const attrs = { outer, n, inner, reverse }
        const y = new Float32Array(size)
        expectClose(bench.run('affineScan', inputs, [y], attrs), expected('affineScan', inputs, [y], attrs), {
          ulps: 1,
          absolute: 1e-12,
        })
      }),
      { numRuns: 80 },
    )
  })

  test('sorting, with equal values, NaN, infinities and −0', () => {
    const special = [NaN, -NaN, Infinity, -Infinity, 0, -0, 1e-42, -1e-42]
    const sizes = fc.oneof(fc.nat(30), fc.integer({ min: 31, max: 700 }))
    fc.assert(
      fc.property(
        fc.nat(5),
        sizes,
        fc.integer(),
        fc.boolean(),
        fc.nat(3),
        (rows, n, seed, descending, kind) => {
          const random = generator(seed)
          const x =
            kind === 0
              ? integers(rows * n, random, 50).map((v) => v - 25)
              : kind === 1
                ? Int32Array.from({ length: rows * n }, () => random() * 2 ** 32)
                : floats(rows * n, random).map((v) =>
                    random() < 0.2 ? special[Math.floor(random() * 8)]! : kind === 2 ? v : Math.round(v * 4),
                  )
          const outputs = [like(x, rows * n), new Int32Array(rows * n)]
          const attrs = { rows, n, descending }
          expectClose(bench.run('sort', [x], outputs, attrs), expected('sort', [x], outputs, attrs), {
            ulps: 0,
          })
        },
      ),
      { numRuns: 120 },
    )
  })

  test('picking and placing by index', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.nat(20),
        kinds,
        fc.constantFrom('set' as const, 'add' as const, 'multiply' as const),
        ({ outer, n, inner, seed }, count, kind, mode) => {
          if (n === 0) return
          const random = generator(seed)
          const x = values(kind, outer * n * inner, random)
          const part = values(kind, outer * count * inner, random)
          const index = integers(outer * count * inner, random, n)
          const attrs = { outer, n, inner, count }
          expectClose(
            bench.run('gatherAlong', [x, index], [part], attrs),
            expected('gatherAlong', [x, index], [part], attrs),
          )
          const more = { ...attrs, mode: kind === 0 ? mode : ('set' as const) }
          const placed = bench.run('scatterAlong', [part, index], [x], more)
          // Factors come one after the other, each product rounded: the very same bits, however large they grow.
          if (more.mode === 'multiply') expect(placed).toEqual([multiplied(x, part, index, attrs)])
          else expectClose(placed, expected('scatterAlong', [part, index], [x], more), { absolute: 2e-5 })
        },
      ),
      { numRuns: 150 },
    )
  })

  test('any and all', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.constantFrom('any' as const, 'all' as const),
        ({ outer, n, inner, seed }, op) => {
          const x = masks(outer * n * inner, generator(seed)).map((v) => (n > 8 && op === 'all' ? 1 : v))
          if (n > 8 && op === 'any') x.fill(0, 0, (outer * n * inner) >> 1)
          const y = new Uint8Array(outer * inner)
          const attrs = { op, outer, n, inner }
          expectClose(bench.run('reduce', [x], [y], attrs), expected('reduce', [x], [y], attrs))
        },
      ),
      { numRuns: 60 },
    )
  })
})

/** x with the factors of `part` multiplied in by index, in their order, in float32. */
function multiplied(
  x: TypedArray,
  part: TypedArray,
  index: TypedArray,
  { outer, n, inner, count }: { outer: number; n: number; inner: number; count: number },
): TypedArray {
  const y = x.slice()
  for (let o = 0; o < outer; o++)
    for (let j = 0; j < count; j++)
      for (let i = 0; i < inner; i++) {
        const from = (o * count + j) * inner + i
        const to = (o * n + index[from]!) * inner + i
        y[to] = y[to]! * part[from]!
      }
  return y
}
