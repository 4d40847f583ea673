import {
  cat,
  grad,
  gradcheck,
  lt,
  noGrad,
  reference,
  type Tensor,
  tensor,
  wasm,
  where,
  zeros,
} from '@core/tensor'
import { type RecurrentInputs, recurrentByOps, recurrentLayer } from '@core/tensor/extend'
import { describe, expect, test } from 'vitest'
import { expectClose } from './properties.support.js'
import { CELLS, forms, inputsOf, layerOf, nameOf } from './recurrent.support.js'

const plain = reference()
const near = { absolute: 1e-14, relative: 1e-14 }
const integers = (values: number[]) => tensor(values, { dtype: 'int32', backend: plain })

describe('padding', () => {
  const form = { cell: 'lstm', time: 5, batch: 3, size: 4, hidden: 6, bias: true, projection: 3 } as const
  const ends = [5, 2, 3]

  test.each([false, true])('is not read, and each sequence is what it is alone (reverse: %s)', (reverse) => {
    const made = inputsOf({ ...form, reverse }, plain, 'float64', 11)
    const { inputs } = made
    const lengths = integers(ends)
    const within = lt(integers([0, 1, 2, 3, 4]).reshape([5, 1, 1]), lengths.reshape([1, 3, 1]))
    for (const run of [recurrentLayer, recurrentByOps]) {
      const x = where(within, inputs.x, Number.NaN)
      const y = run('lstm', { ...inputs, x, lengths }, { reverse, trace: true })
      const slopes = grad(y.output.square().sum().add(y.hLast.sum()), made.leaves)
      expect(slopes.every((g) => g!.dataSync().every(Number.isFinite))).toBe(true)
      ends.forEach((n, b) => {
        const one = (t: Tensor, axis: number) => t.slice(b, b + 1, { axis })
        const own = { x: one(inputs.x.slice(0, n), 1), h0: one(inputs.h0, 0), c0: one(inputs.c0!, 0) }
        const alone = run('lstm', { ...inputs, ...own }, { reverse, trace: true })
        expectClose(one(y.hLast, 0), alone.hLast, 'hLast', near)
        expectClose(one(y.cLast!, 0), alone.cLast!, 'cLast', near)
        const want = { state: alone.output, ...alone.trace }
        for (const [name, values] of Object.entries({ state: y.output, ...y.trace })) {
          const mine = one(values, 1)
          expectClose(mine.slice(0, n), want[name as keyof typeof want], name, near)
          expect(mine.slice(n).abs().sum().itemSync(), name).toBe(0)
        }
      })
    }
  })

  test('lengths that all reach the end change nothing', () => {
    const { inputs } = inputsOf(form, plain, 'float64')
    const { output } = recurrentLayer('lstm', { ...inputs, lengths: integers([5, 5, 5]) })
    expect(output.dataSync()).toEqual(recurrentLayer('lstm', inputs).output.dataSync())
  })
})

describe('the trace', () => {
  test.each(CELLS)('of %s has its names, and values that make the states', (cell) => {
    const { inputs } = inputsOf({ cell, time: 3, batch: 2, size: 2, hidden: 4 }, plain, 'float64')
    const { output, cLast, trace } = recurrentLayer(cell, inputs, { trace: true })
    if (cell === 'lstm') {
      expect(Object.keys(trace!)).toEqual(['forget', 'input', 'output', 'candidate', 'cell'])
      expectClose(trace!.output!.mul(trace!.cell!.tanh()), output, 'h', near)
      expectClose(trace!.cell!.select(0, -1), cLast!, 'c', near)
    } else if (cell === 'gru' || cell === 'gruResetBefore') {
      expect(Object.keys(trace!)).toEqual(['reset', 'update', 'candidate'])
      const z = trace!.update!
      const before = cat([inputs.h0.reshape([1, 2, 4]), output.slice(0, 2)])
      expectClose(z.mul(before).add(z.neg().add(1).mul(trace!.candidate!)), output, 'h', near)
    } else expect(trace).toEqual({})
    expect(recurrentLayer(cell, inputs).trace).toBeUndefined()
  })

  test('has second derivatives', () => {
    const form = { cell: 'gru', time: 3, batch: 2, size: 2, hidden: 3, lengths: true } as const
    const made = inputsOf(form, plain, 'float64', 3)
    const layer = layerOf(recurrentLayer, form, made, true)
    expect(gradcheck(layer, made.leaves, { second: true, atol: 2e-6 })).toBe(true)
  })
})

