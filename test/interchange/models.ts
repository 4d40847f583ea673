import type { Tensor } from '@core/tensor'
import { BatchNorm2d, Conv2d, Flatten, Linear, ReLU, Tanh } from '@nn/layers'
import { Module, Sequential } from '@nn/module'
import { GRU, LSTM, RNN } from '@nn/recurrent'

/** Two layers, both directions, and a linear layer on top. */
class Recurrent extends Module {
  readonly head: Linear
  constructor(
    readonly rnn: Module & { forward(x: Tensor): { output: Tensor } },
    size = 8,
  ) {
    super()
    this.head = new Linear(size, 2)
  }
  override forward(x: Tensor): Tensor {
    return this.head.forward(this.rnn.forward(x).output)
  }
}

const OPTIONS = { numLayers: 2, bidirectional: true }

/** The models of tools/fixtures/state_dicts.py. */
export const MODELS: Readonly<Record<string, () => Module & { forward(x: Tensor): Tensor }>> = {
  linear: () => new Sequential(new Linear(4, 8), new Tanh(), new Linear(8, 3, { bias: false })),
  convolution: () =>
    new Sequential(
      new Conv2d(2, 4, 3, { stride: 2, padding: 1 }),
      new BatchNorm2d(4),
      new ReLU(),
      new Conv2d(4, 4, 3, { groups: 2, bias: false }),
      new BatchNorm2d(4),
      new Flatten(),
      new Linear(16, 3),
    ),
  rnn: () => new Recurrent(new RNN(3, 4, { ...OPTIONS, nonlinearity: 'relu' })),
  gru: () => new Recurrent(new GRU(3, 4, OPTIONS)),
  lstm: () => new Recurrent(new LSTM(3, 4, OPTIONS)),
  'lstm-projected': () => new Recurrent(new LSTM(3, 4, { ...OPTIONS, projSize: 3, bias: false }), 6),
}
