import { describe, expect, test } from 'vitest'
import { philox, philoxBlock } from '../src/philox.js'
import { expectClose, i32, list, run } from './reference.support.js'

type Kind = 'uniform' | 'normal' | 'bernoulli'

function random(kind: Kind, n: number, low: number, high: number, state = i32(1, 2, 3, 4)) {
  return run('random', [state], [new Float32Array(n)], { kind, low, high })[0]
}

function random64(kind: Kind, n: number, low: number, high: number, state = i32(1, 2, 3, 4)) {
  return run('random', [state], [new Float64Array(n)], { kind, low, high })[0]
}

const hex = (words: Uint32Array) => Array.from(words, (word) => word.toString(16).padStart(8, '0')).join(' ')

describe('philox', () => {
  // From kat_vectors of Random123: counter, key, block.
  const ones = 0xffffffff
  const cases: [number[], number[], string][] = [
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[ones, ones, ones, ones], [ones, ones], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ]
  test.each(cases)('known answer of counter %o, key %o', ([c0, c1, c2, c3], [k0, k1], expected) => {
    const out = new Uint32Array(4)
    philoxBlock(c0, c1, c2, c3, k0, k1, out)
    expect(hex(out)).toBe(expected)
    philoxBlock(c0 | 0, c1 | 0, c2 | 0, c3 | 0, k0 | 0, k1 | 0, out)
    expect(hex(out)).toBe(expected)
  })

  test('with a 64-bit counter, and where it is told to write', () => {
    const block = new Uint32Array(4)
    philoxBlock(7, 8, 0, 0, 9, 10, block)
    const out = new Uint32Array(6)
    philox(7, 8, 9, 10, out, 1)
    expect(list(out)).toEqual([0, ...block, 0])
    const signed = new Int32Array(4)
    philox(7, 8, 9, 10, signed)
    expect(hex(new Uint32Array(signed.buffer))).toBe(hex(block))
  })
})

