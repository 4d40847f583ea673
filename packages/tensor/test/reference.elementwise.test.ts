import { describe, expect, test } from 'vitest'
import type { BinaryOp, CompareOp, UnaryOp } from '../src/backends/kernels.js'
import type { TypedArray } from '../src/dtype.js'
import {
  bool,
  expectClose,
  expectGradient,
  f32,
  f64,
  i32,
  inner,
  list,
  noise,
  run,
} from './reference.support.js'

function unary(op: UnaryOp, x: TypedArray) {
  return list(run('unary', [x], [x.slice()], { op })[0])
}

/** Two operands of the same shape. */
function binary(op: BinaryOp, a: TypedArray, b: TypedArray) {
  const attrs = { op, shape: [a.length], aStrides: [1], bStrides: [1] }
  return list(run('binary', [a, b], [a.slice()], attrs)[0])
}

function compare(op: CompareOp, a: TypedArray, b: TypedArray) {
  const attrs = { op, shape: [a.length], aStrides: [1], bStrides: [1] }
  return list(run('compare', [a, b], [new Uint8Array(a.length)], attrs)[0])
}

describe('unary', () => {
  const cases: [UnaryOp, number[], number[]][] = [
    ['neg', [1, -2, 0, Infinity], [-1, 2, 0, -Infinity]],
    ['abs', [1, -2, -0, -Infinity, NaN], [1, 2, 0, Infinity, NaN]],
    ['sign', [3, -0.1, 0, NaN, -Infinity], [1, -1, 0, NaN, -1]],
    ['square', [3, -0.5, 0], [9, 0.25, 0]],
    ['sqrt', [4, 2, 0, -1], [2, Math.SQRT2, 0, NaN]],
    ['reciprocal', [4, -0.5, 0], [0.25, -2, Infinity]],
    ['exp', [0, 1, -Infinity, 1000], [1, Math.E, 0, Infinity]],
    ['log', [1, 10, 0, -1], [0, Math.LN10, -Infinity, NaN]],
    ['sin', [0, 1], [0, 0.8414709848078965]],
    ['cos', [0, 1], [1, 0.5403023058681398]],
    ['relu', [2, -2, 0, -Infinity, NaN], [2, 0, 0, 0, NaN]],
    ['sigmoid', [0, 1, -1, 1e4, -1e4, NaN], [0.5, 0.7310585786300049, 0.2689414213699951, 1, 0, NaN]],
    ['tanh', [0, 1, 1e4, -1e4], [0, 0.7615941559557649, 1, -1]],
    // x Φ(x), Φ(1) = 0.8413447460685429, Φ(-3) = 0.0013498980316300946
    [
      'gelu',
      [0, 1, -1, -3, 1e4, -1e4],
      [0, 0.8413447460685429, -0.15865525393145705, -0.004049694094890284, 1e4, 0],
    ],
    [
      'round',
      [0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 1e300, Infinity, NaN],
      [0, 2, 2, 0, -2, 2, 1e300, Infinity, NaN],
    ],
  ]
  test.each(cases)('%s', (op, x, expected) => {
    expectClose(unary(op, f64(...x)), expected, 2e-15)
    expectClose(unary(op, f32(...x)), expected.map(Math.fround), 1.2e-7)
  })

  test('small probabilities keep their digits', () => {
    expectClose(unary('sigmoid', f64(-40)), [4.248354255291589e-18], 1e-15)
  })

  test('int32 wraps', () => {
    expect(unary('neg', i32(5, -2147483648))).toEqual([-5, -2147483648])
    expect(unary('abs', i32(-5, 3))).toEqual([5, 3])
    expect(unary('sign', i32(-5, 0, 3))).toEqual([-1, 0, 1])
    // 123456789² = 15241578750190521 = 3548707 · 2³² − 1757895751
    expect(unary('square', i32(-7, 123456789))).toEqual([49, -1757895751])
  })

  test('logicalNot', () => {
    expect(unary('logicalNot', bool(0, 1, 1))).toEqual([1, 0, 0])
  })

  test('nothing to do', () => {
    expect(unary('exp', f32())).toEqual([])
  })
})

