import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UPDATES } from '../src/backends/kernels/optim.js'
import { UPDATE_FORMS, updateState } from './kernels.optim.forms.js'
import { Bench, builds, expectClose, expected, floats, generator } from './kernels.support.js'

/** Numbers as steps have them: all positive, some 1; sgd's dampening, nesterov and first as switches. */
function numbersOf(kernel: keyof typeof UPDATES, random: () => number, up: boolean, switches: number) {
  const numbers = floats(UPDATES[kernel].numbers, random).map((x) => 0.1 + 0.8 * Math.abs(x))
  const sign = up ? -1 : 1
  if (kernel === 'sgd') numbers.set([switches & 1, (switches >> 1) & 1, sign], 4)
  else numbers[0] = sign
  return numbers
}

describe.each(builds)('updates, %s', async (build) => {
  const bench = await Bench.start(build)

  test.each(UPDATE_FORMS)('$kernel $attrs', ({ kernel, attrs }) => {
    const options = fc.record({ n: fc.nat(70), seed: fc.integer(), up: fc.boolean(), switches: fc.nat(3) })
    fc.assert(
      fc.property(options, ({ n, seed, up, switches }) => {
        const random = generator(seed)
        const inputs = [floats(n, random), numbersOf(kernel, random, up, switches)]
        const state = updateState(kernel, attrs, n, random)
        // In the first step sgd must not read its state.
        if (kernel === 'sgd' && switches & 2) for (const v of state) v.fill(NaN)
        const outputs = [floats(n, random), ...state]
        const got = bench.run(kernel, inputs, outputs, attrs)
        const wanted = expected(kernel, inputs, outputs, attrs)
        // √(v − a²) loses digits where both are near; a sign can turn where its argument is next to 0.
        const bounds = { ulps: 16, absolute: 2e-6, what: kernel }
        if (kernel === 'rmsprop') expectClose(got.slice(1, 2), wanted.slice(1, 2), bounds)
        if (kernel === 'rmsprop' && 'centered' in attrs && attrs.centered) return
        if (kernel !== 'lion') expectClose(got, wanted, bounds)
        else {
          const [k1, f1] = [inputs[1]![2]!, inputs[1]![3]!]
          const clear = (i: number) =>
            Math.abs(k1 * state[0]![i]! + (up ? -1 : 1) * f1 * inputs[0]![i]!) > 1e-5
          const keep = (arrays: readonly ArrayLike<number>[]) =>
            arrays.map((a) => Float32Array.from(a).filter((_, i) => clear(i)))
          expectClose(keep(got), keep(wanted), bounds)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('rmsprop, centred, where variance and square differ', () => {
    for (const n of [1, 7, 8, 9, 40, 65])
      for (const momentum of [false, true]) {
        const random = generator(n)
        const attrs = { centered: true, momentum }
        const inputs = [floats(n, random), Float32Array.of(-1, 0.1, 0.9, 0.1, 1e-3, 0.05, 0.9)]
        const [mean, buffer] = [floats(n, random, 0.3), floats(n, random)]
        const square = floats(n, random).map((x) => 1 + Math.abs(x))
        const outputs = [floats(n, random), square, mean, ...(momentum ? [buffer] : [])]
        expectClose(
          bench.run('rmsprop', inputs, outputs, attrs),
          expected('rmsprop', inputs, outputs, attrs),
          {
            ulps: 16,
            absolute: 2e-6,
          },
        )
      }
  })

  test('NaN is not lost, infinity neither', () => {
    for (const { kernel, attrs } of UPDATE_FORMS) {
      const numbers = numbersOf(kernel, generator(3), false, 0)
      const gradient = Float32Array.of(NaN, 1, Infinity, 1, 1, 1, 1, 1, 1, NaN)
      const outputs = [new Float32Array(10), ...updateState(kernel, attrs, 10, generator(4))]
      const [p] = bench.run(kernel, [gradient, numbers], outputs, attrs)
      const [wanted] = expected(kernel, [gradient, numbers], outputs, attrs)
      expect(
        [...p!].map((x) => (Number.isFinite(x) ? 0 : x)),
        kernel,
      ).toEqual([...wanted!].map((x) => (Number.isFinite(x) ? 0 : x)))
      expect(p![0]).toBeNaN()
      expect(p![9]).toBeNaN()
    }
  })
})
