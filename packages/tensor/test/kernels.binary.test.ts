import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BinaryOp, CompareOp } from '../src/backends/kernels.js'
import { arrayOf, type TypedArray } from '../src/dtype.js'
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

const OPS: readonly BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'div',
  'pow',
  'maximum',
  'minimum',
  'reluGrad',
  'sigmoidGrad',
  'tanhGrad',
  'geluGrad',
  'atan2',
  'fmod',
  'remainder',
  'floorDiv',
  'truncDiv',
  'prelu',
]
const INT_OPS: readonly BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'maximum',
  'minimum',
  'fmod',
  'remainder',
  'floorDiv',
  'truncDiv',
]
const COMPARES: readonly CompareOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']
const SPECIAL = [0, -0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, Infinity, -Infinity, NaN, 1e-40, 3e38, -1e20]

/** A shape and, for each operand, which of its dimensions are repeated. */
const walks = (operands: number) =>
  fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
        fc.constant(0),
        fc.integer({ min: 15, max: 40 }),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .filter((shape) => shape.reduce((a, b) => a * b, 1) < 20_000)
    .chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        repeated: fc.array(fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }), {
          minLength: operands,
          maxLength: operands,
        }),
        seed: fc.integer(),
      }),
    )

/** Strides and length of a dense operand that is repeated along some dimensions. */
function operand(shape: readonly number[], repeated: readonly boolean[]) {
  const strides = new Array<number>(shape.length).fill(0)
  let length = 1
  for (let d = shape.length - 1; d >= 0; d--) {
    if (repeated[d]) continue
    strides[d] = length
    length *= shape[d]
  }
  return { strides, length }
}

const volume = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

describe.each(builds)('binary, compare, where, %s', async (build) => {
  const bench = await Bench.start(build)

  test('broadcasting, floats', () => {
    fc.assert(
      fc.property(walks(2), fc.constantFrom(...OPS), ({ shape, repeated, seed }, op) => {
        const random = generator(seed)
        const a = operand(shape, repeated[0])
        const b = operand(shape, repeated[1])
        const x = floats(a.length, random, 2).map(op === 'pow' ? Math.abs : (v) => v)
        const y = floats(b.length, random, 2)
        const z = new Float32Array(volume(shape))
        const attrs = { op, shape, aStrides: a.strides, bStrides: b.strides }
        // Gradients are differences of numbers near 1.
        expectClose(bench.run('binary', [x, y], [z], attrs), expected('binary', [x, y], [z], attrs), {
          ulps: 2,
          absolute: op.endsWith('Grad') ? 1e-6 : 0,
          what: op,
        })
      }),
      { numRuns: 150 },
    )
  })

  test('broadcasting, integers wrap', () => {
    fc.assert(
      fc.property(walks(2), fc.constantFrom(...INT_OPS), ({ shape, repeated, seed }, op) => {
        const random = generator(seed)
        const a = operand(shape, repeated[0])
        const b = operand(shape, repeated[1])
        const x = integers(a.length, random, 2 ** 32)
        const y = integers(b.length, random, 2 ** 32)
        const z = new Int32Array(volume(shape))
        const attrs = { op, shape, aStrides: a.strides, bStrides: b.strides }
        expectClose(bench.run('binary', [x, y], [z], attrs), expected('binary', [x, y], [z], attrs), {
          what: op,
        })
      }),
      { numRuns: 60 },
    )
  })

  test('special values', () => {
    const n = SPECIAL.length
    const x = Float32Array.from(SPECIAL)
    for (const op of OPS) {
      // The gradients' second operands are values of the function, or of x where it is not flat.
      const y = op.endsWith('Grad') ? x.map((v) => (Math.abs(v) > 3 ? 3 * Math.sign(v) : v)) : x
      const attrs = { op, shape: [n, n], aStrides: [1, 0], bStrides: [0, 1] }
      const z = new Float32Array(n * n)
      expectClose(bench.run('binary', [x, y], [z], attrs), expected('binary', [x, y], [z], attrs), {
        ulps: 2,
        absolute: op.endsWith('Grad') ? 1e-6 : 1e-38,
        what: op,
      })
    }
  })

  test('pow is right where others go wrong', () => {
    const pairs = [
      [-2, 3, -8],
      [-2, 2, 4],
      [-2, 0.5, NaN],
      [0, 0, 1],
      [0, -1, Infinity],
      [Infinity, 0, 1],
      [NaN, 0, 1],
      [2, -1, 0.5],
      [1, Infinity, 1],
      [2, 200, Infinity],
    ]
    const attrs = { op: 'pow', shape: [pairs.length], aStrides: [1], bStrides: [1] } as const
    const x = Float32Array.from(pairs, ([a]) => a)
    const y = Float32Array.from(pairs, ([, b]) => b)
    expect([...bench.run('binary', [x, y], [new Float32Array(pairs.length)], attrs)[0]]).toEqual(
      pairs.map(([, , z]) => z),
    )
  })

  test('comparisons of floats, integers and masks', () => {
    fc.assert(
      fc.property(
        walks(2),
        fc.constantFrom(...COMPARES),
        fc.nat(2),
        ({ shape, repeated, seed }, op, kind) => {
          const random = generator(seed)
          const a = operand(shape, repeated[0])
          const b = operand(shape, repeated[1])
          const make = (n: number): TypedArray => {
            if (kind === 0)
              return Float32Array.from({ length: n }, () => SPECIAL[Math.floor(random() * SPECIAL.length)])
            return kind === 1 ? integers(n, random, 3) : masks(n, random)
          }
          const x = make(a.length)
          const y = make(b.length)
          const z = new Uint8Array(volume(shape))
          const attrs = { op, shape, aStrides: a.strides, bStrides: b.strides }
          expectClose(bench.run('compare', [x, y], [z], attrs), expected('compare', [x, y], [z], attrs), {
            what: op,
          })
        },
      ),
      { numRuns: 150 },
    )
  })

  test('where of floats, integers and masks', () => {
    fc.assert(
      fc.property(walks(3), fc.nat(2), ({ shape, repeated, seed }, kind) => {
        const random = generator(seed)
        const [c, a, b] = repeated.map((r) => operand(shape, r))
        const make = (n: number): TypedArray =>
          kind === 0 ? floats(n, random) : kind === 1 ? integers(n, random, 1000) : masks(n, random)
        const inputs = [masks(c.length, random), make(a.length), make(b.length)]
        const z = arrayOf(kind === 0 ? 'float32' : kind === 1 ? 'int32' : 'bool', volume(shape))
        const attrs = { shape, cStrides: c.strides, aStrides: a.strides, bStrides: b.strides }
        expectClose(bench.run('where', inputs, [z], attrs), expected('where', inputs, [z], attrs))
      }),
      { numRuns: 100 },
    )
  })
})
