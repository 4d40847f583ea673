import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UnaryOp } from '../src/backends/kernels.js'
import {
  Bench,
  builds,
  expectClose,
  expected,
  floats,
  generator,
  integers,
  masks,
  ulp,
} from './kernels.support.js'

// Largest error over the whole float32 range, in units in the last place; results below the smallest normal number may be 0.
const ULPS: { readonly [K in UnaryOp]?: number } = {
  neg: 0,
  abs: 0,
  sign: 0,
  square: 0.5,
  sqrt: 0.5,
  reciprocal: 0.5,
  relu: 0,
  exp: 1.5,
  log: 1.5,
  sin: 1,
  cos: 1,
  sigmoid: 3,
  tanh: 7,
  gelu: 6,
  rsqrt: 1.5,
  expm1: 2,
  log1p: 2,
  log2: 3,
  erf: 1.5,
  sinh: 2.5,
  cosh: 2.5,
  tan: 1,
  asin: 1.5,
  acos: 1,
  atan: 1,
  ceil: 0,
  floor: 0,
  round: 0,
  trunc: 0,
}
const OPS = Object.keys(ULPS) as UnaryOp[]

/** Floats of every exponent and sign, and more of the usual sizes. */
function everywhere(): Float32Array {
  const random = generator(11)
  const bits = new Uint32Array(60_000)
  for (let i = 0; i < bits.length; i++) bits[i] = random() * 2 ** 32
  const all = new Float32Array(bits.buffer).filter((x) => !Number.isNaN(x))
  return Float32Array.from([
    ...all,
    ...floats(20_000, random, 1),
    ...floats(20_000, random, 10),
    ...floats(20_000, random, 110),
  ])
}
const everyFloat = everywhere()
const SPECIAL = Float32Array.of(
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  NaN,
  1e-45,
  -1e-45,
  1.1754944e-38,
  3.4028235e38,
  -3.4028235e38,
  100,
  -100,
  -200,
  88.7,
  88.73,
  -103.9,
  -104,
  0.5,
  20,
  -20,
)

describe.each(builds)('unary, %s', async (build) => {
  const bench = await Bench.start(build)

  test.each(OPS)('%s over all floats', (op) => {
    const [y] = bench.run('unary', [everyFloat], [new Float32Array(everyFloat.length)], { op })
    const [z] = expected('unary', [everyFloat], [y], { op })
    let worst = 0
    let at = 0
    for (let i = 0; i < y.length; i++) {
      if (Object.is(y[i], Math.fround(z[i])) || Math.abs(y[i] - z[i]) < 1.2e-38) continue
      const error = Math.abs(y[i] - z[i]) / ulp(z[i])
      if (error > worst || Number.isNaN(error)) [worst, at] = [error, i]
      if (Number.isNaN(error)) break
    }
    if (process.env.ACCURACY) console.log(`${build} ${op}: ${worst.toFixed(2)} ulp at ${everyFloat[at]}`)
    expect(worst, `at ${everyFloat[at]}: ${y[at]}, not ${z[at]}`).toBeLessThanOrEqual(ULPS[op]!)
  })

  test.each(OPS)('%s of special values', (op) => {
    const x = SPECIAL
    expectClose(
      bench.run('unary', [x], [new Float32Array(x.length)], { op }),
      expected('unary', [x], [x], { op }),
      { ulps: 4, absolute: 1.2e-38, what: op },
    )
  })

  test('known values', () => {
    const of = (op: UnaryOp, ...x: number[]) => [
      ...bench.run('unary', [Float32Array.from(x)], [new Float32Array(x.length)], { op })[0],
    ]
    expect(of('exp', 100, -200, 0, -Infinity)).toEqual([Infinity, 0, 1, 0])
    expect(of('exp', -103)[0]).toBeGreaterThan(0)
    expect(of('log', 0, -1, 1, Infinity)).toEqual([-Infinity, NaN, 0, Infinity])
    expect(of('sigmoid', 0, 40, Infinity, -Infinity)).toEqual([0.5, 1, 1, 0])
    expect(of('tanh', 0, 20, -Infinity)).toEqual([0, 1, -1])
    expect(of('tanh', 1e-20)[0]).toBeCloseTo(1e-20, 26)
    expect(of('gelu', 0, 20, -20)).toEqual([0, 20, -0])
    expect(of('log2', 8, 2 ** -149, 2 ** 127, 1, 0, -1)).toEqual([3, -149, 127, 0, -Infinity, NaN])
    expect(of('round', 0.5, 1.5, 2.5, -0.5, -1.5)).toEqual([0, 2, 2, -0, -2])
    expect(of('expm1', -Infinity, Infinity, 0)).toEqual([-1, Infinity, 0])
    expect(of('cosh', 89.2, -89.2, 90)).toEqual([...of('sinh', 89.2), -of('sinh', -89.2)[0]!, Infinity])
  })

  test('any length, floats, integers and masks', () => {
    fc.assert(
      fc.property(fc.nat(70), fc.integer(), fc.constantFrom(...OPS), (n, seed, op) => {
        const random = generator(seed)
        const x = floats(n, random, 4)
        expectClose(
          bench.run('unary', [x], [new Float32Array(n)], { op }),
          expected('unary', [x], [x], { op }),
          { ulps: 6, what: op },
        )
        const i = integers(n, random, 1000).map((v) => v * 65_537 - 30_000_000)
        for (const op of ['neg', 'abs', 'sign', 'square'] as const) {
          expectClose(
            bench.run('unary', [i], [new Int32Array(n)], { op }),
            expected('unary', [i], [i], { op }),
            { what: op },
          )
        }
        const m = masks(n, random)
        expectClose(
          bench.run('unary', [m], [new Uint8Array(n)], { op: 'logicalNot' }),
          expected('unary', [m], [m], { op: 'logicalNot' }),
        )
      }),
      { numRuns: 60 },
    )
  })
})
