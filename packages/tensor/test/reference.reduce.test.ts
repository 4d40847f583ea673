import { describe, expect, test } from 'vitest'
import type { ReduceOp } from '../src/backends/kernels.js'
import type { TypedArray } from '../src/dtype.js'
import { f32, f64, i32, list, noise, run } from './reference.support.js'

function reduce(op: ReduceOp, x: TypedArray, outer: number, n: number, inner: number) {
  const y = x.slice(0, 0).constructor as new (n: number) => TypedArray
  return list(run('reduce', [x], [new y(outer * inner).fill(77)], { op, outer, n, inner })[0])
}

function argReduce(op: 'argmax' | 'argmin', x: TypedArray, outer: number, n: number, inner: number) {
  return list(run('argReduce', [x], [new Int32Array(outer * inner).fill(77)], { op, outer, n, inner })[0])
}

describe('reduce', () => {
  const x = [1, 2, 3, 4, 5, 6, -7, 8, 9, 10, 11, -12]
  const cases: [ReduceOp, number[], number[]][] = [
    ['sum', [9, 12, 13, 6], [6, 15, 10, 9]],
    ['prod', [15, 48, -693, -960], [6, 120, -504, -1320]],
    ['max', [5, 6, 11, 10], [3, 6, 9, 11]],
    ['min', [1, 2, -7, -12], [1, 4, -7, -12]],
    ['sumSquares', [35, 56, 251, 308], [14, 77, 194, 365]],
  ]
  test.each(cases)('%s', (op, middle, last) => {
    for (const of of [f32, f64, i32]) {
      expect(reduce(op, of(...x), 2, 3, 2)).toEqual(middle)
      expect(reduce(op, of(...x), 4, 3, 1)).toEqual(last)
    }
  })

  test('NaN wins', () => {
    const holes = f32(1, NaN, NaN, 2, 3, 4)
    for (const op of ['sum', 'prod', 'max', 'min', 'sumSquares'] as const) {
      expect(reduce(op, holes, 2, 3, 1)[0]).toBe(NaN)
      expect(reduce(op, holes, 1, 3, 2)).toEqual([NaN, NaN])
    }
    expect(reduce('max', f32(-Infinity, -Infinity), 1, 2, 1)).toEqual([-Infinity])
  })

  test('an empty axis, and nothing to do', () => {
    for (const inner of [1, 2]) {
      expect(reduce('sum', f32(), 2, 0, inner)).toEqual(new Array(2 * inner).fill(0))
      expect(reduce('prod', f32(), 2, 0, inner)).toEqual(new Array(2 * inner).fill(1))
      expect(reduce('sumSquares', f32(), 2, 0, inner)).toEqual(new Array(2 * inner).fill(0))
    }
    expect(reduce('sum', f32(), 0, 3, 2)).toEqual([])
    expect(reduce('sum', f32(), 3, 2, 0)).toEqual([])
  })

  test('int32 wraps', () => {
    const large = i32(2147483647, 2147483647, 2147483647)
    expect(reduce('sum', large, 1, 3, 1)).toEqual([2147483645])
    expect(reduce('sum', large, 1, 1, 3)).toEqual(list(large))
    expect(reduce('prod', i32(123456789, 123456789), 1, 2, 1)).toEqual([-1757895751])
    expect(reduce('prod', i32(123456789, 1, 123456789, 1), 1, 2, 2)).toEqual([-1757895751, 1])
  })

  test('a sum of int32 is exact beyond 2⁵³', () => {
    const n = 2 ** 23 + 1
    const exact = BigInt(n) * 2147483647n
    expect(reduce('sum', new Int32Array(n).fill(2147483647), 1, n, 1)).toEqual([
      Number(BigInt.asIntN(32, exact)),
    ])
  })

  test('a long sum of float32 keeps its digits', () => {
    const ones = new Float32Array(3_000_000).fill(0.1)
    const exact = Math.fround(0.1) * 3_000_000
    expect(reduce('sum', ones, 1, ones.length, 1)).toEqual([Math.fround(exact)])
    expect(reduce('sum', ones, 1, ones.length / 2, 2)).toEqual([
      Math.fround(exact / 2),
      Math.fround(exact / 2),
    ])
  })
})

describe('argReduce', () => {
  test('the first of equals', () => {
    for (const of of [f32, f64, i32]) {
      const x = of(3, 1, 3, 1, 2, 2)
      expect(argReduce('argmax', x, 2, 3, 1)).toEqual([0, 1])
      expect(argReduce('argmin', x, 2, 3, 1)).toEqual([1, 0])
      expect(argReduce('argmax', x, 1, 3, 2)).toEqual([0, 2])
      expect(argReduce('argmin', x, 1, 3, 2)).toEqual([2, 0])
    }
  })

  test('the first NaN wins', () => {
    const x = f32(1, NaN, 5, NaN, NaN, 0, 1, 2)
    expect(argReduce('argmax', x, 2, 4, 1)).toEqual([1, 0])
    expect(argReduce('argmin', x, 2, 4, 1)).toEqual([1, 0])
  })

  test('infinities, and nothing to do', () => {
    expect(argReduce('argmax', f32(-Infinity, -Infinity), 1, 2, 1)).toEqual([0])
    expect(argReduce('argmin', f32(Infinity, 4), 1, 2, 1)).toEqual([1])
    expect(argReduce('argmax', f32(), 0, 2, 1)).toEqual([])
  })

  test('agrees with a search', () => {
    const x = noise(5 * 7 * 3)
    const expected: number[] = []
    for (let o = 0; o < 5; o++) {
      for (let i = 0; i < 3; i++) {
        const column = Array.from({ length: 7 }, (_, j) => x[(o * 7 + j) * 3 + i])
        expected.push(column.indexOf(Math.max(...column)))
      }
    }
    expect(argReduce('argmax', x, 5, 7, 3)).toEqual(expected)
  })
})
