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
    const hyper = f64(lr, momentum, dampening, weightDecay, nesterov ? 1 : 0, step === 0 ? 1 : 0)
    run('sgd', [gradient(p), hyper], velocity ? [p, v] : [p], { velocity, maximize })
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
    const attrs = { velocity: true, maximize: false }
    run('sgd', [f32(2, 4), f32(0.5, 0.5, 0, 0, 0, 1)], [p, v], attrs)
    expect([list(p), list(v)]).toEqual([
      [0, -4],
      [2, 4],
    ])
    run('sgd', [f32(2, 4), f32(0.5, 0.5, 0, 0, 0, 0)], [p, v], attrs)
    expect([list(p), list(v)]).toEqual([
      [-1.5, -7],
      [3, 6],
    ])
  })

  test('nothing to do', () => {
    const attrs = { velocity: false, maximize: false }
    expect(run('sgd', [f32(), f32(1, 0, 0, 0, 0, 1)], [f32()], attrs)[0]).toEqual(f32())
  })
})
