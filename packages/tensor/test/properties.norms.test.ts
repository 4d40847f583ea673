import * as T from '@core/tensor'
import { reference, type Tensor, tensor, wasm } from '@core/tensor'
import { attention } from '@core/tensor/extend'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { builds, generator } from './kernels.support.js'

const exact = reference()
const small = fc.integer({ min: 1, max: 5 })
const odd = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(15, 16, 17, 33))
const seeds = fc.integer({ min: 1, max: 2 ** 30 })

function values(shape: number[], seed: number): Float64Array {
  const random = generator(seed)
  return Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(4 * random() - 2))
}
const draw = (shape: number[], seed: number) => tensor(values(shape, seed), { shape, backend: exact })

function close(a: Tensor, b: Tensor, bound = 1e-9): void {
  expect(a.shape).toEqual(b.shape)
  const [x, y] = [a.dataSync(), b.dataSync()]
  x.forEach((v, i) => {
    if (!(Math.abs(v - y[i]!) <= bound * (1 + Math.abs(y[i]!)))) expect(v).toBe(y[i])
  })
}

const check = (property: (shape: [number, number, number], seed: number) => void) =>
  fc.assert(fc.property(fc.tuple(small, small, odd), seeds, property), { numRuns: 40 })

describe('norms', () => {
  test('layer norm gives rows of mean 0 and variance 1', () =>
    check((shape, seed) => {
      fc.pre(shape[2] > 1)
      const y = T.layerNorm(draw(shape, seed), shape[2], { eps: 0 })
      close(y.mean({ axis: -1 }), T.zeros(shape.slice(0, 2), { dtype: 'float64', backend: exact }))
      close(y.square().mean({ axis: -1 }), T.ones(shape.slice(0, 2), { dtype: 'float64', backend: exact }))
    }))

  test('layer norm does not see a shift or a positive factor', () =>
    check((shape, seed) => {
      const x = draw(shape, seed)
      const norm = (t: Tensor) => T.layerNorm(t, shape[2], { eps: 0 })
      fc.pre(shape[2] > 1)
      close(norm(x.mul(3).add(100)), norm(x), 1e-7)
    }))

  test('rms norm does not see a positive factor, and turns its sign with the input', () =>
    check((shape, seed) => {
      const x = draw(shape, seed)
      const norm = (t: Tensor) => T.rmsNorm(t, shape[2], { eps: 0 })
      close(norm(x.mul(7)), norm(x))
      close(norm(x.neg()), norm(x).neg())
    }))

  test('group norm with one group is layer norm, with a group a channel instance norm', () =>
    check((shape, seed) => {
      const x = draw(shape, seed)
      close(T.groupNorm(x, 1), T.layerNorm(x, shape.slice(1)))
      fc.pre(shape[2] > 1)
      close(T.groupNorm(x, shape[1]), T.instanceNorm(x))
    }))

  test('batch norm in training is layer norm of the channels’ values', () =>
    check(([n, c, l], seed) => {
      fc.pre(n * l > 1)
      const x = draw([n, c, l], seed)
      const rows = T.layerNorm(T.reshape(T.transpose(x, 0, 1), [c, n * l]), n * l)
      close(T.batchNorm(x, { training: true }), T.transpose(T.reshape(rows, [c, n, l]), 0, 1))
    }))

  test('batch norm at evaluation is linear in its input', () =>
    check(([n, c, l], seed) => {
      const [a, b] = [draw([n, c, l], seed), draw([n, c, l], seed + 1)]
      const runningMean = T.zeros([c], { dtype: 'float64', backend: exact })
      const runningVar = draw([c], seed + 2)
        .square()
        .add(0.5)
      const norm = (x: Tensor) => T.batchNorm(x, { runningMean, runningVar })
      close(norm(a.add(b)), norm(a).add(norm(b)))
    }))

  test('weight and bias act on what was normalised', () =>
    check(([n, c, l], seed) => {
      const x = draw([n, c, l], seed)
      const [w, b] = [draw([c], seed + 1), draw([c], seed + 2)]
      const column = (t: Tensor) => T.reshape(t, [c, 1])
      close(T.groupNorm(x, 1, { weight: w, bias: b }), T.groupNorm(x, 1).mul(column(w)).add(column(b)))
      close(T.groupNorm(x, c, { bias: b }), T.groupNorm(x, c).add(column(b)))
    }))
})

