// Against scikit-learn: tools/fixtures/metrics.py
import { readFileSync } from 'node:fs'
import { type Tensor, tensor } from '@core/tensor'
import { Linear } from '@nn/layers'
import { mse } from '@nn/losses'
import {
  accuracy,
  binaryAccuracy,
  classReport,
  confusionMatrix,
  evaluate,
  type Metric,
  meanAbsoluteError,
  meanSquaredError,
  perplexity,
  r2Score,
  rootMeanSquaredError,
  topKAccuracy,
} from '@nn/train'
import { describe, expect, test } from 'vitest'

type Numbers = number[] | number[][]
interface Fixture {
  classes: Record<string, unknown> & { batches: [number[][], number[]][] }
  regression: Record<
    string,
    { batches: [Numbers, Numbers][]; r2: number; mae: number; mse: number; rmse: number }
  >
}
const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/metrics.json', import.meta.url), 'utf8'),
) as Fixture

const ints = (values: number[]) => tensor(values, { dtype: 'int32' })

async function measure<T>(metric: Metric<T>, batches: readonly (readonly [Tensor, Tensor])[]): Promise<T> {
  await metric.update(batches[0]![0], batches[0]![1])
  metric.reset() // forgets it
  for (const [output, target] of batches) await metric.update(output, target)
  return metric.compute()
}

describe('classes', () => {
  const batches = fixture.classes.batches.map(([x, t]) => [tensor(x), ints(t)] as const)

  test.each([
    ['accuracy', accuracy()],
    ['top2', topKAccuracy(2)],
    ['perplexity', perplexity()],
  ])('%s', async (name, metric) => {
    const value = await measure(metric, batches)
    expect(value / (fixture.classes[name] as number)).toBeCloseTo(1, name === 'perplexity' ? 6 : 12)
  })

  test('confusion matrix, and what follows from it', async () => {
    const confusion = await measure(confusionMatrix(4), batches)
    expect(confusion).toEqual(fixture.classes.confusion)
    const report = classReport(confusion)
    expect(report.accuracy).toBeCloseTo(fixture.classes.accuracy as number, 12)
    const wanted = { classes: report.classes, macro: report.macro, weighted: report.weighted }
    const flat = (value: unknown): number[] =>
      typeof value === 'number' ? [value] : Object.values(value as object).flatMap(flat)
    const { classes, macro, weighted } = fixture.classes
    flat({ classes, macro, weighted }).forEach((value, i) => {
      expect(flat(wanted)[i]).toBeCloseTo(value, 12)
    })
  })

  test("what is ignored does not count, PyTorch's layout, and predictions instead of scores", async () => {
    const [x, t] = fixture.classes.batches[0]!
    const some = t.map((label, i) => (i < 3 ? -100 : label))
    const all = [accuracy, topKAccuracy.bind(null, 2), perplexity] as const
    for (const make of all) {
      const whole = await measure<number>(make(), [[tensor(x.slice(3)), ints(t.slice(3))]])
      expect(await measure<number>(make(), [[tensor(x), ints(some)]])).toBeCloseTo(whole, 6)
      const columns = tensor([x.slice(3)]).transpose(1, 2) // [1, classes, positions]
      const target = ints(t.slice(3)).reshape([1, 4])
      expect(await measure<number>(make({ classDim: 1 }), [[columns, target]])).toBeCloseTo(whole, 6)
    }
    const predicted = tensor(x).argmax({ axis: 1 })
    expect(await measure<unknown>(confusionMatrix(4), [[predicted, ints(t)]])).toEqual(
      await measure<unknown>(confusionMatrix(4), [[tensor(x), ints(t)]]),
    )
  })

  test('binary, by threshold', async () => {
    const batch = [[tensor([0.2, 0.6, 0.9, -1]), tensor([0, 0, 1, 1])]] as const
    expect(await measure(binaryAccuracy(), batch)).toBe(0.25)
    expect(await measure(binaryAccuracy({ threshold: 0.5 }), batch)).toBe(0.5)
    expect(await measure(binaryAccuracy({ threshold: 0.7 }), batch)).toBe(0.75)
  })
})

