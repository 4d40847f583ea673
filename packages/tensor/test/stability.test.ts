import * as T from '@core/tensor'
import { reference, type Tensor, tensor, wasm } from '@core/tensor'
import { describe, expect, test } from 'vitest'

// What float32 must survive, on both backends; the expected values are PyTorch's.
const [exact, fast] = [reference(), await wasm().start()]

const rows: [string, (x: Tensor) => Tensor, number[], number[]][] = [
  ['softmax of ±1e4', (x) => T.softmax(x), [1e4, -1e4, 1e4], [0.5, 0, 0.5]],
  ['logSoftmax of ±1e4', (x) => T.logSoftmax(x), [1e4, -1e4, 0], [0, -2e4, -1e4]],
  ['logsumexp of 1e4', (x) => T.logsumexp(x, { axis: -1 }), [1e4, 1e4], [1e4 + Math.LN2]],
  ['logsumexp of −1e4', (x) => T.logsumexp(x, { axis: -1 }), [-1e4, -1e4], [-1e4 + Math.LN2]],
  ['logsumexp of −∞', (x) => T.logsumexp(x, { axis: -1 }), [-Infinity, -Infinity], [-Infinity]],
  ['variance of 1e8 + small', (x) => T.variance(x), [1e8, 1e8 + 8, 1e8 + 16, 1e8 + 24], [320 / 3]],
  [
    'layer norm of 1e8 + small',
    (x) => T.layerNorm(x, 3, { eps: 0 }),
    [1e8, 1e8 + 8, 1e8 + 16],
    [-Math.sqrt(1.5), 0, Math.sqrt(1.5)],
  ],
  ['layer norm of constants', (x) => T.layerNorm(x, 3), [7, 7, 7], [0, 0, 0]],
  ['layer norm of zeros', (x) => T.layerNorm(x, 3), [0, 0, 0], [0, 0, 0]],
  ['rms norm of tiny values', (x) => T.rmsNorm(x, 2, { eps: 0 }), [3e-15, 3e-15], [1, 1]],
  [
    'batch norm of 1e8 + small',
    (x) => T.batchNorm(T.reshape(x, [3, 1]), { training: true, eps: 0 }),
    [1e8, 1e8 + 8, 1e8 + 16],
    [-Math.sqrt(1.5), 0, Math.sqrt(1.5)],
  ],
  ['logSigmoid tails', (x) => T.logsigmoid(x), [-1e4, -100, 0, 100, 1e4], [-1e4, -100, -Math.LN2, 0, 0]],
  ['sigmoid tails', (x) => T.sigmoid(x), [-1e4, 1e4], [0, 1]],
  ['softplus tails', (x) => T.softplus(x), [-1e4, 100, 1e4], [0, 100, 1e4]],
  ['log1p of small', (x) => T.log1p(x), [1e-8, -1e-8], [1e-8, -1e-8]],
  ['expm1 of small', (x) => T.expm1(x), [1e-8, -1e-8], [1e-8, -1e-8]],
  ['NaN in layer norm', (x) => T.layerNorm(x, 2), [1, NaN], [NaN, NaN]],
  ['∞ in layer norm', (x) => T.layerNorm(x, 2), [1, Infinity], [NaN, NaN]],
  ['NaN in softmax', (x) => T.softmax(x), [1, NaN], [NaN, NaN]],
  ['NaN and max', (x) => T.max(x), [1, NaN, 3], [NaN]],
  ['NaN and sum', (x) => T.sum(x), [1, NaN], [NaN]],
  ['∞ − ∞', (x) => T.sum(x), [Infinity, -Infinity], [NaN]],
  [
    'attention to keys of ±1e4',
    (x) =>
      T.scaledDotProductAttention(
        tensor([[1]], { backend: x.backend }),
        T.reshape(x, [2, 1]),
        T.reshape(x, [2, 1]),
      ),
    [1e4, -1e4],
    [1e4],
  ],
  ['normalize of zeros', (x) => T.normalize(x, { axis: 0 }), [0, 0], [0, 0]],
]

describe.each([
  ['reference', exact],
  ['wasm', fast],
] as const)('float32 on %s', (_, backend) => {
  test.each(rows)('%s', (_, op, input, want) => {
    const y = op(tensor(Float32Array.from(input), { backend })).dataSync()
    expect(y.length).toBe(want.length)
    want.forEach((w, i) => {
      if (Math.abs(y[i]! - w) <= 2e-6 * Math.max(Math.abs(w), w === 0 ? 1e-4 : 0)) return
      expect(y[i]).toBe(w)
    })
  })

  const kinks: [string, (x: Tensor) => Tensor, number[], number[]][] = [
    [
      'layer norm of constants',
      (x) =>
        T.layerNorm(x, 3)
          .mul(tensor([1, 2, 3], { backend }))
          .sum(),
      [7, 7, 7],
      [-316.22777, 0, 316.22777],
    ],
    ['norm at 0', (x) => T.vectorNorm(x), [0, 0], [0, 0]],
    ['normalize at 0', (x) => T.normalize(x, { axis: 0, eps: 1e-4 }).sum(), [0, 0], [1e4, 1e4]],
    [
      'pairwise distance of equals',
      (x) => T.pairwiseDistance(x, x.detach()),
      [1, 2],
      [Math.SQRT1_2, Math.SQRT1_2],
    ],
    ['logsumexp of −∞ and a number', (x) => T.logsumexp(x, { axis: -1 }), [-Infinity, 0], [0, 1]],
    ['softmax of ±1e4', (x) => T.softmax(x).select(0, 0), [1e4, -1e4], [0, 0]],
  ]
  test.each(kinks)('gradient: %s', (_, op, input, want) => {
    const x = tensor(Float32Array.from(input), { backend, requiresGrad: true })
    op(x).backward()
    x.grad!.dataSync().forEach((g, i) => {
      expect(g).toBeCloseTo(want[i]!, Math.abs(want[i]!) > 100 ? 2 : 5)
    })
  })
})
