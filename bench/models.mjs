// The networks of the training workloads, built of the packages as a user would build them.
import { tensor } from '@core/tensor'
import { assign } from '@core/tensor/extend'
import { BatchNorm2d, Conv2d, Embedding, Flatten, Linear, MaxPool2d, ReLU } from '@nn/layers'
import { crossEntropy } from '@nn/losses'
import { Module, Sequential } from '@nn/module'
import { clipGradNorm, SGD } from '@nn/optim'
import { GRU, LSTM, RNN } from '@nn/recurrent'
import { floats, integers, LEARNING, MOMENTUM, TEXT, WEIGHT_DECAY, weights } from './shapes.mjs'

export class CharModel extends Module {
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

export function setWeights(model) {
  const parameters = [...model.parameters()]
  weights(parameters.map((p) => [...p.shape])).forEach((values, i) => {
    assign(parameters[i], tensor(values, { shape: parameters[i].shape }))
  })
}

/**
 * A training step of the workloads.
 *
 * @param name - one of LEARNING
 * @param count - how many batches to make
 * @param fast - compiles a step, or leaves it as it is
 * @returns the step, and the batches to call it with
 */
export function learning(name, count, fast) {
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
  return { step, batches }
}
