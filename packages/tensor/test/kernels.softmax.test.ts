import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Bench, builds, expectClose, expected, floats, generator, integers } from './kernels.support.js'

const cases = fc.record({
  rows: fc.nat(5),
  n: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 500, max: 1200 })),
  seed: fc.integer(),
})

describe.each(builds)('softmax and cross-entropy, %s', async (build) => {
  const bench = await Bench.start(build)

  test('softmax and its gradient', () => {
    fc.assert(
      fc.property(cases, fc.boolean(), fc.constantFrom(1, 10, 80), ({ rows, n, seed }, log, scale) => {
        const random = generator(seed)
        const x = floats(rows * n, random, scale)
        const g = floats(rows * n, random)
        const attrs = { rows, n, log }
        const close = { ulps: 10, absolute: log ? 1e-6 * (1 + scale) : 1e-7, what: `log ${log}` }
        const [y] = bench.run('softmax', [x], [new Float32Array(x.length)], attrs)
        expectClose([y], expected('softmax', [x], [y], attrs), close)
        const d = bench.run('softmaxGrad', [g, y], [new Float32Array(x.length)], attrs)
        expectClose(d, expected('softmaxGrad', [g, y], [y], attrs), { ulps: 10, absolute: 1e-5 })
      }),
      { numRuns: 80 },
    )
  })

  test('rows of softmax sum to one, large and infinite logits included', () => {
    const x = Float32Array.of(1000, 999, -1000, -Infinity, 3e38, 0, -3e38, 1)
    const [y] = bench.run('softmax', [x], [new Float32Array(8)], { rows: 2, n: 4, log: false })
    expect(y[0] + y[1] + y[2] + y[3]).toBeCloseTo(1, 6)
    expect([y[3], ...y.slice(4)]).toEqual([0, 1, 0, 0, 0])
    expect(
      bench.run('softmax', [Float32Array.of(1, NaN, 2)], [new Float32Array(3)], {
        rows: 1,
        n: 3,
        log: false,
      })[0][0],
    ).toBeNaN()
  })

  test('cross-entropy and its gradient, ignored rows', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(1, 10, 60), ({ rows, n, seed }, scale) => {
        const random = generator(seed)
        const x = floats(rows * n, random, scale)
        const target = integers(rows, random, n)
        const ignoreIndex = rows > 1 ? target[1] : -100
        const attrs = { rows, n, ignoreIndex }
        const outputs = [new Float32Array(rows), new Float32Array(2 * rows)]
        const actual = bench.run('crossEntropy', [x, target], outputs, attrs)
        expectClose(actual, expected('crossEntropy', [x, target], outputs, attrs), {
          ulps: 4,
          absolute: 2e-6 * (1 + scale / 10),
        })
        const inputs = [floats(rows, random), x, target, actual[1]]
        const dx = bench.run('crossEntropyGrad', inputs, [new Float32Array(x.length)], attrs)
        expectClose(dx, expected('crossEntropyGrad', inputs, [x], attrs), { ulps: 8, absolute: 2e-7 })
      }),
      { numRuns: 80 },
    )
  })
})
