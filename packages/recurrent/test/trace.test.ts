import { Generator, grad, type Tensor, tensor } from '@core/tensor'
import { Module } from '@nn/module'
import {
  forgetBias,
  GRU,
  type GRUGates,
  gradientThroughTime,
  LSTM,
  type LSTMGates,
  RNN,
  recur,
} from '@nn/recurrent'
import { describe, expect, test } from 'vitest'
import { close, near, noise, onBoth } from './support.ts'

const leaf = (t: Tensor) => tensor(t.dataSync(), { shape: t.shape, requiresGrad: true })

onBoth('the trace', () => {
  test('of a GRU gives its formulas, in both forms, for each layer and direction', () => {
    for (const resetAfter of [true, false]) {
      const gru = new GRU(3, 4, { numLayers: 2, bidirectional: true, resetAfter })
      const x = noise([2, 5, 3])
      const { output, state, trace } = gru.forward(x, { trace: true })
      const plain = gru.forward(x)
      expect(output.dataSync()).toEqual(plain.output.dataSync())
      expect(state.dataSync()).toEqual(plain.state.dataSync())
      expect(trace.layers).toHaveLength(2)
      for (const [k, { forward, backward }] of trace.layers.entries()) {
        expect(Object.keys(forward).sort()).toEqual(['candidate', 'hidden', 'reset', 'update'])
        const last = (g: GRUGates, before: number, at: number) => {
          const step = (t: Tensor, i = at) => t.select(1, i)
          const z = step(g.update)
          return z.mul(step(g.hidden, before)).add(z.neg().add(1).mul(step(g.candidate)))
        }
        close(forward.hidden.select(1, 4), last(forward, 3, 4), 1e-6)
        close(backward!.hidden.select(1, 0), last(backward!, 1, 0), 1e-6)
        close(state.select(0, 2 * k + 1), backward!.hidden.select(1, 0), 0)
      }
    }
  })

  test('of an LSTM gives its formulas', () => {
    const lstm = new LSTM(3, 4, { batchFirst: false })
    const { output, state, trace } = lstm.forward(noise([5, 2, 3]), { trace: true })
    const g: LSTMGates = trace.layers[0]!.forward
    expect(trace.layers[0]!.backward).toBeUndefined()
    const [now, before] = [(t: Tensor) => t.select(0, 4), (t: Tensor) => t.select(0, 3)]
    close(
      now(g.forget)
        .mul(before(g.cell))
        .add(now(g.input).mul(now(g.candidate))),
      now(g.cell),
      1e-6,
    )
    close(g.output.mul(g.cell.tanh()), output, 1e-6)
    close(state.c.select(0, 0), now(g.cell), 0)
  })

  test('has gradients, the same as a cell in plain ops', () => {
    const gru = new GRU(3, 4)
    const x = leaf(noise([2, 5, 3]))
    const { trace, output } = gru.forward(x, { trace: true })
    const { reset, update, candidate } = trace.layers[0]!.forward
    const { weightIh, weightHh, biasIh, biasHh } = gru.layers[0]!.forward
    const cell = (input: Tensor, h: Tensor) => {
      const part = (t: Tensor, i: number) => t.slice(4 * i, 4 * i + 4, { axis: 1 })
      const gi = input.matmul(weightIh.transpose()).add(biasIh!)
      const gh = h.matmul(weightHh.transpose()).add(biasHh!)
      const r = part(gi, 0).add(part(gh, 0)).sigmoid()
      const z = part(gi, 1).add(part(gh, 1)).sigmoid()
      const n = part(gi, 2)
        .add(r.mul(part(gh, 2)))
        .tanh()
      const next = z.mul(h).add(z.neg().add(1).mul(n))
      return { output: { r, z, n, next }, state: next }
    }
    const own = recur(cell, x, { state: noise([2, 4]).mul(0) }).output
    const loss = (r: Tensor, z: Tensor, n: Tensor, h: Tensor) =>
      r.square().sum().add(z.log().sum()).add(n.mul(h).sum())
    const sources = [x, ...gru.parameters()]
    const found = grad(loss(reset, update, candidate, output), sources)
    const wanted = grad(loss(own.r, own.z, own.n, own.next), sources)
    wanted.forEach((g, i) => {
      close(found[i], g, 1e-5)
    })
  })

  test('without a batch, with lengths, of an RNN', () => {
    const rnn = new RNN(3, 4)
    const { output, trace } = rnn.forward(noise([6, 3]), { trace: true, lengths: [4] })
    near(trace.layers[0]!.forward.hidden, output)
    const lstm = new LSTM(3, 4, { projSize: 2, bidirectional: true })
    const padded = lstm.forward(noise([2, 6, 3]), { trace: true, lengths: [4, 6] }).trace.layers[0]!.backward!
    expect(padded.hidden.shape).toEqual([2, 6, 2])
    expect(padded.cell.shape).toEqual([2, 6, 4])
    expect(padded.forget.select(0, 0).slice(4).abs().max().itemSync()).toBe(0)
    expect(padded.forget.select(0, 0).slice(0, 4).min().itemSync()).toBeGreaterThan(0)
  })
})

