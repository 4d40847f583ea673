import { Generator, grad, tensor, zeros } from '@core/tensor'
import { assign } from '@core/tensor/extend'
import { GRU, LSTM, RNN } from '@nn/recurrent'
import { describe, expect, test } from 'vitest'
import { isLSTM, kinds, type Layer, near, noise, run } from './support.ts'

describe.each(kinds)('$name', ({ gates, make }) => {
  const layer: Layer = new make(3, 4, { generator: new Generator(9) })

  test("names, shapes and first weights are PyTorch's", () => {
    expect(Object.entries(layer.stateDict()).map(([name, t]) => [name, t.shape])).toEqual([
      ['weight_ih_l0', [gates * 4, 3]],
      ['weight_hh_l0', [gates * 4, 4]],
      ['bias_ih_l0', [gates * 4]],
      ['bias_hh_l0', [gates * 4]],
    ])
    expect(Object.keys(new make(3, 4, { bias: false }).stateDict())).toEqual(['weight_ih_l0', 'weight_hh_l0'])
    const values = new make(20, 25).layers[0]!.forward.weightIh.dataSync() // uniform in ±1/√hidden
    expect(Math.max(...values)).toBeLessThan(0.2)
    expect(Math.max(...values)).toBeGreaterThan(0.18)
    expect(Math.min(...values)).toBeLessThan(-0.18)
  })

  test('shapes; the state is the last output', () => {
    const { output, state } = run(layer, noise([2, 5, 3]))
    expect(output.shape).toEqual([2, 5, 4])
    for (const s of state) expect(s.shape).toEqual([1, 2, 4])
    near(state[0]!.squeeze(0), output.select(1, -1))
  })

  test('a long sequence cut in two with the state carried over is the whole one, and so are gradients', () => {
    const x = noise([2, 7, 3])
    const whole = run(layer, x)
    const first = run(layer, x.slice(0, 3, { axis: 1 }))
    const second = run(layer, x.slice(3, undefined, { axis: 1 }), first.state)
    near(first.output, whole.output.slice(0, 3, { axis: 1 }))
    near(second.output, whole.output.slice(3, undefined, { axis: 1 }))
    whole.state.forEach((s, i) => {
      near(second.state[i]!, s)
    })
    const parameters = [...layer.parameters()]
    const one = grad(whole.output.sum(), parameters)
    const two = grad(first.output.sum().add(second.output.sum()), parameters)
    one.forEach((g, i) => {
      near(two[i]!, g, 4)
    })
  })

  test('no state is a state of zeros', () => {
    const x = noise([2, 3, 3])
    const nothing = [zeros([1, 2, 4]), zeros([1, 2, 4])]
    near(run(layer, x, nothing).output, run(layer, x).output)
  })

  test('time first is the same, turned', () => {
    const turned = new make(3, 4, { batchFirst: false })
    turned.loadStateDict(layer.stateDict())
    const x = noise([2, 5, 3])
    const [a, b] = [run(layer, x), run(turned, x.transpose(0, 1))]
    near(b.output.transpose(0, 1), a.output)
    a.state.forEach((s, i) => {
      near(b.state[i]!, s)
    })
  })

  test('without a batch: [time, features], and a state [1, hidden] that goes on', () => {
    for (const batchFirst of [true, false]) {
      const single = new make(3, 4, { batchFirst })
      single.loadStateDict(layer.stateDict())
      const x = noise([6, 3])
      const whole = run(layer, x.unsqueeze(0))
      const { output, state } = run(single, x)
      near(output, whole.output.squeeze(0))
      state.forEach((s, i) => {
        near(s, whole.state[i]!.squeeze(0))
      })
      const first = run(single, x.slice(0, 2))
      near(run(single, x.slice(2), first.state).output, output.slice(2))
    }
  })

  test('sequences of a batch do not know of each other', () => {
    const x = noise([3, 4, 3])
    const all = run(layer, x).output
    near(run(layer, x.slice(1, 2)).output, all.slice(1, 2))
  })

  test('gradients reach the input and the first state', () => {
    const x = noise([2, 3, 3])
    const [input, ...state] = [x, noise([1, 2, 4], 2), noise([1, 2, 4], 3)].map((t) =>
      tensor(t.dataSync(), { shape: t.shape, requiresGrad: true }),
    )
    const used = isLSTM(layer) ? state : state.slice(0, 1)
    run(layer, input!, used).output.sum().backward()
    for (const t of [input!, ...used]) expect(t.grad!.abs().max().itemSync()).toBeGreaterThan(0)
  })
})

describe('one step by hand', () => {
  const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))
  const [x, h, c] = [0.7, -0.3, 0.4]
  // one feature, one unit: input weights, hidden weights, both biases, one number a gate
  const [wi, wh, bi, bh] = [
    [0.5, -0.6, 0.9, 0.2],
    [0.3, 0.8, -0.4, 0.1],
    [0.1, 0.2, -0.3, 0.4],
    [-0.2, 0.05, 0.15, 0.3],
  ]
  const fill = (layer: Layer, gates: number) => {
    const column = (list: number[]) => tensor(list.slice(0, gates).map((v) => [v]))
    const { weightIh, weightHh, biasIh, biasHh } = layer.layers[0]!.forward
    assign(weightIh, column(wi))
    assign(weightHh, column(wh))
    assign(biasIh!, tensor(bi.slice(0, gates)))
    assign(biasHh!, tensor(bh.slice(0, gates)))
    return run(layer, tensor([[[x]]]), [tensor([[[h]]]), tensor([[[c]]])])
  }
  const gate = (i: number) => x * wi[i]! + bi[i]! + h * wh[i]! + bh[i]!

  test('RNN, with tanh and with relu', () => {
    expect(fill(new RNN(1, 1), 1).output.itemSync()).toBeCloseTo(Math.tanh(gate(0)), 6)
    expect(fill(new RNN(1, 1, { nonlinearity: 'relu' }), 1).output.itemSync()).toBeCloseTo(
      Math.max(0, gate(0)),
      6,
    )
  })

  test('GRU: the reset gate stands before the whole recurrent product', () => {
    const [r, z] = [sigmoid(gate(0)), sigmoid(gate(1))]
    const n = Math.tanh(x * wi[2]! + bi[2]! + r * (h * wh[2]! + bh[2]!))
    expect(fill(new GRU(1, 1), 3).output.itemSync()).toBeCloseTo((1 - z) * n + z * h, 6)
  })

  test('GRU of the lecture: the reset gate stands before the recurrent product', () => {
    const [r, z] = [sigmoid(gate(0)), sigmoid(gate(1))]
    const n = Math.tanh(x * wi[2]! + bi[2]! + r * h * wh[2]! + bh[2]!)
    const gru = new GRU(1, 1, { resetAfter: false })
    expect(fill(gru, 3).output.itemSync()).toBeCloseTo((1 - z) * n + z * h, 6)
  })

  test('LSTM: gates in the order i, f, g, o', () => {
    const [i, f, g, o] = [sigmoid(gate(0)), sigmoid(gate(1)), Math.tanh(gate(2)), sigmoid(gate(3))]
    const cell = f * c + i * g
    const { output, state } = fill(new LSTM(1, 1), 4)
    expect(state[1]!.itemSync()).toBeCloseTo(cell, 6)
    expect(output.itemSync()).toBeCloseTo(o * Math.tanh(cell), 6)
  })
})
