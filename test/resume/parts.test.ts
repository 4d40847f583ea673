import { manualSeed, rand, type Tensor } from '@core/tensor'
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  ExponentialMovingAverage,
  Lion,
  Muon,
  NAdam,
  OneCycleLR,
  RAdam,
  RMSprop,
  SGD,
  StochasticWeightAverage,
} from '@nn/optim'
import { LSTM } from '@nn/recurrent'
import { earlyStopping, packCheckpoint, unpackCheckpoint } from '@nn/train'
import { describe, expect, test } from 'vitest'

type Net = LSTM
const named = (net: Net) => net.namedParameters()
const OPTIMIZERS = {
  SGD: (net: Net) => new SGD(named(net), { lr: 0.1, momentum: 0.9, nesterov: true }),
  Adam: (net: Net) => new Adam(named(net), { lr: 0.01, amsgrad: true }),
  AdamW: (net: Net) => new AdamW(named(net), { lr: 0.01 }),
  NAdam: (net: Net) => new NAdam(named(net), { lr: 0.01 }),
  RAdam: (net: Net) => new RAdam(named(net), { lr: 0.01 }),
  Adamax: (net: Net) => new Adamax(named(net), { lr: 0.01 }),
  Adagrad: (net: Net) => new Adagrad(named(net), { lr: 0.01, lrDecay: 0.1 }),
  Adadelta: (net: Net) => new Adadelta(named(net), { lr: 1 }),
  RMSprop: (net: Net) => new RMSprop(named(net), { lr: 0.01, momentum: 0.5, centered: true }),
  Lion: (net: Net) => new Lion(named(net), { lr: 0.001 }),
  Muon: (net: Net) =>
    new Muon(
      [...named(net)].filter(([, { rank }]) => rank === 2),
      { lr: 0.01 },
    ),
}

/** A recurrent network with dropout between its layers, one optimizer, and what goes with it. */
function setup(kind: keyof typeof OPTIMIZERS) {
  const model = new LSTM(2, 3, { numLayers: 2, dropout: 0.5 })
  const optimizer = OPTIMIZERS[kind](model)
  return { model, optimizer }
}

function train({ model, optimizer }: ReturnType<typeof setup>, steps: number, after = () => {}): void {
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad()
    model
      .forward(rand([2, 4, 2]))
      .output.square()
      .sum()
      .backward()
    optimizer.step()
    after()
  }
}

const weightsOf = (state: Record<string, Tensor>) =>
  Object.entries(state).map(([name, tensor]) => [name, tensor.toArraySync()])

describe('parts that go on exactly from a checkpoint', () => {
  test.each(Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[])('%s', async (kind) => {
    manualSeed(1)
    const first = setup(kind)
    train(first, 3)
    const bytes = await packCheckpoint(first)
    const early = weightsOf(first.model.stateDict())
    train(first, 3)
    manualSeed(2)
    const second = setup(kind)
    train(second, 1) // what it has learned meanwhile is overwritten
    unpackCheckpoint(bytes, second)
    expect(weightsOf(second.model.stateDict())).toEqual(early)
    train(second, 3)
    expect(weightsOf(second.model.stateDict())).toEqual(weightsOf(first.model.stateDict()))
    expect(weightsOf(second.model.stateDict())).not.toEqual(early)
  })

  test('averages of weights, a one-cycle schedule with momentum, early stopping, all at once', async () => {
    const make = (seed: number) => {
      manualSeed(seed)
      const { model, optimizer } = setup('AdamW')
      const schedule = new OneCycleLR(optimizer, { maxLr: 0.02, totalSteps: 20 })
      const [ema, swa] = [
        new ExponentialMovingAverage(named(model), { decay: 0.9 }),
        new StochasticWeightAverage(named(model)),
      ]
      return { model, optimizer, schedule, ema, swa, stopping: earlyStopping({ patience: 3 }) }
    }
    const go = (parts: ReturnType<typeof make>) =>
      train(parts, 5, () => {
        parts.schedule.step()
        parts.ema.update()
        parts.swa.update()
      })
    const first = make(1)
    go(first)
    const bytes = await packCheckpoint(first)
    go(first)
    const second = make(2)
    go(second)
    unpackCheckpoint(bytes, second)
    go(second)
    expect(await packCheckpoint(second)).toEqual(await packCheckpoint(first))
    expect((second.optimizer as AdamW).groups[0]!.betas[0]).not.toBe(0.9) // the schedule moves it
  })
})
