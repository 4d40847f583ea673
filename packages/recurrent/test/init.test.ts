import { Generator, type Parameter, type Tensor } from '@core/tensor'
import { init } from '@nn/module'
import { chrono, forgetBias, GRU, GRUCell, LSTM, LSTMCell, RNN } from '@nn/recurrent'
import { describe, expect, test } from 'vitest'
import { near } from './support.ts'

const H = 2000
const gate = (bias: Tensor | undefined, i: number, hidden = H) => [
  ...bias!.slice(i * hidden, (i + 1) * hidden).dataSync(),
]
const generator = () => new Generator(4)

describe('chrono', () => {
  const maxDelay = 500
  /** If b = log u, u uniform in 1 … T − 1, then exp(b) has every share of its values in every share of the range. */
  const isChrono = (biases: number[]) => {
    const u = biases.map((b) => (Math.exp(b) - 1) / (maxDelay - 2)).sort((a, b) => a - b)
    expect(u[0]).toBeGreaterThanOrEqual(-1e-6)
    expect(u.at(-1)).toBeLessThanOrEqual(1 + 1e-6)
    // Kolmogorov and Smirnov: exceeded by chance once in a thousand
    const distance = Math.max(...u.map((v, i) => Math.max((i + 1) / u.length - v, v - i / u.length)))
    expect(distance).toBeLessThan(1.95 / Math.sqrt(u.length))
  }

  test('of an LSTM: the forget gates remember, the input gates are their opposite, the others stay', () => {
    const { biasIh, biasHh } = new LSTM(2, H, { init: chrono({ maxDelay }), generator: generator() })
      .layers[0]!.forward
    const plain = new LSTM(2, H, { generator: generator() }).layers[0]!.forward
    isChrono(gate(biasIh, 1))
    expect(gate(biasIh, 0)).toEqual(gate(biasIh, 1).map((b) => -b))
    for (const i of [0, 1]) expect(new Set(gate(biasHh, i))).toEqual(new Set([0]))
    for (const i of [2, 3])
      for (const which of ['biasIh', 'biasHh'] as const)
        expect(gate({ biasIh, biasHh }[which], i)).toEqual(gate(plain[which], i))
  })

  test('of a GRU: the update gates remember', () => {
    for (const resetAfter of [true, false]) {
      const gru = new GRU(2, H, { init: chrono({ maxDelay }), generator: generator(), resetAfter })
      const { biasIh, biasHh } = gru.layers[0]!.forward
      isChrono(gate(biasIh, 1))
      expect(new Set(gate(biasHh, 1))).toEqual(new Set([0]))
      expect(Math.max(...gate(biasIh, 0).map(Math.abs))).toBeLessThan(1 / Math.sqrt(H))
    }
  })

  test('every layer and direction draws its own, and so do cells', () => {
    const lstm = new LSTM(2, 4, { numLayers: 2, bidirectional: true, init: chrono({ maxDelay }) })
    const all = lstm.layers
      .flatMap(({ forward, backward }) => [forward, backward!])
      .map((w) => gate(w.biasIh, 1, 4))
    for (const biases of all) expect(Math.min(...biases)).toBeGreaterThanOrEqual(0)
    expect(new Set(all.map((b) => b.join())).size).toBe(4)
    isChrono(gate(new LSTMCell(2, H, { init: chrono({ maxDelay }), generator: generator() }).biasIh, 1))
    isChrono(gate(new GRUCell(2, H, { init: chrono({ maxDelay }), generator: generator() }).biasIh, 1))
  })

  test('with the shortest delay the gates begin half open', () => {
    const lstm = new LSTM(1, 3, { init: chrono({ maxDelay: 2 }) })
    expect(gate(lstm.layers[0]!.forward.biasIh, 1, 3)).toEqual([0, 0, 0])
  })
})

test('forgetBias: the sum of both biases is the value, all else stays', () => {
  const { biasIh, biasHh, weightHh } = new LSTM(2, 3, { init: forgetBias(), generator: generator() })
    .layers[0]!.forward
  expect(gate(biasIh, 1, 3)).toEqual([1, 1, 1])
  expect(gate(biasHh, 1, 3)).toEqual([0, 0, 0])
  near(weightHh, new LSTM(2, 3, { generator: generator() }).layers[0]!.forward.weightHh)
  expect(gate(new GRUCell(2, 3, { init: forgetBias(-2) }).biasIh, 1, 3)).toEqual([-2, -2, -2])
})

describe('initialisers of @nn/module', () => {
  test('for all matrices, gate by gate; biases stay', () => {
    const gru = new GRU(6, 4, { init: init.orthogonal(), generator: generator() })
    const { weightIh, weightHh, biasIh } = gru.layers[0]!.forward
    for (const w of [weightIh, weightHh])
      for (let i = 0; i < 3; i++) {
        const block = w.slice(4 * i, 4 * i + 4)
        const square = block.matmul(block.transpose()).dataSync()
        square.forEach((v, j) => {
          expect(v).toBeCloseTo(j % 5 === 0 ? 1 : 0, 5)
        })
      }
    expect(Math.max(...biasIh!.abs().dataSync())).toBeLessThanOrEqual(0.5)
  })

  test('fans are those of one gate', () => {
    const seen: number[][] = []
    const look = (parameter: Parameter) => seen.push([...parameter.shape])
    new LSTM(5, 4, { projSize: 3, init: look })
    expect(seen).toEqual([...Array(4).fill([4, 5]), ...Array(4).fill([4, 3]), [3, 4]])
  })

  test('by name, and in a list with others', () => {
    const lstm = new LSTM(2, 3, {
      init: [{ weightIh: init.zeros(), biasIh: init.constant(5), biasHh: init.zeros() }, forgetBias(2)],
    })
    const { weightIh, biasIh } = lstm.layers[0]!.forward
    expect(new Set(weightIh.dataSync())).toEqual(new Set([0]))
    expect([...biasIh!.dataSync()]).toEqual([5, 5, 5, 2, 2, 2, 5, 5, 5, 5, 5, 5])
  })

  test('without an option everything is uniform in ±1/√hidden', () => {
    const { weightIh, weightHh, biasIh, biasHh, weightHr } = new LSTM(50, 64, { projSize: 32 }).layers[0]!
      .forward
    for (const p of [weightIh, weightHh, biasIh!, biasHh!, weightHr!]) {
      expect(p.abs().max().itemSync()).toBeLessThanOrEqual(1 / 8)
      expect(p.abs().max().itemSync()).toBeGreaterThan(0.97 / 8)
      expect(Math.abs(p.mean().itemSync())).toBeLessThan(0.02)
    }
    expect(new RNN(2, 4).layers[0]!.forward.weightIh.abs().max().itemSync()).toBeLessThanOrEqual(0.5)
  })
})
