import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CtcAttrs } from '../src/backends/kernels/ctc.js'
import { Bench, builds, expectClose, expected, floats, generator, integers } from './kernels.support.js'

/** Logarithms of probabilities, [rows, classes]. */
function logProbs(rows: number, classes: number, random: () => number, scale: number): Float32Array {
  const x = floats(rows * classes, random, scale)
  for (let row = 0; row < x.length; row += classes) {
    const sum = x.subarray(row, row + classes).reduce((s, v) => s + Math.exp(v), 0)
    for (let c = row; c < row + classes; c++) x[c]! -= Math.log(sum)
  }
  return x
}

const cases = fc.record({
  time: fc.integer({ min: 0, max: 40 }),
  batch: fc.nat(3),
  classes: fc.integer({ min: 1, max: 21 }),
  longest: fc.integer({ min: 1, max: 9 }),
  padded: fc.boolean(),
  zeroInfinity: fc.boolean(),
  scale: fc.constantFrom(1, 5, 60),
  seed: fc.integer(),
})

describe.each(builds)('connectionist temporal classification, %s', async (build) => {
  const bench = await Bench.start(build)

  test('losses and gradients, sequences of any length, impossible ones included', () => {
    fc.assert(
      fc.property(cases, ({ time, batch, classes, longest, padded, zeroInfinity, scale, seed }) => {
        const random = generator(seed)
        const x = logProbs(time * batch, classes, random, scale)
        const lengths = integers(batch, random, longest + 1)
        const steps = integers(batch, random, time + 1)
        const total = lengths.reduce((a, b) => a + b, 0)
        const targets = integers(padded ? batch * longest : total, random, classes)
        const states = 2 * Math.max(0, ...lengths) + 1
        const blank = classes - 1
        const targetStride = padded ? longest : 0
        const attrs: CtcAttrs = { time, batch, classes, states, targetStride, blank, zeroInfinity }
        const inputs = [x, targets, steps, lengths]
        const outputs = [new Float32Array(batch), new Float32Array(batch * time * states)]
        const [loss, alpha] = bench.run('ctc', inputs, outputs, attrs)
        const [wanted] = expected('ctc', inputs, outputs, attrs)
        expectClose([loss!], [wanted!], { ulps: 8, absolute: 2e-5 * (1 + scale) })
        const g = floats(batch, random)
        const dx = bench.run('ctcGrad', [g, ...inputs, alpha!], [new Float32Array(x.length)], attrs)
        const [, right] = expected('ctc', inputs, outputs, attrs)
        const all = [Float64Array.from(g), ...inputs, right!]
        expectClose(dx, expected('ctcGrad', all, [x], attrs), { ulps: 8, absolute: 2e-5 * (1 + scale / 5) })
      }),
      { numRuns: 150 },
    )
  })

  test('a long sequence keeps its digits', () => {
    const [time, classes] = [2000, 5]
    const random = generator(7)
    const inputs = [
      logProbs(time, classes, random, 4),
      integers(300, random, classes - 1),
      Int32Array.of(time),
      Int32Array.of(300),
    ]
    const attrs = { time, batch: 1, classes, states: 601, targetStride: 300, blank: 4, zeroInfinity: false }
    const outputs = [new Float32Array(1), new Float32Array(time * 601)]
    const [loss, alpha] = bench.run('ctc', inputs, outputs, attrs)
    const [wanted, right] = expected('ctc', inputs, outputs, attrs)
    expectClose([loss!], [wanted!], { ulps: 16 })
    const g = Float32Array.of(1)
    const dx = bench.run('ctcGrad', [g, ...inputs, alpha!], [new Float32Array(time * classes)], attrs)
    expectClose(dx, expected('ctcGrad', [g, ...inputs, right!], [dx[0]!], attrs), { absolute: 2e-4 })
  })

  test('NaN is not lost, −∞ is a probability of 0', () => {
    const attrs = { time: 3, batch: 1, classes: 2, states: 3, targetStride: 1, blank: 0, zeroInfinity: false }
    const lossOf = (...x: number[]) =>
      bench.run(
        'ctc',
        [Float32Array.from(x), Int32Array.of(1), Int32Array.of(3), Int32Array.of(1)],
        [new Float32Array(1), new Float32Array(9)],
        attrs,
      )[0]![0]
    expect(lossOf(0, Number.NaN, -1, -1, -1, -1)).toBeNaN()
    expect(lossOf(-1, -1, -1, -1, Number.NaN, -1)).toBeNaN()
    expect(lossOf(-Infinity, 0, -Infinity, 0, -Infinity, 0)).toBe(0)
    expect(lossOf(0, -Infinity, 0, -Infinity, 0, -Infinity)).toBe(Infinity)
  })
})