test('an input that is given twice gets its gradient once, and so does that of its gradient', () => {
  const { inputs } = inputsOf({ cell: 'lstm', time: 3, batch: 2, size: 2, hidden: 3 }, plain, 'float64')
  const layer = (h0: Tensor) => recurrentLayer('lstm', { ...inputs, h0, c0: h0 }).output
  expect(gradcheck(layer, [inputs.h0], { second: true, atol: 2e-6 })).toBe(true)
})

describe('what only the gradient needs is freed with the graph', () => {
  const sizes = { time: 12, batch: 8, size: 16, hidden: 32 }
  test.each(forms(sizes).map((form) => [nameOf(form), form] as const))('%s', async (_, form) => {
    const backend = await wasm({ build: 'simd' }).start()
    const resident = () => backend.memory().resident.bytes
    const { inputs, options } = inputsOf(form, backend, 'float32')
    const run = () => recurrentLayer(form.cell, inputs, options)
    const first = noGrad(run)
    const state = first.hLast.size * 4
    // what is handed out: the states of all steps, and the last ones
    const given = first.output.size * 4 + state + (first.cLast?.size ?? 0) * 4
    const before = resident()
    const untracked = noGrad(run)
    expect(resident() - before).toBeLessThanOrEqual(given)
    const start = resident()
    const tracked = run()
    const gates = form.cell === 'lstm' ? 4 : form.cell.startsWith('gru') ? 3 : 0
    const kept = gates * sizes.time * sizes.batch * sizes.hidden * 4
    if (gates > 0) expect(resident() - start).toBeGreaterThan(given + kept)
    const [slope] = grad(tracked.output.sum(), inputs.h0)
    expect(resident() - start).toBeLessThanOrEqual(given + slope!.size * 4)
    expect(untracked.output.shape).toEqual(tracked.output.shape)
  })
})

describe('wrong inputs are refused', () => {
  const form = { cell: 'gru', time: 4, batch: 2, size: 3, hidden: 5 } as const
  const { inputs } = inputsOf(form, plain, 'float64')
  const floats = tensor([4, 1], { backend: plain })
  const cases: [string, Partial<RecurrentInputs>, RegExp][] = [
    ['a length of 0', { lengths: integers([4, 0]) }, /gru: length 0 of sequence 1 .* 1 to 4/],
    ['a length beyond the end', { lengths: integers([5, 1]) }, /gru: length 5 of sequence 0 .* 4 steps/],
    ['a length too few', { lengths: integers([4]) }, /'lengths' has shape \[1\].*\[2\]/],
    ['lengths that are floats', { lengths: floats }, /'lengths' .* int32/],
    ['a cell state', { c0: inputs.h0 }, /gru: there is no cell state/],
    ['a projection', { wProjection: inputs.h0 }, /gru: only lstm has a projection/],
    ['weights of another size', { wHidden: inputs.wInput }, /'wInput' has shape \[15, 3\], \[9, 3\]/],
  ]
  test.each(cases)('%s', (_, wrong, message) => {
    expect(() => recurrentLayer('gru', { ...inputs, ...wrong })).toThrow(message)
    expect(() => recurrentByOps('gru', { ...inputs, ...wrong })).toThrow(message)
  })

  test('of an lstm, and options', () => {
    expect(() => recurrentLayer('lstm', inputs)).toThrow(/lstm: a first cell state 'c0' is needed/)
    const made = inputsOf({ ...form, cell: 'lstm', projection: 2 }, plain, 'float64').inputs
    const wProjection = tensor([[1, 2]], { backend: plain, dtype: 'float64' })
    expect(() => recurrentLayer('lstm', { ...made, wProjection })).toThrow(/projection weights \[1, 2\]/)
    const none = zeros([0, 5], { backend: plain, dtype: 'float64' })
    expect(() => recurrentLayer('lstm', { ...made, wProjection: none })).toThrow(/\[proj ≥ 1, hidden ≥ 1\]/)
    expect(() => recurrentLayer('gru', inputs, { backward: true } as object)).toThrow(/no option 'backward'/)
    expect(() => recurrentLayer('gru', inputs, { reverse: 1 as never })).toThrow(/reverse must be true/)
  })
})
