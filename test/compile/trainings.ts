// Networks, and trainings of them in which everything changes that may.
import { compile, Generator, manualSeed, randint, randn, type Tensor } from '@core/tensor'
import { BatchNorm2d, Conv2d, Dropout, Embedding, Flatten, Linear, MaxPool2d, ReLU } from '@nn/layers'
import { crossEntropy } from '@nn/losses'
import { Module, Sequential } from '@nn/module'
import { AdamW, clipGradNorm, SGD } from '@nn/optim'
import { GRU, LSTM, type Recurrent, RNN } from '@nn/recurrent'

export class Chars extends Module {
  readonly embed = new Embedding(65, 64)
  readonly drop = new Dropout(0.1)
  readonly rnn: Recurrent
  readonly head: Linear
  constructor(rnn: Recurrent, hidden: number) {
    super()
    this.rnn = rnn
    this.head = new Linear(hidden, 65)
  }
  override forward(tokens: Tensor): Tensor {
    const { output } = this.rnn.forward(this.drop.forward(this.embed.forward(tokens)))
    return this.head.forward(output).reshape([-1, 65])
  }
}

type Data = (generator: Generator) => [x: Tensor, y: Tensor]
const text =
  (batch: number, time: number): Data =>
  (generator) => [randint([batch, time], 0, 65, { generator }), randint([batch * time], 0, 65, { generator })]
export const numbers =
  (shape: number[]): Data =>
  (generator) => [randn(shape, { generator }), randint([shape[0]!], 0, 10, { generator })]

/** Networks, and how their data are drawn. */
export const MODELS: readonly (readonly [
  name: string,
  make: () => Module & { forward(x: Tensor): Tensor },
  data: Data,
])[] = [
  [
    'mlp',
    () =>
      new Sequential(
        new Linear(784, 256),
        new ReLU(),
        new Dropout(0.2),
        new Linear(256, 128),
        new ReLU(),
        new Linear(128, 10),
      ),
    numbers([64, 784]),
  ],
  [
    'cnn',
    () =>
      new Sequential(
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
      ),
    numbers([8, 1, 28, 28]),
  ],
  ['rnn-128', () => new Chars(new RNN(64, 128), 128), text(8, 16)],
  ['gru-128', () => new Chars(new GRU(64, 128), 128), text(8, 16)],
  ['lstm-128', () => new Chars(new LSTM(64, 128), 128), text(8, 16)],
  ['lstm-512', () => new Chars(new LSTM(64, 512), 512), text(2, 6)],
  [
    'two layers, both directions',
    () => new Chars(new GRU(64, 24, { numLayers: 2, bidirectional: true, dropout: 0.2 }), 48),
    text(4, 10),
  ],
]

/** Losses, norms and final weights of a training in which everything changes that may. */
export async function train(
  [, make, data]: (typeof MODELS)[number],
  kind: 'sgd' | 'adamw',
  compiled: boolean,
  steps: number,
) {
  manualSeed(17)
  const model = make()
  const optimizer =
    kind === 'sgd'
      ? new SGD(model.namedParameters(), { lr: 0.1, momentum: 0.9, weightDecay: 1e-4 })
      : new AdamW(model.namedParameters(), { lr: 1e-3 })
  const bound = { norm: 1 }
  let runs = 0
  const step = (x: Tensor, y: Tensor) => {
    runs++
    optimizer.zeroGrad()
    const loss = crossEntropy(model.forward(x), y)
    loss.backward()
    const norm = clipGradNorm(model.parameters(), () => bound.norm)
    optimizer.step()
    return [loss, norm] as const
  }
  const fast = compiled ? compile(step) : step
  const seen: number[] = []
  for (let i = 0; i < steps; i++) {
    bound.norm = 0.5 + (i % 3)
    for (const group of optimizer.groups) {
      group.lr = (kind === 'sgd' ? 0.1 : 1e-3) * Math.cos(i / 80)
      if ('momentum' in group) group.momentum = 0.8 + (i % 10) / 100
      else group.betas = [0.8 + (i % 10) / 100, 0.99]
    }
    for (const t of fast(...data(new Generator(i)))) seen.push(await t.item())
  }
  return {
    /** Losses and norms. */
    seen,
    /** The weights, bit by bit. */
    state: await Promise.all(
      Object.values(model.stateDict()).map(async (t) =>
        Buffer.from((await t.data()).buffer).toString('base64'),
      ),
    ),
    /** How often the step's own code ran. */
    runs,
  }
}