describe('binary', () => {
  const cases: [BinaryOp, number[], number[], number[]][] = [
    ['add', [1, Infinity], [2, -Infinity], [3, NaN]],
    ['sub', [1, 5], [2, 3], [-1, 2]],
    ['mul', [2, 0], [-3, Infinity], [-6, NaN]],
    ['div', [1, -1, 0, 6], [0, 0, 0, 4], [Infinity, -Infinity, NaN, 1.5]],
    [
      'pow',
      [2, 4, -8, 0, 1, -1, NaN, -2],
      [3, 0.5, 1 / 3, 0, NaN, Infinity, 0, -1],
      [8, 2, NaN, 1, 1, 1, 1, -0.5],
    ],
    ['maximum', [1, -1, NaN, 1], [2, -2, 1, NaN], [2, -1, NaN, NaN]],
    ['minimum', [1, -1, NaN, 1], [2, -2, 1, NaN], [1, -2, NaN, NaN]],
    ['remainder', [5, -5, 5, -5, -1], [3, 3, -3, -3, Infinity], [2, 1, -1, -2, Infinity]],
    ['floorDiv', [5, -5, 6, 1, -1, 1], [3, 3, 3, 0, Infinity, Infinity], [1, -2, 2, Infinity, -1, 0]],
    ['reluGrad', [5, 5, 5], [2, 0, 1e-30], [5, 0, 5]],
    ['sigmoidGrad', [4, 2], [0.5, 0.25], [1, 0.375]],
    ['tanhGrad', [4, 2], [0.5, -1], [3, 0]],
    // gelu′(1) = Φ(1) + φ(1) = 0.8413447460685429 + 0.24197072451914337
    ['geluGrad', [2, 3, 1, 1], [1, 0, 1e4, -1e4], [2.166630941175373, 1.5, 1, 0]],
  ]
  test.each(cases)('%s', (op, a, b, expected) => {
    expectClose(binary(op, f64(...a), f64(...b)), expected, 1e-15)
    expectClose(binary(op, f32(...a), f32(...b)), expected.map(Math.fround), 1.2e-7)
  })

  test('floorDiv does not go by the rounded quotient', () => {
    // 0.3 / 0.1 becomes 3, but 0.3 (in binary) is below 3 · 0.1
    expect(binary('floorDiv', f64(0.3), f64(0.1))).toEqual([2])
  })

  test('int32 wraps', () => {
    expect(binary('add', i32(2147483647, 1), i32(1, 2))).toEqual([-2147483648, 3])
    expect(binary('sub', i32(-2147483648), i32(1))).toEqual([2147483647])
    expect(binary('mul', i32(123456789, -3), i32(123456789, 4))).toEqual([-1757895751, -12])
    expect(binary('maximum', i32(-5, 7), i32(3, 2))).toEqual([3, 7])
    expect(binary('minimum', i32(-5, 7), i32(3, 2))).toEqual([-5, 2])
  })

  const gradients: [BinaryOp, UnaryOp, 'input' | 'output'][] = [
    ['reluGrad', 'relu', 'output'],
    ['sigmoidGrad', 'sigmoid', 'output'],
    ['tanhGrad', 'tanh', 'output'],
    ['geluGrad', 'gelu', 'input'],
  ]
  test.each(gradients)('%s is the gradient of %s', (gradient, op, from) => {
    const x = noise(50).map((value) => 4 * value)
    const g = noise(50, 2)
    const saved = from === 'input' ? x.slice() : f64(...unary(op, x))
    expectGradient(f64(...binary(gradient, g, saved)), () => inner(g, unary(op, x)), x)
  })

  test('broadcasts by strides', () => {
    // [2, 3] + [3]
    const attrs = { op: 'add', shape: [2, 3], aStrides: [3, 1], bStrides: [0, 1] } as const
    expect(
      list(run('binary', [f32(1, 2, 3, 4, 5, 6), f32(10, 20, 30)], [new Float32Array(6)], attrs)[0]),
    ).toEqual([11, 22, 33, 14, 25, 36])
    // [2, 1, 2] - [3, 1]
    const outer = { op: 'sub', shape: [2, 3, 2], aStrides: [2, 0, 1], bStrides: [0, 1, 0] } as const
    expect(list(run('binary', [f32(1, 2, 3, 4), f32(10, 20, 30)], [new Float32Array(12)], outer)[0])).toEqual(
      [-9, -8, -19, -18, -29, -28, -7, -6, -17, -16, -27, -26],
    )
  })

  test('walks six dimensions as nested loops do', () => {
    const shape = [2, 3, 1, 2, 3, 2]
    const aStrides = [36, 12, 12, 6, 2, 1]
    const bStrides = [0, 4, 0, 0, 1, 0]
    const a = noise(72)
    const b = noise(12, 3)
    const expected: number[] = []
    for (let i = 0; i < 72; i++) {
      const index = shape.map(
        (size, d) => Math.floor(i / shape.slice(d + 1).reduce((p, s) => p * s, 1)) % size,
      )
      expected.push(a[inner(index, aStrides)] * b[inner(index, bStrides)])
    }
    const [y] = run('binary', [a, b], [new Float64Array(72)], { op: 'mul', shape, aStrides, bStrides })
    expect(list(y)).toEqual(expected)
  })

  test('nothing to do', () => {
    const attrs = { op: 'add', shape: [0, 3], aStrides: [3, 1], bStrides: [0, 1] } as const
    expect(run('binary', [f32(), f32(1, 2, 3)], [f32()], attrs)[0]).toEqual(f32())
    const empty = { op: 'add', shape: [2, 0], aStrides: [0, 1], bStrides: [1, 0] } as const
    expect(run('binary', [f32(), f32(1, 2)], [f32()], empty)[0]).toEqual(f32())
  })
})

