import {
  Generator,
  gradcheck,
  logSoftmax,
  randn,
  reference,
  sigmoid,
  type Tensor,
  tensor,
  zeros,
} from '@core/tensor'
import * as L from '@nn/losses'
import { describe, expect, test } from 'vitest'

const backend = reference()
let seed = 0
const leaf = (...shape: number[]) =>
  randn(shape, { dtype: 'float64', backend, generator: new Generator(++seed), requiresGrad: true })
const fixed = (...shape: number[]) => leaf(...shape).detach()
const ids = (shape: number[], ...values: number[]) => tensor(values, { dtype: 'int32', backend, shape })
const numbers = (shape: number[], ...values: number[]) => tensor(values, { dtype: 'float64', backend, shape })

type Row = [name: string, loss: (...xs: Tensor[]) => Tensor, inputs: () => Tensor[]]
const reductions = ['mean', 'sum', 'none'] as const

// Every loss with every option; targets that have a gradient are inputs, too.
const cases: Row[] = [
  ...reductions.map(
    (reduction): Row => [
      `mse, ${reduction}`,
      (x, t) => L.mse(x!, t!, { reduction }),
      () => [leaf(3, 4), leaf(3, 4)],
    ],
  ),
  ['l1', (x, t) => L.l1(x!, t!), () => [leaf(3, 4), leaf(3, 4)]],
  ['huber', (x, t) => L.huber(x!, t!, { delta: 0.7 }), () => [leaf(5, 4), leaf(5, 4)]],
  ['smoothL1', (x, t) => L.smoothL1(x!, t!, { beta: 0.7 }), () => [leaf(5, 4), leaf(5, 4)]],
  ['smoothL1, beta 0', (x, t) => L.smoothL1(x!, t!, { beta: 0 }), () => [leaf(5, 4), leaf(5, 4)]],
  ['bce', (x, t) => L.bce(sigmoid(x!), sigmoid(t!)), () => [leaf(3, 4), leaf(3, 4)]],
  [
    'bce, weights',
    (x, w) => L.bce(sigmoid(x!), numbers([3], 0, 1, 0.25), { weight: w! }),
    () => [leaf(3), leaf(1)],
  ],
  ['bceWithLogits', (x, t) => L.bceWithLogits(x!, t!), () => [leaf(3, 4), leaf(3, 4)]],
  [
    'bceWithLogits at 0',
    (x) => L.bceWithLogits(x!, numbers([2], 1, 0)),
    () => [zeros([2], { dtype: 'float64', backend, requiresGrad: true })],
  ],
  [
    'bceWithLogits, weights',
    (x, t, w, q) => L.bceWithLogits(x!, t!, { weight: w!, posWeight: q! }),
    () => [leaf(3, 4), leaf(3, 4), leaf(4), leaf(3, 1)],
  ],
  ['crossEntropy', (x) => L.crossEntropy(x!, ids([3], 1, 0, 3)), () => [leaf(3, 4)]],
  [
    'crossEntropy, all options',
    (x, w) => L.crossEntropy(x!, ids([3], 1, -1, 3), { ignoreIndex: -1, weight: w!, labelSmoothing: 0.2 }),
    () => [leaf(3, 4), leaf(4)],
  ],
  [
    'crossEntropy, images',
    (x) => L.crossEntropy(x!, ids([2, 2], 1, 0, 2, 1), { classDim: 1, labelSmoothing: 0.1 }),
    () => [leaf(2, 3, 2)],
  ],
  [
    'crossEntropy, probabilities',
    (x, t, w) => L.crossEntropy(x!, t!, { classDim: 1, weight: w!, labelSmoothing: 0.2 }),
    () => [leaf(2, 3, 2), leaf(2, 3, 2), leaf(3)],
  ],
  ['nll', (x) => L.nll(x!, ids([3], 1, 0, 3)), () => [leaf(3, 4)]],
  [
    'nll, all options',
    (x, w) => L.nll(x!, ids([2, 2], 1, 0, 9, 1), { classDim: 1, ignoreIndex: 9, weight: w! }),
    () => [leaf(2, 3, 2), leaf(3)],
  ],
  ['klDiv', (x, t) => L.klDiv(x!, sigmoid(t!), { reduction: 'batchmean' }), () => [leaf(3, 4), leaf(3, 4)]],
  ['klDiv of logarithms', (x, t) => L.klDiv(x!, t!, { logTarget: true }), () => [leaf(3, 4), leaf(3, 4)]],
  ['poissonNll', (x, t) => L.poissonNll(x!, sigmoid(t!)), () => [leaf(3, 4), leaf(3, 4)]],
  [
    'poissonNll, all options',
    (x, t) => L.poissonNll(sigmoid(x!), sigmoid(t!).add(1.1), { logInput: false, full: true, eps: 0.01 }),
    () => [leaf(3, 4), leaf(3, 4)],
  ],
  [
    'gaussianNll',
    (x, t, v) => L.gaussianNll(x!, t!, sigmoid(v!), { full: true }),
    () => [leaf(3, 4), leaf(3, 4), leaf(3, 1)],
  ],
  [
    'gaussianNll, shared variance',
    (x, t, v) => L.gaussianNll(x!, t!, sigmoid(v!)),
    () => [leaf(3, 4), leaf(3, 4), leaf(3)],
  ],
  ['hingeEmbedding', (x) => L.hingeEmbedding(x!, ids([4], 1, -1, -1, 1), { margin: 0.5 }), () => [leaf(4)]],
  [
    'marginRanking',
    (a, b) => L.marginRanking(a!, b!, ids([4], 1, -1, -1, 1), { margin: 0.3 }),
    () => [leaf(4), leaf(4)],
  ],
  [
    'cosineEmbedding',
    (a, b) => L.cosineEmbedding(a!, b!, ids([4], 1, -1, -1, 1), { margin: -0.4 }),
    () => [leaf(4, 3), leaf(4, 3)],
  ],
  ['softMargin', (x, t) => L.softMargin(x!, t!), () => [leaf(3, 4), leaf(3, 4)]],
  [
    'tripletMargin',
    (a, p, n) => L.tripletMargin(a!, p!, n!, { reduction: 'none' }),
    () => [leaf(4, 3), leaf(4, 3), leaf(4, 3)],
  ],
  [
    'tripletMargin, all options',
    (a, p, n) => L.tripletMargin(a!, p!, n!, { margin: 2, p: 3, eps: 1e-3, swap: true }),
    () => [leaf(4, 3), leaf(4, 3), leaf(4, 3)],
  ],
  ['multiMargin', (x) => L.multiMargin(x!, ids([3], 1, 0, 3)), () => [leaf(3, 4)]],
  [
    'multiMargin, all options',
    (x, w) => L.multiMargin(x!, ids([3], 1, 0, 3), { p: 2, margin: 0.6, weight: w! }),
    () => [leaf(3, 4), leaf(4)],
  ],
  [
    'multiLabelMargin',
    (x) => L.multiLabelMargin(x!, ids([3, 4], 3, 0, -1, 1, -1, 2, 0, 1, 2, 1, 3, 0), { reduction: 'none' }),
    () => [leaf(3, 4)],
  ],
]

describe('gradients against difference quotients', () => {
  test.each(cases)('%s', (_, loss, inputs) => {
    expect(gradcheck((...xs: readonly Tensor[]) => loss(...xs), inputs(), { second: true })).toBe(true)
  })

  // Its gradient takes for granted that the probabilities sum to 1: it is checked behind a softmax.
  test.each(['mean', 'sum', 'none'] as const)('ctc, %s', (reduction) => {
    const targets = ids([2, 3], 1, 1, 2, 3, -9, -9)
    const loss = (x: Tensor) => L.ctc(logSoftmax(x), targets, [6, 4], [3, 1], { reduction })
    expect(gradcheck(loss, [leaf(6, 2, 4)])).toBe(true)
  })

  test('ctc has no second derivative, and says so', () => {
    const loss = (x: Tensor) => L.ctc(logSoftmax(x), ids([1], 1), 3, 1)
    expect(() => gradcheck(loss, [leaf(3, 3)], { second: true })).toThrow(
      /ctc: there is no second derivative/,
    )
  })
})

test('targets that are constants need no gradient', () => {
  const loss = L.cosineEmbedding(leaf(2, 3), fixed(2, 3), ids([2], 1, -1))
  expect(loss.requiresGrad).toBe(true)
})
