import * as T from '@core/tensor'
import { gradcheck, randn, reference, type Tensor, tensor } from '@core/tensor'
import { attention } from '@core/tensor/extend'
import { describe, expect, test } from 'vitest'

const backend = reference()
let seed = 100
const leaf = (...shape: number[]) =>
  randn(shape, { dtype: 'float64', backend, generator: new T.Generator(++seed), requiresGrad: true })
const fixed = (...shape: number[]) => leaf(...shape).detach()
const positive = (...shape: number[]) =>
  fixed(...shape)
    .abs()
    .add(0.5)
const ids = (...values: number[]) => tensor(values, { dtype: 'int32', backend })
const bools = (...values: boolean[][]) => tensor(values, { backend })
const near = { axis: -1 }

const cases: [string, (...xs: Tensor[]) => Tensor | Tensor[], () => Tensor[]][] = [
  [
    'layerNorm',
    (x, w, b) => T.layerNorm(x!, 4, { weight: w, bias: b }),
    () => [leaf(2, 3, 4), leaf(4), leaf(4)],
  ],
  ['layerNorm, plain', (x) => T.layerNorm(x!, [3, 4]), () => [leaf(2, 3, 4)]],
  ['layerNorm, weight', (x, w) => T.layerNorm(x!, [3], { weight: w }), () => [leaf(2, 3), leaf(3)]],
  ['layerNorm, bias', (x, b) => T.layerNorm(x!, [3], { bias: b }), () => [leaf(2, 3), leaf(3)]],
  ['rmsNorm', (x, w) => T.rmsNorm(x!, [4], { weight: w, eps: 0.1 }), () => [leaf(3, 4), leaf(4)]],
  ['rmsNorm, plain', (x) => T.rmsNorm(x!, [4]), () => [leaf(3, 4)]],
  [
    'groupNorm',
    (x, w, b) => T.groupNorm(x!, 2, { weight: w, bias: b }),
    () => [leaf(2, 4, 3), leaf(4), leaf(4)],
  ],
  ['groupNorm, flat', (x, w) => T.groupNorm(x!, 2, { weight: w }), () => [leaf(2, 6), leaf(6)]],
  [
    'batchNorm',
    (x, w, b) => T.batchNorm(x!, { weight: w, bias: b, training: true }),
    () => [leaf(3, 2, 4), leaf(2), leaf(2)],
  ],
  ['batchNorm, flat', (x) => T.batchNorm(x!, { training: true }), () => [leaf(5, 3)]],
  [
    'batchNorm, evaluation',
    (x, w) =>
      T.batchNorm(x!, {
        weight: w,
        runningMean: tensor(new Float64Array([0.5, 1]), { backend }),
        runningVar: tensor(new Float64Array([2, 3]), { backend }),
      }),
    () => [leaf(3, 2, 2), leaf(2)],
  ],
  [
    'instanceNorm',
    (x, w, b) => T.instanceNorm(x!, { weight: w, bias: b }),
    () => [leaf(2, 2, 4), leaf(2), leaf(2)],
  ],
  ['normalize', (x) => T.normalize(x!), () => [leaf(2, 3)]],
  ['normalize, p 3', (x) => T.normalize(x!, { p: 3, axis: 0 }), () => [leaf(2, 3)]],
  ['cosineSimilarity', (a, b) => T.cosineSimilarity(a!, b!, near), () => [leaf(2, 3), leaf(4, 1, 3)]],
  ['pairwiseDistance', (a, b) => T.pairwiseDistance(a!, b!), () => [leaf(2, 3), leaf(2, 3)]],
  [
    'bilinear',
    (a, b, w, c) => T.bilinear(a!, b!, w!, c),
    () => [leaf(2, 3), leaf(2, 2), leaf(4, 3, 2), leaf(4)],
  ],
  [
    'attention',
    (q, k, v) => T.scaledDotProductAttention(q!, k!, v!),
    () => [leaf(2, 3, 4), leaf(2, 5, 4), leaf(2, 5, 2)],
  ],
  [
    'attention, causal',
    (q, k, v) => T.scaledDotProductAttention(q!, k!, v!, { isCausal: true, scale: 0.3 }),
    () => [leaf(3, 4), leaf(5, 4), leaf(5, 2)],
  ],
  [
    'attention, mask',
    (q, k, v) =>
      T.scaledDotProductAttention(q!, k!, v!, {
        attnMask: bools([true, false, true], [false, false, false]),
      }),
    () => [leaf(2, 4), leaf(3, 4), leaf(3, 2)],
  ],
  [
    'attention, scores added',
    (q, k, v, m) => T.scaledDotProductAttention(q!, k!, v!, { attnMask: m! }),
    () => [leaf(2, 2, 4), leaf(2, 3, 4), leaf(2, 3, 2), leaf(2, 3)],
  ],
  [
    'attention, shared heads',
    (q, k, v) => T.scaledDotProductAttention(q!, k!, v!, { enableGqa: true }),
    () => [leaf(4, 2, 3), leaf(2, 3, 3), leaf(2, 3, 2)],
  ],
  ['embedding', (w) => T.embedding(w!, ids(2, 0, 2, 1)), () => [leaf(3, 4)]],
]

describe('gradients against difference quotients', () => {
  test.each(cases)('%s', (_, fn, inputs) => {
    expect(gradcheck(fn, inputs(), { second: true })).toBe(true)
  })
})

