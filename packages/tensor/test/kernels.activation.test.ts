import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ActivationAttrs, ActivationOp } from '../src/backends/kernels/activation.js'
import { Bench, builds, expectClose, expected, floats, generator, ulp } from './kernels.support.js'

/** Constants as they are used, exact in float32; how many units in the last place each may be off. */
const CASES: readonly [ActivationOp, a: number, b: number, c: number, ulps: number][] = [
  ['leakyRelu', 0.0625, 0, 0, 0.5],
  ['elu', 1.5, 1.25, 0.5, 3],
  ['silu', 0, 0, 0, 3],
  ['mish', 0, 0, 0, 4],
  ['geluTanh', 0, 0, 0, 6],
  ['softplus', 2, 20, 0, 3],
  ['logSigmoid', 0, 0, 0, 3],
  ['hardtanh', -1, 2, 0, 0],
  ['clamp', -1, 2, 0, 0],
  ['hardsigmoid', 0, 0, 0, 1],
  ['hardswish', 0, 0, 0, 2],
  ['hardshrink', 0.5, 0, 0, 0],
  ['softshrink', 0.5, 0, 0, 0.5],
  ['threshold', 0.5, 7, 0, 0],
  ['softsign', 0, 0, 0, 1.5],
  ['tanhshrink', 0, 0, 0, 5],
]
const SPECIAL = [
  0,
  -0,
  1,
  -1,
  NaN,
  0.5,
  -0.5,
  2,
  -2,
  3,
  -3,
  20,
  -20,
  10,
  -10,
  88.7,
  -88.7,
  100,
  -100,
  1e-40,
  -1e-40,
]
/** Where the limit at ±∞ is not what the formula gives, or the formula is not what PyTorch gives. */
const UNCLEAR: ReadonlySet<ActivationOp> = new Set<ActivationOp>(['geluTanh', 'mish', 'silu', 'softsign'])

function everywhere(): Float32Array {
  const random = generator(12)
  const bits = new Uint32Array(40_000)
  for (let i = 0; i < bits.length; i++) bits[i] = random() * 2 ** 32
  const all = new Float32Array(bits.buffer).filter((x) => !Number.isNaN(x) && Number.isFinite(x))
  return Float32Array.from([...all, ...[1, 10, 110].flatMap((scale) => [...floats(10_000, random, scale)])])
}
const everyFloat = everywhere()

describe.each(builds)('activations, %s', async (build) => {
  const bench = await Bench.start(build)

  test.each(CASES)('%s over all floats', (op, a, b, c, ulps) => {
    const attrs = { op, a, b, c }
    const x = everyFloat
    const [y] = bench.run('activation', [x], [new Float32Array(x.length)], attrs)
    const [z] = expected('activation', [x], [y], attrs)
    // x − tanh x has the accuracy of x; in GELU's tail the rounding of an exponent that grows with x³ is magnified
    const unit = (i: number) => {
      if (op === 'tanhshrink' && Math.abs(x[i]) < 10) return ulp(x[i])
      return ulp(z[i]) * (op === 'geluTanh' ? 1 + x[i] ** 2 : 1)
    }
    let worst = 0
    let at = 0
    for (let i = 0; i < y.length; i++) {
      if (Object.is(y[i], Math.fround(z[i])) || Math.abs(y[i] - z[i]) < 1.2e-38) continue
      const error = Math.abs(y[i] - z[i]) / unit(i)
      if (error > worst || Number.isNaN(error)) [worst, at] = [error, i]
      if (Number.isNaN(error)) break
    }
    if (process.env.ACCURACY) console.log(`${build} ${op}: ${worst.toFixed(2)} ulp at ${x[at]}`)
    expect(worst, `at ${x[at]}: ${y[at]}, not ${z[at]}`).toBeLessThanOrEqual(ulps)
  })

  test.each(CASES)('gradient of %s over all floats', (op, a, b, c) => {
    const attrs = { op, a, b, c }
    const x = everyFloat
    const g = floats(x.length, generator(3))
    const [y] = bench.run('activationGrad', [g, x], [new Float32Array(x.length)], attrs)
    const [z] = expected('activationGrad', [g, x], [y], attrs)
    expectClose([y], [z], { ulps: 4, absolute: 5e-7, what: op })
  })

  test.each(CASES)('%s of special values', (op, a, b, c) => {
    const attrs = { op, a, b, c }
    const x = Float32Array.from(UNCLEAR.has(op) ? SPECIAL : [...SPECIAL, Infinity, -Infinity])
    const g = x.map(() => 1)
    const y = [new Float32Array(x.length)]
    expectClose(bench.run('activation', [x], y, attrs), expected('activation', [x], y, attrs), {
      ulps: 12,
      absolute: 3e-7,
      what: op,
    })
    expectClose(bench.run('activationGrad', [g, x], y, attrs), expected('activationGrad', [g, x], y, attrs), {
      ulps: 4,
      absolute: 5e-7,
      what: op,
    })
  })

  test('a slope of 0 by a branch stops even an infinite gradient', () => {
    const flat: [ActivationAttrs, number][] = [
      [{ op: 'hardtanh', a: -1, b: 1, c: 0 }, 5],
      [{ op: 'clamp', a: -1, b: 1, c: 0 }, 5],
      [{ op: 'hardsigmoid', a: 0, b: 0, c: 0 }, -5],
      [{ op: 'hardswish', a: 0, b: 0, c: 0 }, -5],
      [{ op: 'hardshrink', a: 0.5, b: 0, c: 0 }, 0],
      [{ op: 'softshrink', a: 0.5, b: 0, c: 0 }, 0],
      [{ op: 'threshold', a: 1, b: 0, c: 0 }, 0],
    ]
    for (const [attrs, at] of flat)
      for (const g of [Infinity, NaN]) {
        const inputs = [Float32Array.of(g), Float32Array.of(at)]
        expect([...bench.run('activationGrad', inputs, [new Float32Array(1)], attrs)[0]]).toEqual([0])
        expect([...expected('activationGrad', inputs, [new Float32Array(1)], attrs)[0]]).toEqual([0])
      }
  })

  test('any length', () => {
    fc.assert(
      fc.property(fc.nat(70), fc.integer(), fc.constantFrom(...CASES), (n, seed, [op, a, b, c]) => {
        const attrs = { op, a, b, c }
        const random = generator(seed)
        const x = floats(n, random, 4)
        const g = floats(n, random)
        const y = [new Float32Array(n)]
        const close = { ulps: 12, absolute: 5e-7, what: op }
        expectClose(bench.run('activation', [x], y, attrs), expected('activation', [x], y, attrs), close)
        expectClose(
          bench.run('activationGrad', [g, x], y, attrs),
          expected('activationGrad', [g, x], y, attrs),
          close,
        )
      }),
      { numRuns: 80 },
    )
  })
})