describe('compare', () => {
  const cases: [CompareOp, number[]][] = [
    ['eq', [0, 1, 0, 0, 0]],
    ['ne', [1, 0, 1, 1, 1]],
    ['lt', [1, 0, 0, 0, 0]],
    ['le', [1, 1, 0, 0, 0]],
    ['gt', [0, 0, 1, 0, 0]],
    ['ge', [0, 1, 1, 0, 0]],
  ]
  test.each(cases)('%s', (op, expected) => {
    const a = f32(1, 2, 3, NaN, NaN)
    const b = f32(2, 2, 2, 1, NaN)
    expect(compare(op, a, b)).toEqual(expected)
    expect(compare(op, i32(-1, 2, 3), i32(2, 2, 2))).toEqual(expected.slice(0, 3))
    expect(compare(op, bool(0, 1, 1), bool(1, 1, 0))).toEqual(expected.slice(0, 3))
  })

  test('broadcasts; nothing to do', () => {
    const attrs = { op: 'lt', shape: [2, 2], aStrides: [1, 0], bStrides: [0, 1] } as const
    expect(list(run('compare', [f32(1, 2), f32(2, 3)], [new Uint8Array(4)], attrs)[0])).toEqual([1, 1, 0, 1])
    expect(compare('eq', f32(), f32())).toEqual([])
  })
})

describe('where', () => {
  test('chooses, broadcast, in every dtype', () => {
    const attrs = { shape: [2, 3], cStrides: [0, 1], aStrides: [3, 1], bStrides: [1, 0] }
    const c = bool(1, 0, 1)
    const expected = [1, 10, 3, 4, 20, 6]
    for (const of of [f32, f64, i32, bool]) {
      const y = of(0, 0, 0, 0, 0, 0)
      run('where', [c, of(1, 2, 3, 4, 5, 6), of(10, 20)], [y], attrs)
      expect(list(y)).toEqual(expected)
    }
  })

  test('does not mix in what was not chosen', () => {
    const attrs = { shape: [2], cStrides: [1], aStrides: [1], bStrides: [1] }
    expect(list(run('where', [bool(1, 0), f32(1, NaN), f32(NaN, 2)], [f32(0, 0)], attrs)[0])).toEqual([1, 2])
  })

  test('nothing to do', () => {
    const attrs = { shape: [0], cStrides: [1], aStrides: [1], bStrides: [1] }
    expect(list(run('where', [bool(), f32(), f32()], [f32()], attrs)[0])).toEqual([])
  })
})

describe('fill and cast', () => {
  test('fill', () => {
    expect(run('fill', [], [f32(1, 2)], { value: 0.1 })[0]).toEqual(f32(0.1, 0.1))
    expect(run('fill', [], [f64(1, 2)], { value: 0.1 })[0]).toEqual(f64(0.1, 0.1))
    expect(run('fill', [], [i32(1, 2)], { value: -3 })[0]).toEqual(i32(-3, -3))
    expect(run('fill', [], [bool(0, 0)], { value: 1 })[0]).toEqual(bool(1, 1))
    expect(run('fill', [], [f32()], { value: 1 })[0]).toEqual(f32())
  })

  test('float to int32 truncates and saturates', () => {
    const x = [1.9, -1.9, 0.5, -0.5, NaN, Infinity, -Infinity, 3e9, -3e9]
    const expected = i32(1, -1, 0, 0, 0, 2147483647, -2147483648, 2147483647, -2147483648)
    expect(run('cast', [f32(...x)], [new Int32Array(9)], {})[0]).toEqual(expected)
    expect(run('cast', [f64(...x)], [new Int32Array(9)], {})[0]).toEqual(expected)
  })

  test('to bool is x ≠ 0', () => {
    const expected = bool(0, 0, 1, 1, 1)
    expect(run('cast', [f32(0, -0, 0.25, NaN, -256)], [new Uint8Array(5)], {})[0]).toEqual(expected)
    expect(run('cast', [i32(0, 0, 256, 1, -1)], [new Uint8Array(5)], {})[0]).toEqual(expected)
  })

  test('to floats', () => {
    expect(run('cast', [bool(0, 1)], [f32(5, 5)], {})[0]).toEqual(f32(0, 1))
    expect(run('cast', [i32(16777217)], [f32(0)], {})[0]).toEqual(f32(16777216))
    expect(run('cast', [i32(16777217)], [f64(0)], {})[0]).toEqual(f64(16777217))
    expect(run('cast', [f64(0.1)], [f32(0)], {})[0]).toEqual(f32(0.1))
    expect(run('cast', [f32(0.1)], [f64(0)], {})[0]).toEqual(f64(Math.fround(0.1)))
    expect(run('cast', [f32()], [f64()], {})[0]).toEqual(f64())
  })
})
