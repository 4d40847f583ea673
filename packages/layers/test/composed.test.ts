import { Generator, manualSeed, ones, randn, reference, setBackend, type Tensor, tensor } from '@core/tensor'
import {
  BatchNorm1d,
  Bilinear,
  Dropout1d,
  Dropout2d,
  Embedding,
  Linear,
  MLP,
  Residual,
  summary,
  Tanh,
} from '@nn/layers'
import { init } from '@nn/module'
import { beforeAll, describe, expect, test } from 'vitest'

beforeAll(() => setBackend(reference()))

const ids = (...values: number[]) => tensor(values, { dtype: 'int32' })

describe('the init option', () => {
  test('an initialiser is for weights, an object names parameters', () => {
    const all = new Linear(2, 2, { init: init.constant(3) })
    expect(all.weight.toArraySync()).toEqual([
      [3, 3],
      [3, 3],
    ])
    expect(all.bias?.toArraySync()).not.toEqual([3, 3])
    const each = new Linear(2, 1, { init: { weight: init.ones(), bias: init.zeros() } })
    expect([each.weight.toArraySync(), each.bias?.toArraySync()]).toEqual([[[1, 1]], [0]])
    expect(new Bilinear(1, 1, 1, { init: init.ones() }).weight.toArraySync()).toEqual([[[1]]])
  })

  test('the generator is handed on, and a function of one’s own will do', () => {
    const make = () =>
      new Linear(3, 3, { init: init.kaimingNormal(), generator: new Generator(5) }).weight.toArraySync()
    expect(make()).toEqual(make())
    let seen: unknown
    new Embedding(2, 2, {
      generator: new Generator(1),
      init: (_, generator) => {
        seen = generator
      },
    })
    expect(seen).toBeInstanceOf(Generator)
  })

  test('names that there are not are refused', () => {
    expect(() => new Linear(2, 2, { init: { wait: init.ones() } })).toThrow(
      /Linear: init names 'wait'; the parameters are weight, bias/,
    )
    expect(() => new Linear(2, 2, { init: 3 as never })).toThrow(/Linear: init must be an initialiser/)
  })
})

test('embedding: the padding row is zero at first and stays as it is', () => {
  const layer = new Embedding(3, 2, { paddingIdx: -1 })
  expect(layer.paddingIdx).toBe(2)
  expect(layer.forward(ids(2)).toArraySync()).toEqual([[0, 0]])
  layer.forward(ids(2, 1)).sum().backward()
  expect(layer.weight.grad?.toArraySync()).toEqual([
    [0, 0],
    [1, 1],
    [0, 0],
  ])
})

test('channel dropout drops whole channels, and only while training', () => {
  const channels = (x: Tensor) => x.reshape([-1, 6]).toArraySync() as number[][]
  for (const [layer, shape] of [
    [new Dropout1d(0.5, { generator: new Generator(1) }), [50, 4, 6]],
    [new Dropout2d(0.5, { generator: new Generator(1) }), [50, 4, 2, 3]],
    [new Dropout2d(0.5, { generator: new Generator(1) }), [200, 2, 3]],
  ] as const) {
    const rows = channels(layer.forward(ones(shape)))
    expect(new Set(rows.map(String))).toEqual(new Set(['0,0,0,0,0,0', '2,2,2,2,2,2']))
    const x = ones(shape)
    expect(layer.eval().forward(x)).toBe(x)
  }
  expect(() => new Dropout1d().forward(ones([3]))).toThrow(/Dropout1d: the input must be/)
})

test('MLP is a Sequential, its names are numbers', () => {
  manualSeed(1)
  const net = new MLP([4, 8, 8, 2], {
    activation: () => new Tanh(),
    norm: (n) => new BatchNorm1d(n),
    dropout: 0.2,
    bias: false,
  })
  expect([...net].map((m) => m.constructor.name)).toEqual([
    'Linear',
    'BatchNorm1d',
    'Tanh',
    'Dropout',
    'Linear',
    'BatchNorm1d',
    'Tanh',
    'Dropout',
    'Linear',
  ])
  expect(net.forward(randn([3, 4])).shape).toEqual([3, 2])
  expect(Object.keys(net.stateDict()).slice(0, 3)).toEqual(['0.weight', '1.weight', '1.bias'])
  expect(() => new MLP([4])).toThrow(/MLP: sizes must list/)
  expect(() => new MLP([4, 0])).toThrow(/MLP: sizes must be/)
})

test('Residual adds its input and says what does not fit', () => {
  const net = new Residual(new Linear(2, 2, { init: { weight: init.zeros(), bias: init.zeros() } }))
  expect(net.forward(tensor([1, 2])).toArraySync()).toEqual([1, 2])
  expect(Object.keys(net.stateDict())).toEqual(['body.weight', 'body.bias'])
  expect(() => new Residual(new Linear(2, 3)).forward(randn([4, 2]))).toThrow(
    /the body gives \[4, 3\], past it comes \[4, 2\]/,
  )
})

test('summary counts shared parameters once, leaves modes and hooks as they were', () => {
  const net = new MLP([4, 8, 2])
  net.at(0)!.requiresGrad(false)
  const table = summary(net, [3, 4])
  expect(table.split('\n').at(-1)).toBe('58 parameters, 18 of them trained')
  expect(table).toContain('[3, 8]')
  expect(net.training).toBe(true)
  expect(summary(new Embedding(10, 4), [2, 3], { dtype: 'int32' })).toContain('[2, 3, 4]')
  expect(
    summary(new Bilinear(2, 3, 4), [
      [5, 2],
      [5, 3],
    ]),
  ).toContain('[5, 4]')
  expect(() => summary(net, [3, 5])).toThrow(/\[3, 5\]/)
  expect(net.training).toBe(true)
})