describe('distances', () => {
  test('normalised vectors have length 1, their cosine with themselves is 1', () =>
    check((shape, seed) => {
      const x = draw(shape, seed).add(3)
      const ones = T.ones(shape.slice(0, 2), { dtype: 'float64', backend: exact })
      close(T.vectorNorm(T.normalize(x, { axis: -1 }), 2, { axis: -1 }), ones)
      close(T.cosineSimilarity(x, x.mul(5), { axis: -1 }), ones)
      close(T.cosineSimilarity(x, x.neg(), { axis: -1 }), ones.neg())
    }))

  test('distance is symmetric and keeps the triangle inequality', () =>
    check((shape, seed) => {
      const [a, b, c] = [0, 1, 2].map((i) => draw(shape, seed + i)) as [Tensor, Tensor, Tensor]
      const d = (x: Tensor, y: Tensor) => T.pairwiseDistance(x, y, { eps: 0 })
      close(d(a, b), d(b, a))
      expect(T.le(d(a, c), d(a, b).add(d(b, c)).add(1e-12)).toArraySync()).not.toContain(false)
    }))
})

describe('attention', () => {
  test('weights are positive and sum to 1; one key is looked at alone', () =>
    check(([n, q, k], seed) => {
      const [query, key, value] = [
        draw([n, q, 3], seed),
        draw([n, k, 3], seed + 1),
        draw([n, k, 2], seed + 2),
      ]
      const { weights } = attention('test', query, key, value)
      close(weights.sum({ axis: -1 }), T.ones([n, q], { dtype: 'float64', backend: exact }))
      const first = (t: Tensor) => T.narrow(t, 1, 0, 1)
      const alone = T.scaledDotProductAttention(query, first(key), first(value))
      close(alone, T.expand(first(value), [n, q, 2]))
    }))

  test('the order of the keys does not matter; a mask is as if they were not there', () =>
    check(([n, q, k], seed) => {
      const [query, key, value] = [
        draw([n, q, 3], seed),
        draw([n, k, 3], seed + 1),
        draw([n, k, 2], seed + 2),
      ]
      const y = T.scaledDotProductAttention(query, key, value)
      close(T.scaledDotProductAttention(query, T.flip(key, 1), T.flip(value, 1)), y)
      const more = [T.cat([key, key.add(1)], 1), T.cat([value, value.add(1)], 1)] as const
      const attnMask = tensor(
        Array.from({ length: 2 * k }, (_, i) => i < k),
        { backend: exact },
      )
      close(T.scaledDotProductAttention(query, ...more, { attnMask }), y)
    }))
})

describe.each(builds)('%s as the reference', async (build) => {
  const fast = await wasm({ build }).start()
  const ops: [string, number[][], (...xs: Tensor[]) => Tensor][] = [
    [
      'layerNorm',
      [[0, 1, 2], [2], [2]],
      (x, w, b) => T.layerNorm(x!, x!.shape.at(-1)!, { weight: w, bias: b, eps: 0.1 }),
    ],
    [
      'rmsNorm',
      [
        [0, 1, 2],
        [1, 2],
      ],
      (x, w) => T.rmsNorm(x!, x!.shape.slice(1), { weight: w, eps: 0.1 }),
    ],
    ['groupNorm', [[0, 1, 2], [1], [1]], (x, w, b) => T.groupNorm(x!, 1, { weight: w, bias: b, eps: 0.1 })],
    [
      'batchNorm',
      [[0, 1, 2], [1], [1]],
      (x, w, b) => T.batchNorm(T.cat([x!, x!.mul(2)]), { weight: w, bias: b, eps: 0.1, training: true }),
    ],
    [
      'batchNorm, flat',
      [[0, 2], [2], [2]],
      (x, w, b) => T.batchNorm(T.cat([x!, x!.mul(2)]), { weight: w, bias: b, eps: 0.1, training: true }),
    ],
    [
      'attention',
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
      (q, k) => T.scaledDotProductAttention(q!, k!, k!, { isCausal: true }),
    ],
    [
      'bilinear',
      [
        [0, 1],
        [0, 2],
        [2, 1, 2],
      ],
      (a, b, w) => T.bilinear(a!, b!, w!),
    ],
  ]
  test.each(ops)('%s, values and gradients', (_, sizes, op) => {
    fc.assert(
      fc.property(fc.tuple(small, odd, odd), seeds, (sizeOf, seed) => {
        const shapes = sizes.map((dims) => dims.map((d) => sizeOf[d]!))
        const [want, got] = [exact, fast].map((backend) => {
          const inputs = shapes.map((shape, i) => {
            const data = values(shape, seed + i)
            return tensor(backend === exact ? data : Float32Array.from(data), {
              shape,
              backend,
              requiresGrad: true,
            })
          })
          const y = op(...inputs)
          y.mul(y).sum().backward()
          return [y, ...inputs.map((x) => x.grad!)]
        })
        got!.forEach((t, i) => {
          close(
            T.cast(tensor(Float64Array.from(t.dataSync()), { shape: t.shape, backend: exact }), 'float64'),
            want![i]!.detach(),
            i === 0 ? 1e-4 : 2e-3,
          )
        })
      }),
      { numRuns: 30 },
    )
  })
  test('nothing of it runs on the reference backend', () => {
    const { reference: missing } = fast.coverage()
    expect(missing.filter((name) => /[nN]orm/.test(name))).toEqual([])
  })
})
