import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChannelNormAttrs, RowNormAttrs } from '../src/backends/kernels/norms.js'
import { Bench, builds, expectClose, expected, floats, generator } from './kernels.support.js'

const size = fc.oneof(fc.nat(9), fc.constantFrom(16, 31, 100))
const flags = fc.constantFrom([false, false], [true, false], [true, true])

/** The mean and what follows it; where the mean is split into shift and rest is the kernel's own affair. */
function readable(stats: Float32Array | Float64Array, units: number): Float32Array {
  const out = Float32Array.from(stats.subarray(units))
  for (let i = 0; i < units; i++) out[i] = stats[i]! + stats[units + i]!
  return out
}

describe.each(builds)('norms, %s', async (build) => {
  const bench = await Bench.start(build)
  const close = { absolute: 4e-5 }

  test('of rows, and their gradient', () => {
    fc.assert(
      fc.property(
        fc.record({
          rows: fc.nat(70),
          per: size,
          inner: fc.oneof(fc.constant(1), size),
          groups: fc.integer({ min: 1, max: 4 }),
        }),
        fc.boolean(),
        flags,
        fc.integer(),
        ({ rows, per, inner, groups }, centred, [weight, bias], seed) => {
          const n = per * inner
          fc.pre(rows * n <= 20_000 && inner > 0)
          const random = generator(seed)
          const attrs: RowNormAttrs = {
            rows,
            n,
            groups,
            inner,
            eps: 0.01,
            centred,
            weight: weight!,
            bias: bias!,
          }
          const x = floats(rows * n, random, 2).map((v) => v + 3)
          const w = floats(groups * per, random)
          const b = floats(groups * per, random)
          const outputs = [new Float32Array(rows * n), new Float32Array(4 * rows)]
          const inputs = [x, ...(weight ? [w] : []), ...(bias ? [b] : [])]
          const [y, stats] = bench.run('rowNorm', inputs, outputs, attrs)
          const want = expected('rowNorm', inputs, outputs, attrs)
          expectClose([y!], want, close)
          if (n > 0)
            expectClose([readable(stats as Float32Array, rows)], [readable(want[1] as Float64Array, rows)], {
              ulps: 30,
              absolute: 1e-5,
            })
          const g = floats(rows * n, random)
          const back = [g, x, stats!, ...(weight ? [w] : [])]
          const grads = [
            new Float32Array(rows * n),
            ...(weight ? [new Float32Array(w.length), new Float32Array(w.length)] : []),
          ]
          expectClose(
            bench.run('rowNormGrad', back, grads, attrs),
            expected('rowNormGrad', back, grads, attrs),
            { absolute: 1e-4, ulps: 40 },
          )
        },
      ),
      { numRuns: 150 },
    )
  })

  test('of channels, and their gradient', () => {
    fc.assert(
      fc.property(
        fc.record({
          outer: fc.oneof(fc.nat(5), fc.constantFrom(64, 131)),
          channels: fc.nat(20),
          inner: fc.oneof(fc.constant(1), size),
        }),
        fc.boolean(),
        flags,
        fc.integer(),
        ({ outer, channels, inner }, fixed, [weight, bias], seed) => {
          fc.pre(outer * channels * inner <= 30_000)
          const random = generator(seed)
          const attrs: ChannelNormAttrs = {
            outer,
            channels,
            inner,
            eps: 0.01,
            fixed,
            weight: weight!,
            bias: bias!,
          }
          const x = floats(outer * channels * inner, random, 2).map((v) => v + 3)
          const w = floats(channels, random)
          const b = floats(channels, random)
          const given = floats(4 * channels, random)
          const inputs = [x, ...(fixed ? [given] : []), ...(weight ? [w] : []), ...(bias ? [b] : [])]
          const outputs = [new Float32Array(x.length), ...(fixed ? [] : [new Float32Array(4 * channels)])]
          const results = bench.run('channelNorm', inputs, outputs, attrs)
          const want = expected('channelNorm', inputs, outputs, attrs)
          expectClose([results[0]!], want, close)
          if (!fixed && outer * inner > 0)
            expectClose(
              [readable(results[1] as Float32Array, channels)],
              [readable(want[1] as Float64Array, channels)],
              { ulps: 30, absolute: 1e-5 },
            )
          const g = floats(x.length, random)
          const stats = fixed ? given : results[1]!
          const back = [g, x, stats, ...(weight ? [w] : [])]
          const grads = [
            new Float32Array(x.length),
            ...(weight ? [new Float32Array(channels), new Float32Array(channels)] : []),
          ]
          if (outer * inner === 0) stats.fill(0)
          expectClose(
            bench.run('channelNormGrad', back, grads, attrs),
            expected('channelNormGrad', back, grads, attrs),
            { absolute: 1e-4, ulps: 40 },
          )
        },
      ),
      { numRuns: 150 },
    )
  })

  test('small differences of large values keep their digits', () => {
    const x = Float32Array.from({ length: 1000 }, (_, i) => 1e8 + 8 * (i % 5))
    const outputs = [new Float32Array(1000), new Float32Array(4)]
    const rows = { rows: 1, n: 1000, groups: 1, inner: 1, eps: 0, centred: true, weight: false, bias: false }
    const [y, stats] = bench.run('rowNorm', [x], outputs, rows)
    expect(stats![3]).toBeCloseTo(128, 3)
    expect(Array.from(y!.subarray(0, 5))).toEqual(
      [-2, -1, 0, 1, 2].map((v) => expect.closeTo(v / Math.SQRT2, 5)),
    )
    for (const [outer, channels, inner] of [
      [1, 1, 1000],
      [125, 8, 1],
    ] as const) {
      const turned =
        inner > 1 ? x : Float32Array.from({ length: 1000 }, (_, i) => 1e8 + 8 * (Math.floor(i / 8) % 5))
      const attrs = { outer, channels, inner, eps: 0, fixed: false, weight: false, bias: false }
      const [, s] = bench.run(
        'channelNorm',
        [turned],
        [new Float32Array(1000), new Float32Array(4 * channels)],
        attrs,
      )
      expect(s![3 * channels]).toBeCloseTo(128, 3)
    }
  })

  test('what is not finite spreads over its row only', () => {
    const x = Float32Array.of(1, Infinity, 3, 1, 2, 3, 4, NaN, 5)
    const attrs = { rows: 3, n: 3, groups: 1, inner: 1, eps: 1e-5, centred: true, weight: false, bias: false }
    const [y] = bench.run('rowNorm', [x], [new Float32Array(9), new Float32Array(12)], attrs)
    expect(Array.from(y!, Number.isNaN)).toEqual([true, true, true, false, false, false, true, true, true])
  })
})