describe.each(Object.keys(fixture.regression))('regression: %s', (name) => {
  const wanted = fixture.regression[name]!
  const batches = wanted.batches.map(([x, t]) => [tensor(x), tensor(t)] as const)
  test.each([
    ['r2', r2Score()],
    ['mae', meanAbsoluteError()],
    ['mse', meanSquaredError()],
    ['rmse', rootMeanSquaredError()],
  ] as const)('%s', async (key, metric) => {
    expect(await measure(metric, batches)).toBeCloseTo(wanted[key], 10)
  })
})

test('r2 of targets that are all the same, and of too few', async () => {
  const metric = r2Score()
  expect(metric.compute()).toBeNaN()
  await metric.update(tensor([1]), tensor([1]))
  expect(metric.compute()).toBeNaN()
  await metric.update(tensor([1]), tensor([1]))
  expect(metric.compute()).toBe(1)
  await metric.update(tensor([2]), tensor([1]))
  expect(metric.compute()).toBe(0)
})

test.each([
  [
    'accuracy',
    () => accuracy().update(tensor([[1, 2]]), tensor([1])),
    /accuracy: the target must be int32.*cast/,
  ],
  [
    'accuracy',
    () => accuracy().update(tensor([[1, 2]]), ints([1, 0])),
    /\[1, 2\].*target of shape \[1\], got \[2\]/,
  ],
  ['perplexity', () => perplexity().update(tensor([[1, 2]]), ints([2])), /class|range/],
  ['topKAccuracy', () => topKAccuracy(3).update(tensor([[1, 2]]), ints([1])), /topk.*3/],
  [
    'confusionMatrix',
    () => confusionMatrix(2).update(ints([2]), ints([1])),
    /class 2, but there are 2 classes/,
  ],
  ['r2Score', () => r2Score().update(tensor([1]), tensor([[1]])), /r2Score.*\[1\].*\[1, 1\].*same shape/],
])('%s: what does not fit', async (_, call, message) => {
  await expect(call()).rejects.toThrow(message)
})

test.each([
  [() => topKAccuracy(0), /topKAccuracy: k/],
  [() => confusionMatrix(1.5), /confusionMatrix: classes/],
  [() => accuracy({ classDim: 2 as 1 }), /accuracy: classDim/],
  [() => accuracy({ ignoreindex: 1 } as object), /accuracy.*'ignoreindex'/],
  [() => binaryAccuracy({ threshold: Number.NaN }), /binaryAccuracy: threshold/],
  [() => classReport([[1, 2]]), /classReport.*square/],
])('options that are not allowed', (call, message) => {
  expect(call).toThrow(message)
})

describe('evaluate with metrics', () => {
  const model = new Linear(1, 1)
  const data: [Tensor, Tensor][] = [
    [tensor([[1], [2]]), tensor([[1], [0]])],
    [tensor([[3]]), tensor([[5]])],
  ]
  const loss = (net: Linear, x: Tensor, target: Tensor) => {
    const output = net.forward(x)
    return { loss: mse(output, target), output, target }
  }

  test('they see every batch once, and are reset before', async () => {
    const error = meanSquaredError()
    await error.update(tensor([100]), tensor([0]))
    const found = await evaluate(model, data, { loss, metrics: { error, r2: r2Score() } })
    expect(found.metrics.error).toBeCloseTo(found.loss, 5)
    expect(found.metrics.r2).toBeLessThan(1)
  })

  test('errors say what to do', async () => {
    const metrics = { error: meanSquaredError() }
    const bare = (net: Linear, x: Tensor, y: Tensor) => mse(net.forward(x), y)
    await expect(evaluate(model, data, { loss: bare, metrics })).rejects.toThrow(
      /'error'.*return \{ loss, output, target \}/,
    )
    const uncalled = { accuracy } as unknown as Record<string, Metric>
    await expect(evaluate(model, data, { loss, metrics: uncalled })).rejects.toThrow(/accuracy: accuracy\(\)/)
  })
})
