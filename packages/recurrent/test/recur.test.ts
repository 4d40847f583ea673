import {
  cat,
  chunk,
  grad,
  linear,
  matmul,
  noGrad,
  ones,
  reference,
  sigmoid,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '@core/tensor'
import { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNCell, recur } from '@nn/recurrent'
import { describe, expect, test } from 'vitest'
import { close, near, noise, onBoth } from './support.ts'

/** An LSTM cell in plain ops, over the weights of a layer. */
function byHand(lstm: LSTM) {
  const { weightIh, weightHh, biasIh, biasHh } = lstm.layers[0]!.forward
  return (x: Tensor, { h, c }: { h: Tensor; c: Tensor }) => {
    const [i, f, g, o] = chunk(linear(x, weightIh, biasIh).add(linear(h, weightHh, biasHh)), 4, -1)
    const cell = sigmoid(f!)
      .mul(c)
      .add(sigmoid(i!).mul(tanh(g!)))
    const next = sigmoid(o!).mul(tanh(cell))
    return { output: { h: next, forget: sigmoid(f!) }, state: { h: next, c: cell } }
  }
}

const leaf = (t: Tensor) => tensor(t.dataSync(), { shape: t.shape, requiresGrad: true })

onBoth('an LSTM cell by hand is the LSTM', () => {
  test('outputs, states, trace and all gradients, to 1e-6', () => {
    const lstm = new LSTM(3, 4)
    const [x, h, c] = [leaf(noise([2, 7, 3])), leaf(noise([2, 4], 2)), leaf(noise([2, 4], 3))]
    const fused = lstm.forward(x, { state: { h: h.unsqueeze(0), c: c.unsqueeze(0) }, trace: true })
    const own = recur(byHand(lstm), x, { state: { h, c } })
    close(own.output.h, fused.output, 1e-6)
    close(own.output.forget, fused.trace.layers[0]!.forward.forget, 1e-6)
    close(own.state.c.unsqueeze(0), fused.state.c, 1e-6)
    const sources = [x, h, c, ...lstm.parameters()]
    const weights = noise([2, 7, 4], 4)
    const one = grad(fused.output.mul(weights).sum().add(fused.state.c.square().sum()), sources)
    const two = grad(own.output.h.mul(weights).sum().add(own.state.c.square().sum()), sources)
    one.forEach((g, i) => {
      expect(g.abs().max().itemSync()).toBeGreaterThan(0.01)
      close(two[i], g, 1e-6)
    })
  })

  test.each([
    ['RNNCell', () => new RNNCell(3, 4), () => new RNN(3, 4)],
    ['GRUCell', () => new GRUCell(3, 4), () => new GRU(3, 4)],
    [
      'GRUCell of the lecture',
      () => new GRUCell(3, 4, { resetAfter: false }),
      () => new GRU(3, 4, { resetAfter: false }),
    ],
  ] as const)('%s goes as it is', (_, makeCell, makeLayer) => {
    const [cell, layer] = [makeCell(), makeLayer()]
    const x = noise([2, 5, 3])
    layer.loadStateDict(
      Object.fromEntries(Object.entries(cell.stateDict()).map(([name, t]) => [`${name}_l0`, t])),
    )
    const { output, state } = recur(cell, x)
    near(output, layer.forward(x).output)
    near(state, layer.forward(x).state.select(0, 0))
  })
})

describe('recur', () => {
  test('an LSTMCell goes as it is, also from the end and time first', () => {
    const cell = new LSTMCell(3, 4)
    const layer = new LSTM(3, 4, { bidirectional: true })
    const state = cell.stateDict()
    layer.loadStateDict(
      Object.fromEntries(
        ['_l0', '_l0_reverse'].flatMap((end) => Object.entries(state).map(([name, t]) => [name + end, t])),
      ),
    )
    const x = noise([2, 5, 3])
    const wanted = layer.forward(x)
    const there = recur(cell, x)
    const back = recur(cell, x.transpose(0, 1), { reverse: true, batchFirst: false })
    near(cat([there.output, back.output.transpose(0, 1)], 2), wanted.output)
    near(back.state.c, wanted.state.c.select(0, 1))
    near(recur(cell, x.select(0, 0)).output, there.output.select(0, 0)) // [time, features]
  })

  test('outputs may be lists and objects, of any rank', () => {
    const cell = (x: Tensor, n: number) => ({
      output: { sum: x.sum({ axis: 1 }), all: [x, x.mul(n)] },
      state: n + 1,
    })
    const { output, state } = recur(cell, ones([2, 3, 4]), { state: 0 })
    expect(state).toBe(3)
    expect(output.sum.toArraySync()).toEqual([
      [4, 4, 4],
      [4, 4, 4],
    ])
    expect(output.all[1]!.select(2, 0).toArraySync()).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
  })

  test('frames of an image sequence: more than one dimension of features', () => {
    const cell = (x: Tensor, s: Tensor) => ({ output: x.add(s), state: x.add(s) })
    const { output } = recur(cell, ones([2, 3, 4, 5]), { state: zeros([2, 4, 5]) })
    expect(output.shape).toEqual([2, 3, 4, 5])
    expect(output.select(1, 2).mean().itemSync()).toBe(3)
  })

  test('the cost is linear in the steps, forward and backward', () => {
    const backend = ones([1]).backend
    const lstm = new LSTM(3, 4)
    const run = backend.run
    const cost = (steps: number) => {
      const x = leaf(noise([2, steps, 3]))
      const state = { h: zeros([2, 4]), c: zeros([2, 4]) }
      const spent = { kernels: 0, values: 0 }
      backend.run = (kernel, inputs, outputs, attrs) => {
        spent.kernels++
        // scatterStrided fills a part of its output as large as its input
        for (const storage of kernel.name === 'scatterStrided' ? inputs : outputs)
          spent.values += storage.length
        run.call(backend, kernel, inputs, outputs, attrs)
      }
      try {
        const { output } = recur(byHand(lstm), x, { state })
        const forward = { ...spent }
        grad(output.h.square().sum(), [x, ...lstm.parameters()])
        return [forward.kernels, forward.values, spent.kernels, spent.values]
      } finally {
        backend.run = run
      }
    }
    const [a, b, c] = [cost(16), cost(32), cost(64)]
    expect(a[0]).toBeGreaterThan(16 * 10)
    expect(a[2]).toBeGreaterThan(2 * a[0]!)
    c.forEach((value, i) => {
      expect(value - b[i]!).toBe(2 * (b[i]! - a[i]!))
    })
  })

  test('second derivatives go through it', () => {
    const w = leaf(noise([2, 2]).mul(0.5))
    const x = noise([1, 4, 2])
    const cell = (input: Tensor, h: Tensor) => {
      const next = tanh(input.add(matmul(h, w)))
      return { output: next, state: next }
    }
    const f = () => recur(cell, x, { state: ones([1, 2]) }).state.sum()
    const [g] = grad(f(), [w], { createGraph: true })
    const [hessian] = grad(g!.sum(), [w])
    expect(hessian!.abs().min().itemSync()).toBeGreaterThan(0)
  })

  test('nothing is kept without gradients', () => {
    const cell = new RNNCell(3, 4)
    expect(noGrad(() => recur(cell, noise([1, 3, 3]))).output.requiresGrad).toBe(false)
    expect(
      recur((x: Tensor) => ({ output: x, state: x }), ones([1, 2], { backend: reference() })).output.shape,
    ).toEqual([1, 2])
  })
})
