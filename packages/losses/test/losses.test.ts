import { grad, logSoftmax, oneHot, randn, softmax, type Tensor, tensor } from '@core/tensor'
import { crossEntropy, mse } from '@nn/losses'
import { describe, expect, test } from 'vitest'

const ids = (values: number[] | number[][]) => tensor(values, { dtype: 'int32' })
const near = (actual: Tensor, expected: number[]) => {
  expect(actual.size).toBe(expected.length)
  actual.dataSync().forEach((v: number, i: number) => {
    expect(v).toBeCloseTo(expected[i]!, 5)
  })
}

describe('mse', () => {
  const x = tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { requiresGrad: true },
  )
  const t = tensor([
    [1, 0],
    [0, 0],
  ])
  test('mean, sum and none', () => {
    expect(mse(x, t).itemSync()).toBe((4 + 9 + 16) / 4)
    expect(mse(x, t, { reduction: 'sum' }).itemSync()).toBe(29)
    expect(mse(x, t, { reduction: 'none' }).toArraySync()).toEqual([
      [0, 4],
      [9, 16],
    ])
    expect(mse(x, t, { reduction: undefined as never }).itemSync()).toBe(29 / 4)
  })
  test('its gradient is 2 (x − t) / n, for the target the opposite', () => {
    const target = tensor(
      [
        [1, 0],
        [0, 0],
      ],
      { requiresGrad: true },
    )
    const [gx, gt] = grad(mse(x, target), [x, target])
    expect(gx!.toArraySync()).toEqual([
      [0, 1],
      [1.5, 2],
    ])
    expect(gt!.toArraySync()).toEqual([
      [-0, -1],
      [-1.5, -2],
    ])
  })
})

describe('crossEntropy', () => {
  const logits = tensor(
    [
      [1, 2, 3],
      [0, 0, 0],
      [5, -5, 0],
    ],
    { requiresGrad: true },
  )
  const target = ids([2, 0, 1])
  const picked = [
    -Math.log(Math.exp(3) / (Math.exp(1) + Math.exp(2) + Math.exp(3))),
    Math.log(3),
    10.006760443,
  ]

  test('mean, sum and none', () => {
    near(crossEntropy(logits, target, { reduction: 'none' }), picked)
    near(crossEntropy(logits, target, { reduction: 'sum' }), [picked[0]! + picked[1]! + picked[2]!])
    near(crossEntropy(logits, target), [(picked[0]! + picked[1]! + picked[2]!) / 3])
  })

  test('its gradient is (softmax − one-hot) / n', () => {
    const [g] = grad(crossEntropy(logits, target), [logits])
    const want = softmax(logits).sub(oneHot(target, 3)).div(3)
    near(g!, Array.from(want.dataSync()))
  })

  test('targets to ignore neither count nor get a gradient; of none the mean is NaN', () => {
    const some = ids([2, -100, 1])
    near(crossEntropy(logits, some), [(picked[0]! + picked[2]!) / 2])
    near(crossEntropy(logits, some, { reduction: 'none' }), [picked[0]!, 0, picked[2]!])
    near(crossEntropy(logits, target, { ignoreIndex: 0 }), [(picked[0]! + picked[2]!) / 2])
    const [g] = grad(crossEntropy(logits, some), [logits])
    expect(g!.select(0, 1).toArraySync()).toEqual([0, 0, 0])
    expect(crossEntropy(logits, ids([-100, -100, -100])).itemSync()).toBeNaN()
    expect(crossEntropy(logits, ids([-100, -100, -100]), { reduction: 'sum' }).itemSync()).toBe(0)
  })

  test('a single example without a batch', () => {
    near(crossEntropy(tensor([1, 2, 3]), tensor(2, { dtype: 'int32' })), [picked[0]!])
    near(crossEntropy(tensor([1, 2, 3]), tensor(2, { dtype: 'int32' }), { classDim: 1 }), [picked[0]!])
  })

  test.each([[[2, 5]], [[2, 3, 5]], [[2, 3, 2, 5]]])(
    "%j: PyTorch's layout is the other one, transposed",
    (shape) => {
      const x = randn(shape, { requiresGrad: true })
      const t = ids(Array.from({ length: x.size / 5 }, (_, i) => i % 5)).reshape(shape.slice(0, -1))
      const order = [0, shape.length - 1, ...shape.map((_, i) => i).slice(1, -1)]
      const y = x.detach().permute(order).clone().detach()
      const theirs = tensor(y.dataSync(), { shape: y.shape, requiresGrad: true })
      for (const reduction of ['mean', 'sum', 'none'] as const) {
        const ours = crossEntropy(x, t, { reduction })
        const other = crossEntropy(theirs, t, { reduction, classDim: 1 })
        expect(other.shape).toEqual(ours.shape)
        near(other, Array.from(ours.dataSync()))
      }
      const [a] = grad(crossEntropy(x, t), [x])
      const [b] = grad(crossEntropy(theirs, t, { classDim: 1 }), [theirs])
      near(b!, Array.from(a!.permute(order).dataSync()))
      near(crossEntropy(x, t), [-logSoftmax(x).mul(oneHot(t, 5)).sum().itemSync() / t.size])
    },
  )

  test('no logit is too large', () => {
    near(
      crossEntropy(
        tensor([
          [1e4, 0],
          [-3e38, 3e38],
        ]),
        ids([0, 1]),
        { reduction: 'none' },
      ),
      [0, 0],
    )
    expect(crossEntropy(tensor([[1e4, 0]]), ids([1])).itemSync()).toBe(1e4)
  })
})
