// Our side: `ours.mjs BUILD MODE THREADS`, MODE being eager or compiled. Uses the built packages.
import {
  backendInfo,
  compile,
  grad,
  layerNorm,
  matmul,
  narrow,
  noGrad,
  reshape,
  setBackend,
  softmax,
  tensor,
  wasm,
} from '@core/tensor'
import { assign } from '@core/tensor/extend'
import { BatchNorm2d, Conv2d, Embedding, Flatten, Linear, MaxPool2d, ReLU } from '@nn/layers'
import { crossEntropy } from '@nn/losses'
import { Module, Sequential } from '@nn/module'
import { clipGradNorm, SGD } from '@nn/optim'
import { GRU, LSTM, RNN } from '@nn/recurrent'
import { BATCHES, floats, integers, LEARNING, MOMENTUM, TEXT, WEIGHT_DECAY, weights } from '../shapes.mjs'
import { serve } from './protocol.mjs'

const [build, mode, threads] = process.argv.slice(2)
await setBackend(
  build === 'wide'
    ? wasm({ wide: true, threads: Number(threads) })
    : wasm({ build, threads: Number(threads) }),
)
const fast = (step) => (mode === 'compiled' ? compile(step) : step)

class CharModel extends Module {
  constructor(cell, hidden) {
    super()
    const Layer = { rnn: RNN, gru: GRU, lstm: LSTM }[cell]
    this.embed = new Embedding(TEXT.vocabulary, TEXT.embedding)
    this.rnn = new Layer(TEXT.embedding, hidden)
    this.head = new Linear(hidden, TEXT.vocabulary)
  }
  forward(tokens, state) {
    const { output, state: next } = this.rnn.forward(this.embed.forward(tokens), state ? { state } : {})
    return { logits: this.head.forward(output), state: next }
  }
}

function setWeights(model) {
  const parameters = [...model.parameters()]
  weights(parameters.map((p) => [...p.shape])).forEach((values, i) => {
    assign(parameters[i], tensor(values, { shape: parameters[i].shape }))
  })
}

function learning(name, count) {
  const { kind, batch, lr, sizes, cell, hidden } = LEARNING[name]
  let model
  if (kind === 'mlp')
    model = new Sequential(
      ...sizes
        .slice(1)
        .flatMap((n, i) =>
          i < sizes.length - 2 ? [new Linear(sizes[i], n), new ReLU()] : [new Linear(sizes[i], n)],
        ),
    )
  else if (kind === 'cnn')
    model = new Sequential(
      new Conv2d(1, 16, 3, { padding: 1 }),
      new BatchNorm2d(16),
      new ReLU(),
      new MaxPool2d(2),
      new Conv2d(16, 32, 3, { padding: 1 }),
      new BatchNorm2d(32),
      new ReLU(),
      new MaxPool2d(2),
      new Flatten(),
      new Linear(32 * 49, 10),
    )
  else model = new CharModel(cell, hidden)
  setWeights(model)
  if (kind === 'cnn')
    for (const [key, p] of model.namedParameters())
      if (/^[15]\.weight$/.test(key)) assign(p, tensor(new Float32Array(p.size).fill(1)))
  const optimizer = new SGD(model.namedParameters(), {
    lr,
    momentum: MOMENTUM,
    weightDecay: WEIGHT_DECAY,
  })
  const parameters = [...model.parameters()]
  const text = kind === 'recurrent'
  const step = fast((x, y) => {
    optimizer.zeroGrad()
    const out = text ? model.forward(x).logits.reshape([-1, TEXT.vocabulary]) : model.forward(x)
    const loss = crossEntropy(out, y)
    loss.backward()
    if (text) clipGradNorm(parameters, TEXT.clip)
    optimizer.step()
    return loss
  })
  const batches = Array.from({ length: count }, (_, i) => {
    if (text) {
      const n = TEXT.batch * TEXT.time
      return [
        tensor(integers(n, 10 + i, TEXT.vocabulary), { shape: [TEXT.batch, TEXT.time] }),
        tensor(integers(n, 50 + i, TEXT.vocabulary)),
      ]
    }
    const shape = kind === 'mlp' ? [batch, 784] : [batch, 1, 28, 28]
    return [tensor(floats(batch * 784, 10 + i), { shape }), tensor(integers(batch, 50 + i, 10))]
  })
  return (i) => step(...batches[i % count]).itemSync()
}

/** The last element: enough to need all of it, and cheap to read. */
const last = (x) => narrow(reshape(x, [x.size]), 0, x.size - 1, 1)

const square = (n, seed, options) => tensor(floats(n * n, seed), { shape: [n, n], ...options })

/** Forward and backward of one function of rows, from a fixed gradient. */
function bothWays(f) {
  const xs = [10, 11].map((seed) => square(1024, seed, { requiresGrad: true }))
  const dy = square(1024, 30)
  const step = fast((x, gradient) => last(grad(f(x), [x], { gradOutputs: [gradient] })[0]))
  return (i) => step(xs[i % 2], dy).itemSync()
}

const MAKE = {
  matmul(n) {
    const xs = [10, 11].map((seed) => square(n, seed))
    const y = square(n, 20)
    const step = fast((a, b) => last(matmul(a, b)))
    return (i) => noGrad(() => step(xs[i % 2], y).itemSync())
  },
  lstmgen() {
    const model = new CharModel('lstm', 128)
    setWeights(model)
    const one = fast((token, h, c) => {
      const { logits, state } = model.forward(token, { h, c })
      return {
        next: logits.reshape([1, TEXT.vocabulary]).argmax({ axis: 1 }).reshape([1, 1]),
        h: state.h,
        c: state.c,
      }
    })
    return (i) =>
      noGrad(() => {
        let token = tensor([[i % TEXT.vocabulary]], { dtype: 'int32' })
        let h = tensor(new Float32Array(128), { shape: [1, 1, 128] })
        let c = h
        let sum = 0
        for (let t = 0; t < 100; t++) {
          const out = one(token, h, c)
          token = out.next
          h = out.h
          c = out.c
          sum += token.itemSync()
        }
        return sum
      })
  },
  smallops() {
    const b = tensor(floats(32, 11))
    return (i) =>
      noGrad(() => {
        let x = tensor(floats(32, 12 + (i % 4)))
        for (let k = 0; k < 1000; k++) x = x.add(b)
        return x.dataSync()[0]
      })
  },
  chain() {
    const xs = [0, 1].map((i) => tensor(floats(1e6, 10 + i)))
    const step = fast((x) => x.mul(2).add(1).relu().tanh().sum())
    return (i) => noGrad(() => step(xs[i % 2]).itemSync())
  },
  softmax: () => bothWays((x) => softmax(x)),
  layernorm: () => bothWays((x) => layerNorm(x, [1024])),
}

await serve({
  make(name, count = BATCHES) {
    if (LEARNING[name]) return learning(name, count)
    if (name.startsWith('matmul')) return MAKE.matmul(Number(name.slice(6)))
    return MAKE[name]?.() ?? null
  },
  about() {
    const { build: runs, threads: count, notes } = backendInfo()
    return { threads: count, note: notes.join(' ') || (runs === build ? '' : `${runs} runs`) }
  },
})
