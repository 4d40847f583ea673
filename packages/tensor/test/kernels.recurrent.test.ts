import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RecurrentAttrs } from '../src/backends/kernels/recurrent.js'
import { Bench, builds, expectClose, expected, floats, generator } from './kernels.support.js'
import {
  backwardOf,
  CELLS,
  forwardOf,
  gradsOf,
  layerOf,
  PLAIN,
  resultsOf,
  sizesOf,
} from './recurrent.layer.js'

const zeros = (n: number) => new Float32Array(n)

/** Random inputs of one layer; the first sequence is of one step where there are lengths. */
function layer(attrs: RecurrentAttrs, random: () => number) {
  return layerOf(
    attrs,
    (n, scale) => floats(n, random, scale),
    (b) => (b === 0 ? 1 : 1 + Math.floor(random() * attrs.time)),
  )
}

/** Runs a layer forward and backward and compares it with the reference. */
function check(
  bench: Bench,
  attrs: RecurrentAttrs,
  seed: number,
  tolerance: { absolute: number; ulps?: number },
  slack: { absolute: number; ulps?: number },
): void {
  const random = generator(seed)
  const given = layer(attrs, random)
  const inputs = forwardOf(given)
  const results = resultsOf(attrs, zeros)
  const forward = bench.run('recurrent', inputs, results, attrs) as Float32Array[]
  const what = JSON.stringify(attrs)
  expectClose(forward, expected('recurrent', inputs, results, attrs), { ...tolerance, what })
  const { h, h0, c0 = 0 } = sizesOf(attrs)
  const back = backwardOf(given, forward, {
    dh: floats(h, random),
    dhLast: floats(h0, random),
    dcLast: floats(c0, random),
  })
  const grads = gradsOf(attrs, zeros)
  expectClose(bench.run('recurrentGrad', back, grads, attrs), expected('recurrentGrad', back, grads, attrs), {
    ...slack,
    what: `gradient ${what}`,
  })
}