describe('random', () => {
  /** The upper 24 bits of word i, by the specification, as a fraction. */
  function unit(i: number, [k0, k1, c0, c1]: Int32Array): number {
    const counter = (BigInt(c1 >>> 0) << 32n) + BigInt(c0 >>> 0) + BigInt(Math.floor(i / 4))
    const words = new Uint32Array(4)
    philox(Number(counter & 0xffffffffn), Number((counter >> 32n) & 0xffffffffn), k0, k1, words)
    return Math.floor(words[i % 4] / 256) / 2 ** 24
  }

  const states = [i32(1, 2, 3, 4), i32(-1, -2, -3, -1), i32(5, 6, -2, 7)]

  test.each(states)('the numbers of the specification, state %o', (state) => {
    expect(state).toHaveLength(4)
    for (const n of [0, 1, 2, 3, 4, 5, 19]) {
      const u = Array.from({ length: n }, (_, i) => unit(i, state))
      expect(list(random('uniform', n, 0, 1, state))).toEqual(u)
      expect(list(random64('uniform', n, 0, 1, state))).toEqual(u)
      expect(list(random('bernoulli', n, 0.5, 2, state))).toEqual(u.map((value) => (value < 0.5 ? 2 : 0)))
      const z = u.map((_, i) => {
        const first = i - (i % 2)
        const radius = Math.sqrt(-2 * Math.log(unit(first, state) + 2 ** -24))
        const angle = 2 * Math.PI * unit(first + 1, state)
        return 3 + 0.5 * radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
      })
      expectClose(random64('normal', n, 3, 0.5, state), z, 1e-15)
      expectClose(random('normal', n, 3, 0.5, state), z, 1e-7)
    }
  })

  test('the first uniforms of counter 0, key 0', () => {
    const first = [0x6627e8, 0xe169c5, 0xbc57ac, 0x9b00db].map((bits) => bits / 2 ** 24)
    expect(list(random('uniform', 4, 0, 1, i32(0, 0, 0, 0)))).toEqual(first)
  })

  test('any part of a stream can be had alone', () => {
    const whole = random('normal', 40, 0, 1, i32(1, 2, -3, 4))
    expect(random('normal', 20, 0, 1, i32(1, 2, 2, 5))).toEqual(whole.subarray(20))
  })

  test('the same state gives the same bits, another one others', () => {
    for (const kind of ['uniform', 'normal', 'bernoulli'] as const) {
      const once = random(kind, 100, 0.5, 1)
      expect(random(kind, 100, 0.5, 1)).toEqual(once)
      for (const other of [i32(2, 2, 3, 4), i32(1, 3, 3, 4), i32(1, 2, 9, 4), i32(1, 2, 3, 5)]) {
        expect(random(kind, 100, 0.5, 1, other)).not.toEqual(once)
      }
    }
  })

  test('the same uniforms in float32 and float64, and the same decisions', () => {
    expect(list(random64('uniform', 1000, -0.3, 0.7))).toEqual(list(random('uniform', 1000, -0.3, 0.7)))
    expect(list(random64('bernoulli', 1000, 0.3, 1))).toEqual(list(random('bernoulli', 1000, 0.3, 1)))
  })

  test('bernoulli compares with p in float32', () => {
    // u < p, but p rounds down to u in float32: not taken
    const [u] = random('uniform', 4, 0, 1, i32(0, 3, 0, 0)).filter((value) => value >= 0.5)
    const p = u + 0.4 * 2 ** -24
    expect(random64('bernoulli', 4, p, 1, i32(0, 3, 0, 0))).toEqual(
      random64('bernoulli', 4, u, 1, i32(0, 3, 0, 0)),
    )
    expect(Math.fround(p)).toBe(u)
    expect(list(random('bernoulli', 100, 0, 1))).toEqual(new Array(100).fill(0))
    expect(list(random('bernoulli', 100, 1, 3))).toEqual(new Array(100).fill(3))
  })

  /** Mean, variance, skewness and kurtosis. */
  function moments(x: Float32Array): number[] {
    let sum = 0
    for (const value of x) sum += value
    const mean = sum / x.length
    const central = (power: number) =>
      x.reduce((total, value) => total + (value - mean) ** power, 0) / x.length
    const variance = central(2)
    return [mean, variance, central(3) / variance ** 1.5, central(4) / variance ** 2]
  }

  test('moments, within five standard errors', () => {
    const n = 200_000
    const error = 5 / Math.sqrt(n)
    const expectMoments = (x: Float32Array, expected: number[], deviations: number[]) => {
      moments(x).forEach((moment, i) => {
        expect(Math.abs(moment - expected[i])).toBeLessThan(error * deviations[i])
      })
    }
    expectMoments(random('uniform', n, 0, 1), [1 / 2, 1 / 12, 0, 1.8], [0.29, 0.075, 1.1, 0.9])
    expectMoments(random('uniform', n, -3, 5), [1, 64 / 12, 0, 1.8], [2.31, 4.8, 1.1, 0.9])
    expectMoments(random('normal', n, 0, 1), [0, 1, 0, 3], [1, 1.42, 2.45, 4.9])
    expectMoments(random('normal', n, 2, 3), [2, 9, 0, 3], [3, 12.8, 2.45, 4.9])
    expectMoments(random('bernoulli', n, 0.3, 1), [0.3, 0.21, 0.8729, 1.7619], [0.46, 0.19, 1, 2])
  })

  test('uniforms stay in range and fill it', () => {
    const u = random('uniform', 100_000, 0, 1)
    expect(Math.min(...u.subarray(0, 50_000))).toBeGreaterThanOrEqual(0)
    expect(Math.max(...u.subarray(0, 50_000))).toBeLessThan(1)
    const bins = new Array<number>(16).fill(0)
    for (const value of u) bins[Math.floor(value * 16)]++
    const chiSquared = bins.reduce((total, count) => total + (count - 6250) ** 2 / 6250, 0)
    expect(chiSquared).toBeLessThan(37.7) // 0.1 % of all streams are above
  })

  test('neighbours do not correlate', () => {
    const z = random('normal', 100_000, 0, 1)
    for (const lag of [1, 2, 3, 4, 8]) {
      let sum = 0
      for (let i = lag; i < z.length; i++) sum += z[i] * z[i - lag]
      expect(Math.abs(sum / z.length)).toBeLessThan(5 / Math.sqrt(z.length))
    }
  })
})