test('there is a trace only where it was asked for', () => {
  expect(Object.keys(new GRU(1, 1).forward(noise([1, 2, 1])))).toEqual(['output', 'state'])
  expect(new GRU(1, 1).forward(noise([1, 2, 1]), { trace: false }).trace).toBeUndefined()
})

onBoth('the gradient through time', (allowed) => {
  /** ∂L/∂h_t by autograd over steps of a layer that are called one by one. */
  function byHand(layer: RNN | GRU, x: Tensor, loss: (states: Tensor[]) => Tensor): number[] {
    const states: Tensor[] = []
    let state: Tensor = leaf(noise([1, x.shape[0]!, layer.hiddenSize]).mul(0))
    for (let t = 0; t < x.shape[1]!; t++) {
      state = layer.forward(x.slice(t, t + 1, { axis: 1 }), { state }).state
      states.push(state)
    }
    return grad(loss(states), states, { allowUnused: true }).map((g) => Math.hypot(...g.dataSync()))
  }
  const wants = (norms: Tensor, wanted: number[]) => close(norms, tensor(wanted), 10 * allowed)

  test('is what autograd finds by hand, for the last state and for a loss of all steps', () => {
    for (const layer of [new RNN(3, 4), new RNN(3, 4, { nonlinearity: 'relu' }), new GRU(3, 4)]) {
      const x = noise([2, 6, 3])
      wants(
        gradientThroughTime(layer, x),
        byHand(layer, x, (states) => states.at(-1)!.sum()),
      )
      wants(
        gradientThroughTime(layer, x, { loss: (model, input) => model.forward(input).output.square().sum() }),
        byHand(layer, x, (states) => states.map((h) => h.square().sum()).reduce((a, b) => a.add(b))),
      )
    }
  })

  test('leaves outputs, trace and parameters as they are', () => {
    for (const make of [
      () => new GRU(3, 4, { numLayers: 2, bidirectional: true, resetAfter: false }),
      () => new LSTM(3, 4, { numLayers: 2, bidirectional: true, projSize: 2 }),
    ]) {
      const layer = make() as GRU // they are called alike
      const x = noise([3, 6, 3])
      const lengths = [4, 6, 2]
      const wanted = layer.forward(x, { lengths, trace: true })
      for (const direction of ['forward', 'backward'] as const)
        for (const k of [0, 1]) {
          let seen = wanted
          const norms = gradientThroughTime(layer, x, {
            loss: (model, input) => {
              seen = model.forward(input, { lengths, trace: true })
              return seen.output.square().sum()
            },
            layer: k,
            direction,
          })
          close(seen.output, wanted.output, 1e-6)
          const [a, b] = [seen, wanted].map(
            ({ trace }) => Object.values(trace.layers[k]![direction]!) as Tensor[],
          )
          b!.forEach((t, i) => {
            close(a![i], t, 1e-6)
          })
          expect(norms.shape).toEqual([6])
          expect(norms.min().itemSync()).toBeGreaterThan(0)
        }
      expect([...layer.parameters()].every((p) => p.grad === null)).toBe(true)
    }
  })

  test('counts only sequences that have the step', () => {
    const rnn = new RNN(3, 4)
    const x = noise([1, 6, 3])
    const norms = gradientThroughTime(rnn, x, { lengths: [4] })
    expect(norms.slice(4).toArraySync()).toEqual([0, 0])
    close(norms.slice(0, 4), gradientThroughTime(rnn, x.slice(0, 4, { axis: 1 })), allowed)
  })

  test('sees what is far too small or large for squares in float32', () => {
    const rnn = new RNN(1, 2, { nonlinearity: 'relu', bias: false })
    const at = (scale: number, steps: number) => {
      rnn.loadStateDict({
        weight_ih_l0: tensor([[1], [1]]),
        weight_hh_l0: tensor([
          [scale, 0],
          [0, scale],
        ]),
      })
      const x = tensor(
        Array.from({ length: steps }, (_, t) => (t === 0 ? 1 : 0)),
        { shape: [1, steps, 1] },
      )
      return gradientThroughTime(rnn, x).slice(0, 1).itemSync() / Math.SQRT2
    }
    expect(at(0.1, 31) / 1e-30).toBeCloseTo(1, 4)
    expect(at(10, 31) / 1e30).toBeCloseTo(1, 4)
  })

  test('of frozen weights is seen, too', () => {
    const rnn = new RNN(3, 4).requiresGrad(false)
    expect(
      gradientThroughTime(rnn, noise([1, 4, 3]))
        .min()
        .itemSync(),
    ).toBeGreaterThan(0)
  })
})

