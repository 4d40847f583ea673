import { type Tensor, tensor } from '@core/tensor'
import { assign } from '@core/tensor/extend'
import { Linear } from '@nn/layers'
import { mse } from '@nn/losses'
import { SGD } from '@nn/optim'
import {
  bestWeights,
  earlyStopping,
  type FitCallback,
  fit,
  type LogRecord,
  type Metric,
  progress,
  progressLine,
  records,
  type TrainingProgress,
} from '@nn/train'
import { describe, expect, test } from 'vitest'

/** A training of so many epochs in which the validation measures what is given, and the weight is the step. */
async function train(values: number[], metric: number[] | null, callbacks: (model: Linear) => FitCallback[]) {
  const model = new Linear(1, 1, { bias: false })
  const optimizer = { step: () => {}, zeroGrad: () => {} }
  const count: FitCallback = { onStep: ({ step }) => assign(model.weight, tensor([[step]])) }
  let [at, read] = [0, 0]
  const measure: Metric<number> = { update: async () => {}, compute: () => metric![read++]!, reset: () => {} }
  const data = [[tensor([[1]])] as [Tensor]]
  const result = await fit(model, data, {
    loss: (net, x) => net.forward(x).square().sum(),
    optimizer,
    epochs: values.length,
    validation: {
      loader: data,
      loss: (net, x) => {
        const output = net.forward(x)
        return { loss: tensor(values[at++]!), output, target: x }
      },
      ...(metric && { metrics: { score: measure } }),
    },
    callbacks: [count, ...callbacks(model)],
  })
  return { ...result, weight: model.weight.itemSync() }
}

