import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  broadcastShapes,
  broadcastStrides,
  checkAxes,
  checkAxis,
  collapse,
  sameShape,
  sizeOf,
  stridesOf,
} from '../src/shape.js'
import { pairs, settings, shapes } from './properties.support.js'

const small = fc.array(fc.constantFrom(0, 1, 1, 2, 3, 4), { maxLength: 5 })
const property = <T extends [unknown, ...unknown[]]>(
  what: string,
  values: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (...values: T) => void,
) => test(what, () => fc.assert(fc.property(...values, holds), settings(200)))

/** Every place of a walk in row-major order, naively: one offset an operand. */
function places(shape: readonly number[], strides: readonly (readonly number[])[]): number[][] {
  let out = [strides.map(() => 0)]
  shape.forEach((size, d) => {
    out = out.flatMap((at) => Array.from({ length: size }, (_, i) => at.map((o, k) => o + i * strides[k][d])))
  })
  return out
}

property(
  'broadcasting is symmetric, and a shape with itself or a single number is itself',
  [pairs],
  ([a, b]) => {
    const c = broadcastShapes('op', a, b)
    expect(broadcastShapes('op', b, a)).toEqual(c)
    expect(broadcastShapes('op', c, a)).toEqual(c)
    expect(broadcastShapes('op', c, [])).toEqual(c)
    expect(c.length).toBe(Math.max(a.length, b.length))
  },
)

property(
  'broadcasting of three does not depend on the order, whether it works or not',
  [small, small, small],
  (a, b, c) => {
    const attempt = (f: () => readonly number[]) => {
      try {
        return f()
      } catch {
        return 'refused'
      }
    }
    const left = attempt(() => broadcastShapes('op', broadcastShapes('op', a, b), c))
    expect(attempt(() => broadcastShapes('op', a, broadcastShapes('op', b, c)))).toEqual(left)
  },
)

property(
  'broadcasting works exactly where, from the end, sizes are equal or one is 1',
  [small, small],
  (a, b) => {
    const fits = a.every((x, i) => {
      const y = b[i - a.length + b.length] ?? 1
      return x === y || x === 1 || y === 1
    })
    if (fits) expect(sizeOf(broadcastShapes('op', a, b))).toBeGreaterThanOrEqual(0)
    else expect(() => broadcastShapes('op', a, b)).toThrow(/^op: shapes .* do not broadcast/)
  },
)

property(
  'broadcast strides walk every operand within its bounds, each value equally often',
  [pairs],
  ([a, b]) => {
    const shape = broadcastShapes('op', a, b)
    fc.pre(sizeOf(shape) > 0)
    const seen = new Map<number, number>()
    for (const [at] of places(shape, [broadcastStrides(a, shape)])) seen.set(at, (seen.get(at) ?? 0) + 1)
    expect([...seen.keys()].sort((x, y) => x - y)).toEqual(Array.from({ length: sizeOf(a) }, (_, i) => i))
    expect(new Set(seen.values())).toEqual(new Set([sizeOf(shape) / sizeOf(a)]))
  },
)

property('strides of a shape count through it', [shapes(0, 1)], (shape) => {
  expect(places(shape, [stridesOf(shape)]).map(([at]) => at)).toEqual(
    Array.from({ length: sizeOf(shape) }, (_, i) => i),
  )
})

const walks = fc.tuple(small, fc.integer({ min: 1, max: 3 })).chain(([shape, operands]) =>
  fc.tuple(
    fc.constant(shape),
    fc.array(
      fc.oneof(
        fc.constant(stridesOf(shape)),
        fc.constant(stridesOf(shape).map((s) => -s)),
        fc.constant(shape.map(() => 0)),
        fc.array(fc.integer({ min: -7, max: 7 }), { minLength: shape.length, maxLength: shape.length }),
        fc.nat(31).map((mask) => stridesOf(shape).map((s, i) => ((mask >> i) % 2 ? s : 0))),
      ),
      { minLength: operands, maxLength: operands },
    ),
  ),
)

property('a collapsed walk visits the same places in the same order', [walks], ([shape, strides]) => {
  const short = collapse(shape, strides)
  expect(places(short.shape, short.strides)).toEqual(places(shape, strides))
  expect(short.shape.length).toBeGreaterThanOrEqual(1)
})

property('a collapsed walk has no dimensions left that could be one', [walks], ([shape, strides]) => {
  const short = collapse(shape, strides)
  if (short.shape.length > 1) expect(short.shape).not.toContain(1)
  for (let d = 1; d < short.shape.length; d++)
    expect(short.strides.every((s) => s[d - 1] === s[d] * short.shape[d])).toBe(false)
  expect(collapse(short.shape, short.strides)).toEqual(short)
})

property('contiguous operands collapse to one dimension', [shapes()], (shape) => {
  const short = collapse(shape, [stridesOf(shape), stridesOf(shape)])
  if (sizeOf(shape) > 0) expect(short).toEqual({ shape: [sizeOf(shape)], strides: [[1], [1]] })
  else expect(sizeOf(short.shape)).toBe(0)
})

property('axes count from either end', [shapes(1), fc.integer({ min: -9, max: 9 })], (shape, axis) => {
  const rank = shape.length
  if (axis < -rank || axis >= rank) expect(() => checkAxis('op', axis, shape)).toThrow(/^op: axis/)
  else {
    expect(checkAxis('op', axis, shape)).toBe((axis + rank) % rank)
    expect(checkAxes('op', [axis], shape)).toEqual(checkAxes('op', axis, shape))
    expect(() => checkAxes('op', [axis, axis], shape)).toThrow(/twice/)
  }
  expect(checkAxes('op', undefined, shape)).toEqual(shape.map((_, i) => i))
})

property('shapes are the same exactly where all sizes are', [small, small], (a, b) => {
  expect(sameShape(a, b)).toBe(String(a) === String(b) && a.length === b.length)
  expect(sameShape(a, [...a])).toBe(true)
})