describe('gradientThroughTime', () => {
  test('vanishes in an RNN, and stays in a GRU that keeps its state', () => {
    const x = noise([2, 60, 1])
    const start = (layer: RNN | GRU) => gradientThroughTime(layer, x).slice(0, 1).itemSync()
    const generator = new Generator(5)
    expect(start(new RNN(1, 8, { generator }))).toBeLessThan(1e-3)
    expect(start(new GRU(1, 8, { generator, init: forgetBias(50) }))).toBeCloseTo(4, 4) // √(2 · 8)
  })

  test('in a model with several recurrent layers looks into the one that is named', () => {
    class Two extends Module {
      readonly first = new GRU(3, 4)
      readonly second = new RNN(4, 5)
      override forward(input: Tensor): Tensor {
        return this.second.forward(this.first.forward(input).output).state.sum()
      }
    }
    const model = new Two()
    const x = noise([2, 6, 3])
    const loss = (m: Two, input: Tensor) => m.forward(input)
    const inSecond = gradientThroughTime(model, x, { loss, module: model.second })
    close(inSecond, gradientThroughTime(model.second, model.first.forward(x).output), 1e-6)
    const inFirst = gradientThroughTime(model, x, { loss, module: model.first })
    expect(inFirst.shape).toEqual([6])
    expect(inFirst.sub(inSecond).abs().min().itemSync()).toBeGreaterThan(1e-4)
  })

  test('all steps of several calls, in order', () => {
    const gru = new GRU(3, 4)
    const x = noise([2, 6, 3])
    const inTwo = gradientThroughTime(gru, x, {
      loss: (model, input) => {
        const [a, b] = [input.slice(0, 2, { axis: 1 }), input.slice(2, undefined, { axis: 1 })]
        return model.forward(b, { state: model.forward(a).state }).state.sum()
      },
    })
    close(inTwo, gradientThroughTime(gru, x), 1e-6)
  })
})
