import { describe, expect, test } from 'vitest'
import type { TypedArray } from '../src/dtype.js'
import { expectClose, expectGradient, f32, f64, i32, inner, list, noise, run } from './reference.support.js'

function softmax<T extends TypedArray>(x: T, rows: number, n: number, log = false): T {
  return run('softmax', [x], [x.slice().fill(77) as T], { rows, n, log })[0]
}

const e = Math.E

describe('softmax', () => {
  test('by hand', () => {
    expectClose(softmax(f64(0, 0, 1, 0), 2, 2), [0.5, 0.5, e / (1 + e), 1 / (1 + e)], 1e-15)
    expectClose(softmax(f64(0, Math.log(2), Math.log(5)), 1, 3), [1 / 8, 2 / 8, 5 / 8], 1e-15)
    expectClose(softmax(f64(0, Math.log(3)), 1, 2, true), [-Math.log(4), Math.log(3 / 4)], 1e-15)
    expectClose(softmax(f32(0, 0, 1, 0), 2, 2), [0.5, 0.5, e / (1 + e), 1 / (1 + e)], 1e-7)
  })

  test('stays finite far from zero', () => {
    expectClose(softmax(f32(1e4, 1e4, -1e4), 1, 3), [0.5, 0.5, 0], 1e-7)
    expectClose(softmax(f32(1e4, -1e4), 1, 2, true), [0, -2e4], 1e-7)
    expectClose(softmax(f64(-1e4, -1e4 + 1), 1, 2), [1 / (1 + e), e / (1 + e)], 1e-12)
  })

  test('masked entries, NaN', () => {
    expect(list(softmax(f32(-Infinity, 0), 1, 2))).toEqual([0, 1])
    expect(list(softmax(f32(-Infinity, 0), 1, 2, true))).toEqual([-Infinity, 0])
    expect(list(softmax(f32(-Infinity, -Infinity), 1, 2))).toEqual([NaN, NaN])
    expect(list(softmax(f32(NaN, 0, 0, 0), 2, 2))).toEqual([NaN, NaN, 0.5, 0.5])
  })

  test('nothing to do', () => {
    expect(list(softmax(f32(), 0, 3))).toEqual([])
    expect(list(softmax(f32(), 3, 0))).toEqual([])
  })

  test.each([false, true])('gradient, log = %s', (log) => {
    const x = noise(12).map((value) => 3 * value)
    const g = noise(12, 2)
    const attrs = { rows: 3, n: 4, log }
    const [dx] = run('softmaxGrad', [g, softmax(x, 3, 4, log)], [new Float64Array(12)], attrs)
    expectGradient(dx, () => inner(g, softmax(x, 3, 4, log)), x)
    expect(run('softmaxGrad', [f32(), f32()], [f32()], { rows: 0, n: 4, log })[0]).toEqual(f32())
  })
})

describe('crossEntropy', () => {
  const ignoreIndex = -100

  test('by hand', () => {
    const x = f64(0, Math.log(3), Math.log(4), 5, 5, 5, 1, 2, 3)
    const attrs = { rows: 3, n: 3, ignoreIndex }
    const [loss, norm] = run(
      'crossEntropy',
      [x, i32(1, 0, ignoreIndex)],
      [f64(9, 9, 9), f64(9, 9, 9, 9, 9, 9)],
      attrs,
    )
    expectClose(loss, [Math.log(8 / 3), Math.log(3), 0], 1e-15)
    expectClose(norm, [Math.log(4), 2, 5, 3, 3, 1 + 1 / e + 1 / e ** 2], 1e-15)
  })

  test('stays finite far from zero, and exact for what is sure', () => {
    const attrs = { rows: 3, n: 2, ignoreIndex }
    const x = f32(1e4, -1e4, 1e4, -1e4, -1e4, -1e4)
    const [loss] = run('crossEntropy', [x, i32(0, 1, 1)], [f32(9, 9, 9), new Float32Array(6)], attrs)
    expectClose(loss, [0, 2e4, Math.fround(Math.LN2)], 0)
  })

  test('the gradient keeps its digits where logits are large', () => {
    const attrs = { rows: 1, n: 2, ignoreIndex }
    const x = f32(1e4, 1e4 - 1)
    const [, norm] = run('crossEntropy', [x, i32(0)], [f32(9), f32(9, 9)], attrs)
    const [dx] = run('crossEntropyGrad', [f32(1), x, i32(0), norm], [f32(9, 9)], attrs)
    const p = 1 / (1 + e)
    expectClose(dx, [-p, p], 1e-7)
  })

  test('an index inside the range can be ignored too', () => {
    const attrs = { rows: 2, n: 2, ignoreIndex: 1 }
    const x = f64(0, 0, 0, 0)
    const target = i32(0, 1)
    const [loss, norm] = run('crossEntropy', [x, target], [f64(9, 9), f64(9, 9, 9, 9)], attrs)
    expectClose(loss, [Math.LN2, 0], 1e-15)
    const [dx] = run('crossEntropyGrad', [f64(1, 1), x, target, norm], [f64(9, 9, 9, 9)], attrs)
    expectClose(dx, [-0.5, 0.5, 0, 0], 1e-15)
  })

  test('gradient', () => {
    const rows = 4
    const n = 5
    const attrs = { rows, n, ignoreIndex }
    const x = noise(rows * n).map((value) => 3 * value)
    const g = noise(rows, 2)
    const target = i32(3, 0, ignoreIndex, 4)
    const forward = () =>
      run('crossEntropy', [x, target], [new Float64Array(rows), new Float64Array(2 * rows)], attrs)
    const [dx] = run('crossEntropyGrad', [g, x, target, forward()[1]], [noise(rows * n)], attrs)
    expectGradient(dx, () => inner(g, forward()[0]), x)
    expect(list(dx.subarray(2 * n, 3 * n))).toEqual([0, 0, 0, 0, 0])
  })

  test('nothing to do', () => {
    const attrs = { rows: 0, n: 3, ignoreIndex }
    expect(run('crossEntropy', [f32(), i32()], [f32(), f32()], attrs)).toEqual([f32(), f32()])
    expect(run('crossEntropyGrad', [f32(), f32(), i32(), f32()], [f32()], attrs)[0]).toEqual(f32())
  })
})
