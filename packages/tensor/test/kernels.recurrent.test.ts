import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GATES, type RecurrentAttrs } from '../src/backends/kernels.js'
import { Bench, builds, expectClose, expected, floats, generator } from './kernels.support.js'

const CELLS = ['rnnTanh', 'rnnRelu', 'gru', 'lstm'] as const

/** Random inputs of one layer. */
function layer({ cell, time, batch, hidden }: RecurrentAttrs, random: () => number) {
  const wide = GATES[cell] * hidden
  const state = batch * hidden
  const x = floats(time * batch * wide, random)
  const w = floats(wide * hidden, random, 1 / Math.sqrt(hidden + 1))
  const b = floats(wide, random)
  const h0 = floats(state, random)
  const c0 = floats(state, random)
  const h = new Float32Array(time * state)
  const inputs = cell === 'lstm' ? [x, w, b, h0, c0] : [x, w, b, h0]
  const outputs = GATES[cell] === 1 ? [h] : [h, new Float32Array(x.length), new Float32Array(h.length)]
  return { x, w, h0, c0, inputs, outputs, state, wide }
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
          seed: fc.integer(),
        }),
        ({ time, batch, hidden, seed }) => {
          const attrs = { cell, time, batch, hidden }
          const random = generator(seed)
          const { x, w, h0, c0, inputs, outputs, state, wide } = layer(attrs, random)
          const forward = bench.run('recurrent', inputs, outputs, attrs)
          expectClose(forward, expected('recurrent', inputs, outputs, attrs), {
            ulps: 8,
            absolute: 1e-5,
            what: JSON.stringify(attrs),
          })
          const [h, gates, extra] = forward
          const dh = floats(h.length, random)
          const back =
            cell === 'lstm'
              ? [dh, w, h0, h, c0, gates, extra, floats(state, random)]
              : cell === 'gru'
                ? [dh, w, h0, h, gates, extra]
                : [dh, w, h0, h]
          const last =
            cell === 'lstm' ? [new Float32Array(state)] : cell === 'gru' ? [new Float32Array(wide)] : []
          const grads = [
            new Float32Array(x.length),
            new Float32Array(w.length),
            new Float32Array(state),
            ...last,
          ]
          expectClose(
            bench.run('recurrentGrad', back, grads, attrs),
            expected('recurrentGrad', back, grads, attrs),
            {
              ulps: 16,
              absolute: 2e-5 * (1 + time),
              what: `gradient ${JSON.stringify(attrs)}`,
            },
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  test.each(CELLS)('%s over several blocks of k', (cell) => {
    const attrs = { cell, time: 13, batch: 24, hidden: 264 }
    const random = generator(2)
    const { x, w, h0, c0, inputs, outputs, state, wide } = layer(attrs, random)
    const forward = bench.run('recurrent', inputs, outputs, attrs)
    expectClose(forward, expected('recurrent', inputs, outputs, attrs), { absolute: 2e-5 })
    const [h, gates, extra] = forward
    const dh = floats(h.length, random)
    const back =
      cell === 'lstm'
        ? [dh, w, h0, h, c0, gates, extra, c0]
        : cell === 'gru'
          ? [dh, w, h0, h, gates, extra]
          : [dh, w, h0, h]
    const last = cell === 'lstm' ? [new Float32Array(state)] : cell === 'gru' ? [new Float32Array(wide)] : []
    const grads = [new Float32Array(x.length), new Float32Array(w.length), new Float32Array(state), ...last]
    expectClose(
      bench.run('recurrentGrad', back, grads, attrs),
      expected('recurrentGrad', back, grads, attrs),
      { ulps: 16, absolute: 3e-4 },
    )
  })

  test.each(CELLS)('%s: step by step is the same, bit for bit', (cell) => {
    const attrs = { cell, time: 6, batch: 1, hidden: 33 }
    const { x, w, h0, c0, inputs, outputs, wide } = layer(attrs, generator(9))
    const whole = bench.run('recurrent', inputs, outputs, attrs)
    let h = h0
    let c = c0
    for (let t = 0; t < attrs.time; t++) {
      const step = [x.slice(t * wide, (t + 1) * wide), w, inputs[2], h, ...(cell === 'lstm' ? [c] : [])]
      const out = bench.run(
        'recurrent',
        step,
        outputs.map((o) => new Float32Array(o.length / 6)),
        { ...attrs, time: 1 },
      )
      expect(out[0]).toEqual(whole[0].slice(t * 33, (t + 1) * 33))
      h = out[0] as typeof h
      if (cell === 'lstm') c = out[2] as typeof c
    }
  })

  test('gru: z = 1 passes the state on unchanged', () => {
    const attrs = { cell: 'gru', time: 50, batch: 2, hidden: 9 } as const
    const { x, w, h0, inputs, outputs } = layer(attrs, generator(4))
    w.fill(0)
    inputs[2].fill(0)
    for (let i = 0; i < x.length; i++) if (Math.floor(i / 9) % 3 === 1) x[i] = 60
    const [h] = bench.run('recurrent', inputs, outputs, attrs)
    expect(h.slice(-18)).toEqual(h0)
  })
})
