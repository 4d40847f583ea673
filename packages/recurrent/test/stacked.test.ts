import { Generator, grad, manualSeed, ones, type Tensor, tensor } from '@core/tensor'
import { Linear } from '@nn/layers'
import { detachState, GRU, LSTM, type LSTMState, RNN } from '@nn/recurrent'
import { describe, expect, test } from 'vitest'
import { close, near, noise } from './support.ts'

const leaf = (t: Tensor) => tensor(t.dataSync(), { shape: t.shape, requiresGrad: true })

describe('dropout between layers', () => {
  const x = ones([4, 10, 3])
  const make = (p: number, seed = 1) =>
    new GRU(3, 8, { numLayers: 2, dropout: p, generator: new Generator(seed) })

  test('drops while training only, as often as it says', () => {
    const gru = make(0.5)
    const without = make(0)
    without.loadStateDict(gru.stateDict())
    expect(gru.forward(x).output.dataSync()).not.toEqual(without.forward(x).output.dataSync())
    expect(gru.eval().forward(x).output.dataSync()).toEqual(without.forward(x).output.dataSync())
    // all that the second layer gets is dropped: it sees zeros, the first goes on as it was
    const all = make(1)
    without.loadStateDict(all.stateDict())
    const { trace } = all.forward(x, { trace: true })
    close(
      trace.layers[0]!.forward.hidden,
      without.forward(x, { trace: true }).trace.layers[0]!.forward.hidden,
      0,
    )
    const top = new GRU(8, 8)
    const names = Object.entries(all.stateDict()).filter(([name]) => name.endsWith('_l1'))
    top.loadStateDict(Object.fromEntries(names.map(([name, t]) => [name.replace('_l1', '_l0'), t])))
    close(
      trace.layers[1]!.forward.hidden,
      top.forward(
        x
          .sum({ axis: 2, keepDim: true })
          .mul(ones([8]))
          .mul(0),
      ).output,
      1e-6,
    )
  })

  test('draws from a generator of its own: the same again from the same state, and nothing from the default one', () => {
    const [a, b] = [make(0.5), make(0.5)]
    const draw = () => a.forward(x).output.dataSync()
    const first = draw()
    expect(b.forward(x).output.dataSync()).toEqual(first)
    expect(draw()).not.toEqual(first)
    const before = manualSeed(3).state
    const generator = manualSeed(3)
    draw()
    expect(generator.state).toEqual(before)
    const names = [...a.namedGenerators()]
    expect(names.map(([name]) => name)).toEqual(['generator'])
    expect([...make(0).namedGenerators()]).toEqual([])
  })

  test('has nothing to drop in one layer', () => {
    const one = new GRU(3, 4, { dropout: 0.9 })
    expect(one.forward(x).output.dataSync()).toEqual(one.forward(x).output.dataSync())
  })
})

test('a network with two directions is two networks, one of which reads backwards', () => {
  const both = new RNN(3, 4, { bidirectional: true })
  const x = noise([2, 5, 3])
  const back = new RNN(3, 4)
  const state = both.stateDict()
  back.loadStateDict(
    Object.fromEntries(Object.keys(back.stateDict()).map((name) => [name, state[`${name}_reverse`]!])),
  )
  const { output, state: last } = both.forward(x)
  const steps = [4, 3, 2, 1, 0].map((t) => x.slice(t, t + 1, { axis: 1 }))
  let h = new RNN(3, 4).forward(x).state.mul(0)
  for (const step of steps) h = back.forward(step, { state: h }).state
  near(output.select(1, 0).slice(4, 8, { axis: 1 }), h.select(0, 0))
  near(last.select(0, 1), h.select(0, 0))
})

describe('truncated back-propagation through time', () => {
  test('values go on, gradients stop where the state was detached', () => {
    const lstm = new LSTM(3, 4, { numLayers: 2 })
    const x = leaf(noise([2, 8, 3]))
    const parts = [x.slice(0, 4, { axis: 1 }), x.slice(4, 8, { axis: 1 })]
    const whole = lstm.forward(x)
    const { state } = lstm.forward(parts[0]!)
    const cut: LSTMState = detachState(state)
    expect([cut.h.requiresGrad, cut.c.requiresGrad]).toEqual([false, false])
    const last = lstm.forward(parts[1]!, { state: cut })
    near(last.output, whole.output.slice(4, 8, { axis: 1 }))
    const early = (output: Tensor) =>
      grad(output.sum(), [x], { retainGraph: true })[0]!.slice(0, 4, { axis: 1 }).abs().max().itemSync()
    expect(early(last.output)).toBe(0)
    expect(early(lstm.forward(parts[1]!, { state }).output)).toBeGreaterThan(0)
  })

  test('the gradient of a stretch is that of the stretch alone, with its first state given', () => {
    const gru = new GRU(3, 4)
    const x = noise([2, 8, 3])
    const part = x.slice(4, 8, { axis: 1 })
    const carried = detachState(gru.forward(x.slice(0, 4, { axis: 1 })).state)
    const given = tensor(carried.dataSync(), { shape: carried.shape })
    const gradients = (state: Tensor) =>
      grad(gru.forward(part, { state }).output.sum(), [...gru.parameters()])
    const wanted = gradients(given)
    gradients(carried).forEach((g, i) => {
      expect(g.dataSync()).toEqual(wanted[i]!.dataSync())
    })
  })

  test('states of any arrangement; what is no tensor is refused', () => {
    const [a, b] = [leaf(ones([1])), leaf(ones([2]))]
    const { list, deep } = detachState({ list: [a.mul(2), b], deep: { a } })
    expect([list[0]!, list[1]!, deep.a].map((t) => t.requiresGrad)).toEqual([false, false, false])
    expect(list[0]!.toArraySync()).toEqual([2])
    expect(() => detachState({ a, n: 3 })).toThrow(/detachState: tensors.*got 3/)
  })
})

test('generation step by step, each output the next input, is the whole sequence at once', () => {
  const lstm = new LSTM(3, 8, { numLayers: 2 })
  const head = new Linear(8, 3)
  const inputs = [noise([1, 1, 3])]
  const outputs: Tensor[] = []
  let state: LSTMState | undefined
  for (let t = 0; t < 12; t++) {
    const next = lstm.forward(inputs[t]!, { state })
    state = next.state
    outputs.push(next.output)
    inputs.push(head.forward(next.output))
  }
  const cat = (list: Tensor[]) =>
    tensor(
      list.flatMap((t) => [...t.dataSync()]),
      { shape: [1, 12, list[0]!.shape[2]!] },
    )
  const whole = lstm.forward(cat(inputs.slice(0, 12)))
  close(cat(outputs), whole.output, 1e-6)
  close(state!.c, whole.state.c, 1e-6)
})

test('a copy has parameters and dropout of its own, and the same values', () => {
  const lstm = new LSTM(3, 4, { numLayers: 2, bidirectional: true, dropout: 0.5, projSize: 2 })
  const copy = lstm.clone()
  const x = noise([2, 5, 3])
  expect(copy.forward(x).output.dataSync()).toEqual(lstm.forward(x).output.dataSync())
  expect(copy.layers[1]!.backward!.weightHr).not.toBe(lstm.layers[1]!.backward!.weightHr)
})
