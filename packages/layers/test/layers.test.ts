import {
  embedding,
  Generator,
  gelu,
  logSoftmax,
  manualSeed,
  ones,
  rand,
  relu,
  sigmoid,
  softmax,
  softplus,
  type Tensor,
  tanh,
  tensor,
} from '@core/tensor'
import { assign } from '@core/tensor/extend'
import {
  Dropout,
  Embedding,
  GELU,
  Linear,
  LogSoftmax,
  ReLU,
  Sigmoid,
  Softmax,
  Softplus,
  Tanh,
} from '@nn/layers'
import { describe, expect, test } from 'vitest'

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length

describe('Linear', () => {
  test('x Wᵀ + b over any leading dimensions, with the names of PyTorch', () => {
    const layer = new Linear(2, 3)
    expect(Object.entries(layer.stateDict()).map(([name, t]) => [name, t.shape])).toEqual([
      ['weight', [3, 2]],
      ['bias', [3]],
    ])
    assign(
      layer.weight,
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    )
    assign(layer.bias!, tensor([10, 20, 30]))
    expect(layer.forward(tensor([1, 1])).toArraySync()).toEqual([13, 27, 41])
    expect(layer.forward(tensor([[[1, 0]], [[0, 1]]])).toArraySync()).toEqual([
      [[11, 23, 35]],
      [[12, 24, 36]],
    ])
    expect(layer.forward(ones([0, 2])).shape).toEqual([0, 3])
  })

  test('without bias', () => {
    const layer = new Linear(2, 1, { bias: false })
    expect(layer.bias).toBeUndefined()
    expect(Object.keys(layer.stateDict())).toEqual(['weight'])
    assign(layer.weight, tensor([[2, 3]]))
    expect(layer.forward(tensor([[1, 10]])).toArraySync()).toEqual([[32]])
  })

  test('begins uniform in ±1/√in, from the seed or a generator', () => {
    const layer = new Linear(100, 200, { generator: new Generator(1) })
    for (const p of layer.parameters()) {
      const values = p.dataSync()
      expect(Math.max(...values)).toBeLessThan(0.1)
      expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.1)
      expect(Math.max(...values)).toBeGreaterThan(0.095)
      expect(mean(values.map((v: number) => v * v))).toBeCloseTo(0.01 / 3, 3)
    }
    const again = new Linear(100, 200, { generator: new Generator(1) })
    expect(again.weight.dataSync()).toEqual(layer.weight.dataSync())
    manualSeed(3)
    const seeded = new Linear(4, 4)
    manualSeed(3)
    expect(new Linear(4, 4).weight.dataSync()).toEqual(seeded.weight.dataSync())
  })
})

describe('Embedding', () => {
  test('rows by number; the gradient of a row is the sum over its uses', () => {
    const layer = new Embedding(4, 2)
    expect(Object.entries(layer.stateDict()).map(([name, t]) => [name, t.shape])).toEqual([
      ['weight', [4, 2]],
    ])
    const ids = tensor(
      [
        [3, 1],
        [3, 3],
      ],
      { dtype: 'int32' },
    )
    const y = layer.forward(ids)
    expect(y.shape).toEqual([2, 2, 2])
    expect(y.toArraySync()).toEqual(embedding(layer.weight, ids).toArraySync())
    y.sum().backward()
    expect(layer.weight.grad?.toArraySync()).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
      [3, 3],
    ])
  })

  test('begins with standard normal numbers', () => {
    const values = new Embedding(200, 100, { generator: new Generator(2) }).weight.dataSync()
    expect(mean(values)).toBeCloseTo(0, 1)
    expect(mean(values.map((v: number) => v * v))).toBeCloseTo(1, 1)
    expect(Math.max(...values)).toBeGreaterThan(3)
  })
})

describe('Dropout', () => {
  test('drops a share of p and scales the rest, so that the mean stays', () => {
    const y = new Dropout(0.25, { generator: new Generator(4) }).forward(ones([100, 100])).dataSync()
    expect(new Set(y)).toEqual(new Set([0, Math.fround(1 / 0.75)]))
    const dropped = y.filter((v: number) => v === 0).length / y.length
    expect(Math.abs(dropped - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / y.length))
    expect(mean(y)).toBeCloseTo(1, 1)
  })

  test('drops anew each time, nothing at evaluation, at p = 0 nothing and at p = 1 all', () => {
    const x = ones([64])
    const layer = new Dropout()
    expect(layer.p).toBe(0.5)
    expect(layer.forward(x).toArraySync()).not.toEqual(layer.forward(x).toArraySync())
    expect(layer.eval().forward(x)).toBe(x)
    expect(new Dropout(0).forward(x)).toBe(x)
    expect(new Dropout(1).forward(x).sum().itemSync()).toBe(0)
  })

  test('passes the gradient through the same mask', () => {
    const x = ones([64], { requiresGrad: true })
    const y = new Dropout(0.5).forward(x)
    y.sum().backward()
    expect(x.grad?.toArraySync()).toEqual(y.toArraySync())
  })

  test('has a generator of its own: the seed decides, and what others draw changes nothing', () => {
    const run = (disturb: () => void) => {
      manualSeed(11)
      const [a, b] = [new Dropout(), new Dropout()]
      disturb()
      return [a, b, a].map((layer) => layer.forward(ones([32])).toArraySync())
    }
    const quiet = run(() => {})
    expect(run(() => void rand([1000]))).toEqual(quiet)
    expect(quiet[0]).not.toEqual(quiet[1])
    expect(quiet[0]).not.toEqual(quiet[2])
  })
})

describe('activations', () => {
  const x = tensor([
    [-2, -0.5, 0],
    [0.5, 1, 3],
  ])
  const cases: [string, { forward(x: Tensor): Tensor }, (x: Tensor) => Tensor, (v: number) => number][] = [
    ['ReLU', new ReLU(), relu, (v) => Math.max(v, 0)],
    ['Sigmoid', new Sigmoid(), sigmoid, (v) => 1 / (1 + Math.exp(-v))],
    ['Tanh', new Tanh(), tanh, Math.tanh],
    ['Softplus', new Softplus(), softplus, (v) => Math.log1p(Math.exp(v))],
  ]
  test.each(cases)('%s', (_, layer, fn, formula) => {
    expect(layer.forward(x).toArraySync()).toEqual(fn(x).toArraySync())
    x.dataSync().forEach((v: number, i: number) => {
      expect(layer.forward(x).dataSync()[i]).toBeCloseTo(formula(v), 6)
    })
    expect(Object.keys((layer as ReLU).stateDict())).toEqual([])
  })

  test('GELU is the exact form', () => {
    expect(new GELU().forward(x).toArraySync()).toEqual(gelu(x).toArraySync())
    expect(new GELU().forward(tensor([1])).itemSync()).toBeCloseTo(0.8413447, 6) // by tanh: 0.8411920
  })

  test('Softmax and LogSoftmax over the axis that was asked for, the last by default', () => {
    for (const axis of [0, 1, -1]) {
      expect(new Softmax(axis).forward(x).toArraySync()).toEqual(softmax(x, { axis }).toArraySync())
      expect(new LogSoftmax(axis).forward(x).toArraySync()).toEqual(logSoftmax(x, { axis }).toArraySync())
    }
    const rows = new Softmax().forward(x).sum({ axis: -1 }).dataSync()
    for (const sum of rows) expect(sum).toBeCloseTo(1, 6)
  })
})