describe('early stopping', () => {
  test.each([
    [[3, 2, 2.5, 2.1, 1], {}, 4, 'callback'],
    [[3, 2, 2.5, 1.9, 2.5, 1], {}, 6, 'done'],
    [[3, 2, 1.95, 1.9, 1], { minDelta: 0.2 }, 4, 'callback'],
    [[3, Number.NaN, Number.NaN, 1], {}, 3, 'callback'],
    [[1, 2, 3, 4], { mode: 'max' as const }, 4, 'done'],
  ])('%j %j stops after %i', async (values, options, steps, stopped) => {
    expect(await train(values, null, () => [earlyStopping({ patience: 2, ...options })])).toMatchObject({
      steps,
      stopped,
    })
  })

  test('watches a metric, and puts the best weights back', async () => {
    const result = await train([9, 8, 7, 6, 5], [0.1, 0.9, 0.3, 0.9, 0.2], (model) => [
      earlyStopping({ patience: 3, monitor: 'score', mode: 'max', restoreBest: model }),
    ])
    expect(result).toMatchObject({ steps: 5, stopped: 'callback', weight: 2 })
  })

  test('watches the training loss of epochs where there is no validation', async () => {
    const model = new Linear(1, 1)
    const stopping = earlyStopping({ patience: 2, on: 'epoch' })
    const { epochs } = await fit(model, [[tensor([[1]]), tensor([[1]])] as const], {
      loss: (net, x, y) => mse(net.forward(x), y).mul(0).add(1),
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      epochs: 9,
      callbacks: [stopping],
    })
    expect(epochs).toBe(3)
    expect(stopping).toMatchObject({ best: 1, stale: 2 })
  })

  test('its state can be stored', () => {
    const [a, b] = [earlyStopping({ patience: 2 }), earlyStopping({ patience: 2 })]
    a.update(1)
    a.update(2)
    b.loadStateDict(JSON.parse(JSON.stringify(a.stateDict())))
    expect([b.best, b.stale, b.update(1.5)]).toEqual([1, 1, true])
    expect(() => b.loadStateDict({ best: 'x', stale: 0 } as never)).toThrow(
      /earlyStopping.loadStateDict: best/,
    )
  })

  test('what is not measured is an error before the training', async () => {
    const model = new Linear(1, 1)
    const options = {
      loss: (net: Linear, x: Tensor) => net.forward(x).sum(),
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
    }
    const data = [[tensor([[1]])] as [Tensor]]
    const callbacks = [earlyStopping({ patience: 1 })]
    await expect(fit(model, data, { ...options, callbacks })).rejects.toThrow(
      /earlyStopping: it watches 'loss' of the validation, but there is none; give fit \{ validation/,
    )
    const metric = [earlyStopping({ patience: 1, monitor: 'acc', mode: 'max' })]
    await expect(
      fit(model, data, { ...options, callbacks: metric, validation: { loader: data } }),
    ).rejects.toThrow(/does not measure 'acc'; it measures loss/)
  })

  test.each([
    [{ patience: 0 }, /patience/],
    [{ patience: 1, monitor: 'accuracy' }, /mode must be 'min' or 'max'.*'accuracy'/],
    [{ patience: 1, minDelta: -1 }, /minDelta/],
    [{ patience: 1, on: 'epoch', monitor: 'accuracy', mode: 'max' }, /only the loss is known/],
    [{ patience: 1, restoreBest: true }, /restoreBest must be a Module, got true/],
    [{ patience: 1, delta: 1 }, /'delta'/],
  ])('%j is refused', (options, message) => {
    expect(() => earlyStopping(options as never)).toThrow(message)
  })
})

describe('best weights', () => {
  test('a copy of them, where they were best, told while the model holds them', async () => {
    const told: unknown[] = []
    let kept: ReturnType<typeof bestWeights> | undefined
    const result = await train([3, 1, 2, 0.5, 4], null, (model) => {
      kept = bestWeights(model, {
        onBest: (best) => void told.push({ ...best, weight: model.weight.itemSync() }),
      })
      return [kept]
    })
    expect(told).toEqual([3, 1, 0.5].map((value, i) => ({ value, step: [1, 2, 4][i], weight: [1, 2, 4][i] })))
    expect(result.weight).toBe(5)
    expect(kept).toMatchObject({ best: 0.5, step: 4 })
    expect(kept!.weights!.weight!.itemSync()).toBe(4)
  })

  test('nothing to restore yet is an error', () => {
    expect(() => bestWeights(new Linear(1, 1)).restore()).toThrow(/bestWeights.restore: no value/)
  })
})

describe('progress', () => {
  const moment: TrainingProgress = {
    step: 3,
    steps: undefined,
    epoch: 1,
    loss: 1.23456,
    validation: 0.5,
    fraction: undefined,
    stepsPerSecond: 0.25,
    secondsLeft: undefined,
  }
  test.each([
    [{}, 20, 'step 3 · epoch 2 · loss 1.235 · validation 0.5000 · 0.250 steps/s'],
    [{ fraction: 0.45 }, 4, '█▊░░  45 % · step 3 ·'],
    [{ fraction: 1 }, 4, '████ 100 % · step 3 ·'],
    [{ fraction: 0.5 }, 0, ' 50 % · step 3 ·'],
    [
      { secondsLeft: 3725.4 },
      0,
      'step 3 · epoch 2 · loss 1.235 · validation 0.5000 · 0.250 steps/s · 1:02:05 left',
    ],
  ])('%j', (change, width, line) => {
    expect(progressLine({ ...moment, ...change }, width).startsWith(line)).toBe(true)
  })

  test('knows how far it is, also when resumed, and shows the last validation', async () => {
    const shown: TrainingProgress[] = []
    const model = new Linear(1, 1)
    const data = [1, 2].map(() => [tensor([[1]]), tensor([[1]])] as [Tensor, Tensor])
    await fit(model, data, {
      loss: (net, x, y) => mse(net.forward(x), y),
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      epochs: 4,
      start: { step: 4, epoch: 2 },
      validation: { loader: data },
      callbacks: [progress({ write: (_, now) => shown.push(now), interval: 0 })],
    })
    expect(shown.map(({ step, steps, fraction }) => [step, steps, fraction])).toEqual([
      [5, 8, 0.625],
      [6, 8, 0.75],
      [7, 8, 0.875],
      [8, 8, 1],
    ])
    expect(shown.map(({ validation }) => validation !== undefined)).toEqual([false, false, true, true])
    expect(shown.at(-1)!.secondsLeft).toBe(0)
  })

  test('not more often than wanted, but the last one always', async () => {
    const lines: string[] = []
    const model = new Linear(1, 1)
    await fit(
      model,
      Array.from({ length: 20 }, () => [tensor([[1]])] as [Tensor]),
      {
        loss: (net, x) => net.forward(x).square().sum(),
        optimizer: new SGD(model.parameters(), { lr: 0.1 }),
        callbacks: [progress({ write: (line) => lines.push(line), interval: 1000 })],
      },
    )
    expect(lines.map((line) => / step (\d+)/.exec(line)![1])).toEqual(['1', '20'])
  })
})

test('records: one form for all that is measured', async () => {
  const log: LogRecord[] = []
  await train([3, 2], [0.5, 0.75], () => [records((record) => void log.push(record))])
  expect(log.map(({ step, values }) => [step, Object.keys(values)])).toEqual(
    [1, 2].flatMap((step) => [
      [step, ['train/loss', 'train/gradNorm']],
      [step, ['validation/loss', 'validation/score']],
      [step, ['epoch/loss']],
    ]),
  )
  expect(log[1]!.values).toEqual({ 'validation/loss': 3, 'validation/score': 0.5 })
})
