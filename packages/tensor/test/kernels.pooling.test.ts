import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AvgPoolAttrs, Pair } from '../src/backends/kernels/pooling.js'
import { Bench, builds, expectClose, expected, floats, generator, integers } from './kernels.support.js'

/** Windows over n, and how many there are. */
const dimension = fc
  .record({
    n: fc.integer({ min: 1, max: 21 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 4 }),
    dilation: fc.constantFrom(1, 1, 2, 3),
    pad: fc.double({ min: 0, max: 1, noNaN: true }),
    ceil: fc.boolean(),
  })
  .map(({ n, kernel, stride, dilation, pad, ceil }) => {
    const reach = (kernel - 1) * dilation + 1
    const padding = Math.floor((pad * reach) / 2)
    const input = Math.max(n, reach - 2 * padding)
    const room = input + 2 * padding - reach
    let output = Math.floor((room + (ceil ? stride - 1 : 0)) / stride) + 1
    if (ceil && (output - 1) * stride >= input + padding) output--
    return { input, output, kernel, stride, dilation, padding }
  })

/** 2 × 2, two apart: the path that most networks take. */
const halves = fc
  .record({ n: fc.integer({ min: 2, max: 40 }) })
  .map(({ n }) => ({ input: n, output: n >> 1, kernel: 2, stride: 2, dilation: 1, padding: 0 }))

const pools = fc
  .record({
    planes: fc.nat(4),
    windows: fc.oneof(fc.tuple(dimension, dimension), fc.tuple(halves, halves)),
    adaptive: fc.boolean(),
    countIncludePad: fc.boolean(),
    divisor: fc.constantFrom(0, 0, 3),
    seed: fc.integer(),
  })
  .map(({ planes, windows, adaptive, countIncludePad, divisor, seed }) => {
    const [rows, columns] = windows
    const pair = (name: keyof typeof rows): Pair => [rows[name], columns[name]]
    const attrs: AvgPoolAttrs = {
      planes,
      input: pair('input'),
      output: pair('output'),
      kernel: pair('kernel'),
      stride: pair('stride'),
      padding: pair('padding'),
      dilation: adaptive ? [1, 1] : pair('dilation'),
      adaptive,
      countIncludePad,
      divisor,
    }
    const [n, m] = [attrs.input[0] * attrs.input[1] * planes, attrs.output[0] * attrs.output[1] * planes]
    return { attrs, n, m, random: generator(seed) }
  })

describe.each(builds)('pooling, %s', async (build) => {
  const bench = await Bench.start(build)

  test('largest values and where they stand, ties and NaN included', () => {
    fc.assert(
      fc.property(pools, fc.boolean(), ({ attrs, n, m, random }, rough) => {
        const x = rough ? Float32Array.from(integers(n, random, 3)) : floats(n, random)
        if (rough) for (let i = 0; i < n; i += 5) x[i] = [NaN, -Infinity, Infinity][Math.floor(random() * 3)]!
        const outputs = [new Float32Array(m), new Int32Array(m)]
        expectClose(bench.run('maxPool', [x], outputs, attrs), expected('maxPool', [x], outputs, attrs), {
          ulps: 0,
          what: JSON.stringify(attrs),
        })
      }),
      { numRuns: 200 },
    )
  })

  test('averages and their gradients', () => {
    fc.assert(
      fc.property(pools, ({ attrs: { dilation, ...rest }, n, m, random }) => {
        const attrs = { ...rest, dilation: [1, 1] as const }
        const what = JSON.stringify(attrs)
        const [x, y] = [[floats(n, random)], [new Float32Array(m)]]
        expectClose(bench.run('avgPool', x, y, attrs), expected('avgPool', x, y, attrs), {
          absolute: 3e-6,
          what,
        })
        const [g, dx] = [[floats(m, random)], [new Float32Array(n)]]
        expectClose(bench.run('avgPoolGrad', g, dx, attrs), expected('avgPoolGrad', g, dx, attrs), {
          absolute: 3e-6,
          what,
        })
      }),
      { numRuns: 200 },
    )
  })

  test('resampling an axis and its gradient', () => {
    const size = fc.integer({ min: 1, max: 13 })
    fc.assert(
      fc.property(
        fc.nat(3),
        size,
        fc.nat(13),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(13),
        fc.integer(),
        (outer, n, m, taps, inner, seed) => {
          const random = generator(seed)
          const attrs = { outer, n, m, taps, inner }
          const tables = [integers(m * taps, random, n), floats(m * taps, random)]
          const x = [floats(outer * n * inner, random), ...tables]
          const y = [new Float32Array(outer * m * inner)]
          const g = [floats(outer * m * inner, random), ...tables]
          const dx = [new Float32Array(outer * n * inner)]
          const what = JSON.stringify(attrs)
          expectClose(bench.run('resample', x, y, attrs), expected('resample', x, y, attrs), {
            absolute: 1e-6,
            what,
          })
          expectClose(bench.run('resampleGrad', g, dx, attrs), expected('resampleGrad', g, dx, attrs), {
            absolute: 4e-6,
            what,
          })
        },
      ),
      { numRuns: 200 },
    )
  })
})

test.runIf(builds.includes('wide'))('relaxed and wide pool and resample to the same bits', async () => {
  const relaxed = await Bench.start('relaxed')
  const wide = await Bench.start('wide')
  const same: typeof relaxed.run = (kernel, inputs, outputs, attrs) => {
    const a = relaxed.run(kernel, inputs, outputs, attrs)
    const b = wide.run(kernel, inputs, outputs, attrs)
    a.forEach((array, i) => {
      expect(Buffer.compare(Buffer.from(array.buffer), Buffer.from(b[i]!.buffer)), kernel).toBe(0)
    })
    return a
  }
  fc.assert(
    fc.property(pools, ({ attrs, n, m, random }) => {
      const plain = { ...attrs, dilation: [1, 1] as const }
      const [x, y] = [floats(n, random), floats(m, random)]
      same('maxPool', [x], [new Float32Array(m), new Int32Array(m)], attrs)
      same('avgPool', [x], [new Float32Array(m)], plain)
      same('avgPoolGrad', [y], [new Float32Array(n)], plain)
      const rows = { outer: attrs.planes, n: attrs.input[0], m: 7, taps: 2, inner: attrs.input[1] }
      const tables = [integers(14, random, rows.n), floats(14, random)]
      const out = new Float32Array(rows.outer * 7 * rows.inner)
      const [z] = same('resample', [x, ...tables], [out], rows)
      same('resampleGrad', [z!, ...tables], [new Float32Array(n)], rows)
    }),
    { numRuns: 100 },
  )
})