describe.each(builds)('recurrent layers, %s', async (build) => {
  const bench = await Bench.start(build)

  test.each(CELLS)('%s, forward and backward', (cell) => {
    fc.assert(
      fc.property(
        fc.record({
          time: fc.nat(6),
          batch: fc.oneof(fc.constant(1), fc.nat(10)),
          hidden: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 70 })),
          reverse: fc.boolean(),
          lengths: fc.boolean(),
          projection:
            cell === 'lstm' ? fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 })) : fc.constant(0),
          seed: fc.integer(),
        }),
        ({ seed, ...sizes }) => {
          const slack = { ulps: 16, absolute: 2e-5 * (1 + sizes.time) }
          check(bench, { cell, ...sizes }, seed, { ulps: 8, absolute: 1e-5 }, slack)
        },
      ),
      { numRuns: 80 },
    )
  })

  const large = { time: 13, batch: 24, hidden: 264 }
  test.each(CELLS)('%s over several blocks of k', (cell) => {
    const slack = { ulps: 16, absolute: 3e-4 }
    check(bench, { cell, ...large, ...PLAIN }, 2, { absolute: 2e-5 }, slack)
  })
  test('a projection over several blocks of k', () => {
    const attrs = { cell: 'lstm', ...large, ...PLAIN, projection: 260, reverse: true, lengths: true } as const
    check(bench, attrs, 2, { absolute: 2e-5 }, { ulps: 16, absolute: 3e-4 })
  })

  const single = [
    ...CELLS.map((cell) => ({ cell, projection: 0 })),
    { cell: 'lstm', projection: 12 } as const,
  ]
  test.each(single)(
    '$cell, projection $projection: step by step is the same, bit for bit',
    ({ cell, projection }) => {
      const attrs = { cell, time: 6, batch: 1, hidden: 33, ...PLAIN, projection }
      const given = layer(attrs, generator(9))
      const whole = bench.run('recurrent', forwardOf(given), resultsOf(attrs, zeros), attrs)
      const one = { ...attrs, time: 1 }
      const { wide, h: size } = sizesOf(one)
      let state = { h0: given.h0, c0: given.c0 }
      for (let t = 0; t < attrs.time; t++) {
        const step = { ...given, ...state, x: given.x.slice(t * wide, (t + 1) * wide) }
        const out = bench.run(
          'recurrent',
          forwardOf(step),
          resultsOf(one, zeros),
          one,
        ) as Float32Array<ArrayBuffer>[]
        expect(out[0]).toEqual(whole[0].slice(t * size, (t + 1) * size))
        state = { h0: out[0], c0: given.c0 && out[2] }
      }
    },
  )

  test.each(single)(
    '$cell, projection $projection: reverse is the same on a sequence turned round, bit for bit',
    ({ cell, projection }) => {
      const attrs = { cell, time: 5, batch: 3, hidden: 11, ...PLAIN, projection }
      const turned = (values: Float32Array) => {
        const row = values.length / attrs.time
        return Float32Array.from(
          values,
          (_, i) => values[(attrs.time - 1 - Math.floor(i / row)) * row + (i % row)],
        )
      }
      const given = layer(attrs, generator(5))
      const there = bench.run('recurrent', forwardOf(given), resultsOf(attrs, zeros), attrs)
      const back = { ...attrs, reverse: true }
      const here = bench.run(
        'recurrent',
        forwardOf({ ...given, x: turned(given.x) }),
        resultsOf(back, zeros),
        back,
      )
      here.forEach((array, i) => {
        expect(array).toEqual(turned(there[i] as Float32Array))
      })
    },
  )

  test.each(single)(
    '$cell, projection $projection: padding changes no bit of what is before it',
    ({ cell, projection }) => {
      const attrs = { cell, time: 7, batch: 4, hidden: 10, ...PLAIN, projection }
      const given = layer(attrs, generator(6))
      const [whole] = bench.run('recurrent', forwardOf(given), resultsOf(attrs, zeros), attrs)
      const lengths = Int32Array.of(7, 3, 1, 5)
      const ragged = { ...attrs, lengths: true }
      const x = given.x.slice()
      const { wide } = sizesOf(attrs)
      const at = (t: number, b: number) => t * attrs.batch + b
      for (let t = 0; t < attrs.time; t++)
        for (let b = 0; b < attrs.batch; b++)
          if (t >= lengths[b]) x.fill(Number.NaN, at(t, b) * wide, (at(t, b) + 1) * wide)
      const [h] = bench.run(
        'recurrent',
        forwardOf({ ...given, x, lengths }),
        resultsOf(ragged, zeros),
        ragged,
      )
      const size = projection || attrs.hidden
      const row = (values: typeof h, t: number, b: number) =>
        values.slice(at(t, b) * size, (at(t, b) + 1) * size)
      for (let b = 0; b < attrs.batch; b++)
        for (let t = 0; t < attrs.time; t++)
          expect(row(h, t, b)).toEqual(row(whole, Math.min(t, lengths[b] - 1), b))
    },
  )

  test.each([
    ['gru', 3],
    ['gru', 9],
    ['gruResetBefore', 3],
    ['gruResetBefore', 9],
  ] as const)('%s: z = 1 carries %s units unchanged over 1000 steps', (cell, hidden) => {
    const attrs = { cell, time: 1000, batch: 2, hidden, ...PLAIN }
    const given = layer(attrs, generator(4))
    given.w.fill(0, hidden * hidden, 2 * hidden * hidden)
    given.b?.fill(0)
    for (let i = 0; i < given.x.length; i++) if (Math.floor(i / hidden) % 3 === 1) given.x[i] = 60
    const [h] = bench.run('recurrent', forwardOf(given), resultsOf(attrs, zeros), attrs)
    expect(h.slice(-2 * hidden)).toEqual(given.h0)
  })

  test.each([3, 9])('lstm: f = 1 and i = 0 carry %s cells unchanged over 1000 steps', (hidden) => {
    const attrs = { cell: 'lstm', time: 1000, batch: 2, hidden, ...PLAIN } as const
    const given = layer(attrs, generator(4))
    given.w.fill(0, 0, 2 * hidden * hidden)
    for (let i = 0; i < given.x.length; i++) {
      const gate = Math.floor(i / hidden) % 4
      if (gate < 2) given.x[i] = gate === 0 ? -200 : 60
    }
    const [, , c] = bench.run('recurrent', forwardOf(given), resultsOf(attrs, zeros), attrs)
    expect(c.slice(-2 * hidden)).toEqual(given.c0)
  })
})