test('embedding: a padding row gets no gradient, frequent ones a mean, long ones are shortened', () => {
  const w: Tensor = leaf(3, 2)
  const slope = () => w.grad?.toArraySync()
  T.embedding(w, ids(2, 0, 2, 1), { paddingIdx: -1 })
    .sum()
    .backward()
  expect(slope()).toEqual([
    [1, 1],
    [1, 1],
    [0, 0],
  ])
  w.grad = null
  T.embedding(w, ids(2, 0, 2, 2), { scaleGradByFreq: true })
    .sum()
    .backward()
  expect(slope()).toEqual([
    [1, 1],
    [0, 0],
    [1, 1],
  ])
  const long = tensor(
    [
      [3, 4],
      [0.3, 0.4],
      [30, 40],
    ],
    { backend },
  )
  const [row] = T.embedding(long, ids(0), { maxNorm: 1 }).toArraySync() as number[][]
  expect(row![0]).toBeCloseTo(0.6, 6)
  expect(long.select(0, 2).toArraySync()).toEqual([30, 40])
})

test('batchNorm moves the running statistics, and only in training', () => {
  const x = fixed(4, 2, 3)
  const runningMean = T.zeros([2], { dtype: 'float64', backend })
  const runningVar = T.ones([2], { dtype: 'float64', backend })
  T.batchNorm(x, { runningMean, runningVar, training: true, momentum: 0.25 })
  const values = x.transpose(0, 1).reshape([2, 12])
  const mean = values.mean({ axis: 1 })
  const variance = values.sub(mean.unsqueeze(1)).square().sum({ axis: 1 }).div(11)
  const close = (a: Tensor, b: Tensor) =>
    expect(Array.from(a.dataSync())).toEqual(Array.from(b.dataSync(), (v) => expect.closeTo(v, 12)))
  close(runningMean, mean.mul(0.25))
  close(runningVar, variance.mul(0.25).add(0.75))
  const before = runningMean.dataSync()
  T.batchNorm(x, { runningMean, runningVar })
  expect(runningMean.dataSync()).toEqual(before)
})

test('a query that may look nowhere gives 0, and its weights are 0', () => {
  const [q, k, v] = [fixed(2, 4), fixed(3, 4), fixed(3, 2)]
  const attnMask = tensor(
    [
      [0, 0, 0],
      [-Infinity, -Infinity, -Infinity],
    ],
    { dtype: 'float64', backend },
  )
  const { output, weights } = attention('test', q, k, v, { attnMask })
  expect(output.toArraySync()).toEqual([
    [expect.any(Number), expect.any(Number)],
    [0, 0],
  ])
  expect(weights.select(0, 1).toArraySync()).toEqual([0, 0, 0])
  const dropped = T.scaledDotProductAttention(q, k, v, { dropoutP: 0.5, generator: new T.Generator(3) })
  expect(dropped.shape).toEqual([2, 2])
})

describe('inputs that do not fit are refused', () => {
  const x = positive(2, 4, 3)
  test.each<[RegExp, () => unknown]>([
    [/layerNorm: the input \[2, 4, 3\] must end in the normalized shape \[4\]/, () => T.layerNorm(x, 4)],
    [/layerNorm: the weight has shape \[2\].*must be \[3\]/, () => T.layerNorm(x, 3, { weight: fixed(2) })],
    [/groupNorm: .*multiple of the 3 groups/, () => T.groupNorm(x, 3)],
    [/batchNorm: without training it needs runningMean/, () => T.batchNorm(x)],
    [
      /batchNorm: runningMean and runningVar belong together/,
      () => T.batchNorm(x, { runningMean: fixed(4) }),
    ],
    [/batchNorm: .*single value for each channel/, () => T.batchNorm(fixed(1, 4), { training: true })],
    [/instanceNorm: .*more than one value/, () => T.instanceNorm(fixed(2, 4))],
    [
      /scaledDotProductAttention: query, key, value \[2, 4, 3\], \[2, 4, 2\]/,
      () => T.scaledDotProductAttention(x, fixed(2, 4, 2), x),
    ],
    [
      /isCausal is a mask of its own/,
      () => T.scaledDotProductAttention(x, x, x, { isCausal: true, attnMask: fixed(4, 4) }),
    ],
    [
      /attnMask \[3, 4\] .*must|do not broadcast/,
      () => T.scaledDotProductAttention(x, x, x, { attnMask: fixed(3, 4) }),
    ],
    [/bilinear: inputs/, () => T.bilinear(x, x, fixed(2, 2, 2))],
    [/embedding: paddingIdx/, () => T.embedding(fixed(3, 2), ids(0), { paddingIdx: 3 })],
  ])('%s', (message, fn) => {
    expect(fn).toThrow(message)
  })
})

test('cosineSimilarity of vectors shorter than eps: the gradient is still that of their length, as in PyTorch', () => {
  const x = T.tensor([[0.3, 0.4]], { requiresGrad: true })
  const y = T.cosineSimilarity(x, T.tensor([[0.1, 0.2]]), { eps: 0.6 })
  y.backward()
  expect(y.itemSync()).toBeCloseTo(0.305556, 5)
  const [a, b] = x.grad!.dataSync()
  expect([a, b!].map((v) => Math.round(v! * 1e4) / 1e4)).toEqual([-0.0278, 0.1481])
})
