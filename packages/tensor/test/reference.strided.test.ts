import { describe, expect, test } from 'vitest'
import { bool, f32, f64, i32, list, run } from './reference.support.js'

const x = [0, 1, 2, 3, 4, 5]

describe('gatherStrided', () => {
  const cases: [string, number[], number[], number, number[]][] = [
    ['transpose of [2, 3]', [3, 2], [1, 3], 0, [0, 3, 1, 4, 2, 5]],
    ['flip', [6], [-1], 5, [5, 4, 3, 2, 1, 0]],
    ['flip of the rows', [2, 3], [-3, 1], 3, [3, 4, 5, 0, 1, 2]],
    ['flip of both', [2, 3], [-3, -1], 5, [5, 4, 3, 2, 1, 0]],
    ['repeat', [2, 2, 3], [0, 3, 1], 0, [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]],
    ['repeat inside', [2, 2], [1, 0], 2, [2, 2, 3, 3]],
    ['every second', [3], [2], 1, [1, 3, 5]],
    ['overlapping windows', [4, 3], [1, 1], 0, [0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5]],
    ['six dimensions', [1, 2, 1, 1, 3, 1], [9, 3, 9, 9, 1, 9], 0, [0, 1, 2, 3, 4, 5]],
    ['nothing', [2, 0], [3, 1], 0, []],
    ['nothing, outside', [0, 2], [3, 1], 0, []],
  ]
  test.each(cases)('%s', (_, shape, strides, offset, expected) => {
    for (const of of [f32, f64, i32]) {
      const y = of(...expected.map(() => 77))
      run('gatherStrided', [of(...x)], [y], { shape, strides, offset })
      expect(list(y)).toEqual(expected)
    }
  })

  test('bool', () => {
    const [y] = run('gatherStrided', [bool(1, 0, 0)], [bool(0, 0, 0)], {
      shape: [3],
      strides: [-1],
      offset: 2,
    })
    expect(list(y)).toEqual([0, 0, 1])
  })
})

describe('scatterStrided', () => {
  const cases: [string, number[], number[], number, number[]][] = [
    ['a column of [2, 3]', [2, 1], [3, 1], 1, [0, 10, 2, 3, 11, 5]],
    ['backwards', [3], [-2], 5, [0, 12, 2, 11, 4, 10]],
    ['transposed', [3, 2], [1, 3], 0, [10, 12, 14, 11, 13, 15]],
    ['nothing', [0], [1], 0, [0, 1, 2, 3, 4, 5]],
  ]
  test.each(cases)('%s; the rest stays', (_, shape, strides, offset, expected) => {
    const size = shape.reduce((product, n) => product * n, 1)
    for (const of of [f32, f64, i32, bool]) {
      const y = of(...x)
      run('scatterStrided', [of(...[10, 11, 12, 13, 14, 15].slice(0, size))], [y], { shape, strides, offset })
      expect(list(y)).toEqual(expected)
    }
  })

  test('gathers back what it scattered', () => {
    const attrs = { shape: [2, 3, 2], strides: [-1, 8, 3], offset: 4 }
    const values = f32(...Array.from({ length: 12 }, (_, i) => i + 1))
    const [y] = run('scatterStrided', [values], [new Float32Array(40)], attrs)
    expect(run('gatherStrided', [y], [new Float32Array(12)], attrs)[0]).toEqual(values)
    expect(y.filter((value) => value === 0)).toHaveLength(28)
  })
})

describe('rows', () => {
  test('gatherRows', () => {
    const attrs = { count: 3, width: 2, size: 3 }
    for (const of of [f32, f64, i32, bool]) {
      const [y] = run('gatherRows', [of(0, 1, 2, 3, 4, 5), i32(2, 0, 2)], [of(9, 9, 9, 9, 9, 9)], attrs)
      expect(list(y)).toEqual([4, 5, 0, 1, 4, 5])
    }
    const none = { count: 0, width: 2, size: 3 }
    expect(run('gatherRows', [f32(0, 1, 2, 3, 4, 5), i32()], [f32()], none)[0]).toEqual(f32())
  })

  test('scatterAddRows', () => {
    const attrs = { count: 3, width: 2, size: 4 }
    for (const of of [f32, f64]) {
      const y = of(9, 9, 9, 9, 9, 9, 9, 9)
      run('scatterAddRows', [of(1, 2, 3, 4, 5, 6), i32(2, 0, 2)], [y], attrs)
      expect(list(y)).toEqual([3, 4, 0, 0, 6, 8, 0, 0])
    }
    const none = { count: 0, width: 2, size: 1 }
    expect(run('scatterAddRows', [f32(), i32()], [f32(9, 9)], none)[0]).toEqual(f32(0, 0))
  })

  test('scatterAddRows adds in order, rounding each sum', () => {
    const attrs = { count: 3, width: 1, size: 1 }
    const index = i32(0, 0, 0)
    expect(list(run('scatterAddRows', [f32(1, 1e8, -1e8), index], [f32(9)], attrs)[0])).toEqual([0])
    expect(list(run('scatterAddRows', [f32(1e8, -1e8, 1), index], [f32(9)], attrs)[0])).toEqual([1])
  })
})
