import { describe, expect, test } from 'vitest'
import { expectClose, f32, f64, list, noise, run } from './reference.support.js'

interface Options {
  lr: number
  momentum?: number
  dampening?: number
  weightDecay?: number
  nesterov?: boolean
  maximize?: boolean
}

/** The gradient of Σ (p⁴ / 4 − p), so that every step has another one. */
const gradient = (p: Float64Array) => p.map((value) => value ** 3 - 1)

/** Five steps by the rule as the papers have it, one parameter at a time. */
function byHand(start: Float64Array, options: Options): number[] {
  const { lr, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, maximize = false } = options
  return Array.from(start, (p) => {
    let v: number | undefined
    for (let step = 0; step < 5; step++) {
      let d = (maximize ? -1 : 1) * (p ** 3 - 1) + weightDecay * p
      if (momentum !== 0) {
        v = v === undefined ? d : momentum * v + (1 - dampening) * d
        d = nesterov ? d + momentum * v : v
      }
      p -= lr * d
    }
    return p
  })
}

function byKernel(start: Float64Array, options: Options): Float64Array {
  const { lr, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, maximize = false } = options
  const velocity = momentum !== 0
  const p = start.slice()
  const v = new Float64Array(p.length).fill(NaN) // must not be read in the first step
  for (let step = 0; step < 5; step++) {
    const first = step === 0 ? 1 : 0
    const numbers = f64(lr, momentum, dampening, weightDecay, nesterov ? 1 : 0, first, maximize ? -1 : 1)
    run('sgd', [gradient(p), numbers], velocity ? [p, v] : [p], { velocity })
  }
  return p
}

describe('sgd', () => {
  const cases: Options[] = [
    { lr: 0.1 },
    { lr: 0.1, weightDecay: 0.3 },
    { lr: 0.1, momentum: 0.9 },
    { lr: 0.1, momentum: 0.9, dampening: 0.4 },
    { lr: 0.1, momentum: 0.9, nesterov: true },
    { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.3 },
    { lr: 0.05, momentum: 0.5, dampening: 0.1, weightDecay: 0.3, maximize: true },
  ]
  test.each(cases)('%o', (options) => {
    const start = noise(7)
    const plain = byHand(start, { lr: 0.1 })
    expectClose(byKernel(start, options), byHand(start, options), 1e-14)
    if (options !== cases[0]) expect(byHand(start, options)).not.toEqual(plain)
  })

  test('by hand, in float32', () => {
    const p = f32(1, -2)
    const v = f32(0, 0)
    const attrs = { velocity: true }
    run('sgd', [f32(2, 4), f32(0.5, 0.5, 0, 0, 0, 1, 1)], [p, v], attrs)
    expect([list(p), list(v)]).toEqual([
      [0, -4],
      [2, 4],
    ])
    run('sgd', [f32(2, 4), f32(0.5, 0.5, 0, 0, 0, 0, 1)], [p, v], attrs)
    expect([list(p), list(v)]).toEqual([
      [-1.5, -7],
      [3, 6],
    ])
  })

  test('nothing to do', () => {
    const attrs = { velocity: false }
    expect(run('sgd', [f32(), f32(1, 0, 0, 0, 0, 1, 1)], [f32()], attrs)[0]).toEqual(f32())
  })
})

describe('adam', () => {
  test('each number has its place', () => {
    const numbers = f64(-1, 0.5, 0.25, 0.5, 0.25, 0.125, 2, 3, 0.5, 4, 8)
    const [p, m, v] = run('adam', [f64(1), numbers], [f64(4), f64(2), f64(16)], {
      amsgrad: false,
      infinity: false,
    })
    // d = −1 + 0.5 · 4 = 1, m = 1 + 0.25, v = 2 + 2, s = 3 · 2 + 0.5
    expect([list(m), list(v)]).toEqual([[1.25], [4]])
    expectClose(p, [3 - (4 * 1.25 + 8) / 6.5], 1e-15)
  })

  test('AMSGrad divides by the largest, of which NaN is one', () => {
    const numbers = f64(1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0)
    const outputs = [f64(0, 0, 0), f64(0, 0, 0), f64(0, 0, 0), f64(1, 100, NaN)]
    const [p, , v, w] = run('adam', [f64(2, 2, 2), numbers], outputs, { amsgrad: true, infinity: false })
    expect([list(p!), list(v!), list(w!)]).toEqual([
      [-1, -0.2, NaN],
      [4, 4, 4],
      [4, 100, NaN],
    ])
  })

  test('the infinity norm fades, and NaN stays', () => {
    const numbers = f64(1, 0, 0, 0, 1, 0.5, 0, 0, 0.25, 1, 0)
    const outputs = [f64(0, 0, 0), f64(0, 0, 0), f64(8, 2, NaN)]
    const [, , u] = run('adam', [f64(-2, -2, -2), numbers], outputs, { amsgrad: false, infinity: true })
    expect(list(u!)).toEqual([4, 2.25, NaN])
  })
})

describe('rmsprop', () => {
  test('each number has its place', () => {
    const numbers = f64(-1, 0.5, 0.25, 2, 0.5, 4, 0.125)
    const outputs = [f64(4), f64(8), f64(-4), f64(16)] as const
    const [p, v, a, b] = run('rmsprop', [f64(1), numbers], outputs, { centered: true, momentum: true })
    // d = 1, v = 2 + 2, a = −1 + 2, s = √3 + 0.5
    expect([list(v), list(a)]).toEqual([[4], [1]])
    expectClose(b, [2 + 1 / (Math.sqrt(3) + 0.5)], 1e-15)
    expectClose(p, [4 - 4 * b[0]!], 1e-15)
  })

  test('a variance below 0 counts as 0, NaN as NaN', () => {
    const numbers = f64(1, 0, 0, 1, 0.5, 1, 0)
    const attrs = { centered: true, momentum: false }
    const [p] = run('rmsprop', [f64(0.1, NaN), numbers], [f64(0, 0), f64(0, 0), f64(0, 0)], attrs)
    expectClose(p!, [-0.2, NaN], 1e-9)
    const negative = f64(1, 0, 1, 0, 0.5, 1, 0)
    expect(list(run('rmsprop', [f64(1), negative], [f64(0), f64(1), f64(2)], attrs)[0]!)).toEqual([-2])
  })
})

test('adadelta: each number has its place', () => {
  const numbers = f64(-1, 0.5, 0.25, 2, 0.5, 4)
  const [p, v, u] = run('adadelta', [f64(1), numbers], [f64(4), f64(8), f64(1.5)] as const, {})
  const delta = Math.sqrt(2) / Math.sqrt(4.5)
  expect(list(v)).toEqual([4])
  expectClose(u, [0.375 + 2 * delta * delta], 1e-15)
  expectClose(p, [4 - 4 * delta], 1e-15)
})

test('lion: each number has its place, 0 has no sign, NaN is none', () => {
  const numbers = f64(-1, 0.5, 0.25, 2, 0.125, 3, 4)
  const [p, m] = run('lion', [f64(1, 1, 0, NaN), numbers], [f64(4, 4, 4, 4), f64(4, 16, 0, 0)] as const, {})
  expect(list(p)).toEqual([6, -2, 2, NaN])
  expect(list(m)).toEqual([-2.5, -1, 0, NaN])
})
