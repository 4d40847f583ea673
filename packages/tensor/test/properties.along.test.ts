import * as T from '@core/tensor'
import { Generator, reference, type Tensor, wasm } from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { builds } from './kernels.support.js'
import { settings } from './properties.support.js'

/** Shapes of up to four dimensions, empty ones and sizes that are no multiple of 8 among them. */
const shapes = fc.array(fc.oneof(fc.nat(2), fc.integer({ min: 3, max: 9 })), { minLength: 1, maxLength: 4 })
const cases = shapes.chain((shape) =>
  fc.record({ shape: fc.constant(shape), axis: fc.nat(shape.length - 1), seed: fc.nat(1000) }),
)
const full = shapes.map((shape) => shape.map((n) => Math.max(1, n)))
const fullCases = full.chain((shape) =>
  fc.record({ shape: fc.constant(shape), axis: fc.nat(shape.length - 1), seed: fc.nat(1000) }),
)

const engines = [
  ['reference', reference()] as const,
  ...(await Promise.all(builds.map(async (build) => [build, await wasm({ build }).start()] as const))),
]

describe.each(engines)('laws along axes, %s', (_, backend) => {
  const draw = (shape: readonly number[], seed: number) =>
    T.randn(shape, { backend, generator: new Generator(seed) })
  const near = (a: Tensor, b: Tensor) => {
    expect(a.shape).toEqual(b.shape)
    const wanted = b.dataSync()
    a.dataSync().forEach((v, i) => {
      expect(Math.abs(v - wanted[i]!)).toBeLessThanOrEqual(2e-5 * (1 + Math.abs(wanted[i]!)))
    })
  }
  const same = (a: Tensor, b: Tensor) => {
    expect(a.shape).toEqual(b.shape)
    expect(a.dataSync()).toEqual(b.dataSync())
  }
  const hold = <V>(values: fc.Arbitrary<V>, law: (v: V) => void) =>
    fc.assert(fc.property(values, law), settings(40))

  test('the last of the running sums is the sum, of the products the product', () => {
    hold(fullCases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      near(T.select(T.cumsum(x, axis), axis, -1), T.sum(x, { axis }))
      near(T.select(T.cumprod(x, axis), axis, -1), T.prod(x, { axis }))
    })
  })

  test('sorting sorts, and its indices say how', () => {
    hold(cases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      const { values, indices } = T.sort(x, { axis })
      same(T.gather(x, axis, indices), values)
      const [low, high] = [T.slice(values, 0, -1, { axis }), T.slice(values, 1, undefined, { axis })]
      expect(T.all(T.le(low, high)).itemSync()).toBe(1)
      same(T.sort(x.neg(), { axis, descending: true }).indices, indices)
      near(T.sum(values, { axis }), T.sum(x, { axis }))
    })
  })

  test('the order undoes itself', () => {
    hold(cases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      const indices = T.argsort(x, { axis })
      same(T.scatter(T.zerosLike(x), axis, indices, T.gather(x, axis, indices)), x)
    })
  })

  test('topk is the head of the sorted, maxWithIndices its first', () => {
    hold(fullCases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      const k = Math.ceil(shape[axis]! / 2)
      same(
        T.topk(x, k, { axis }).values,
        T.slice(T.sort(x, { axis, descending: true }).values, 0, k, { axis }),
      )
      same(T.maxWithIndices(x, axis).values, T.amax(x, { axis }))
      same(T.minWithIndices(x, axis).indices, T.argmin(x, { axis }))
    })
  })

  test('as many values lie below the median as above it', () => {
    hold(fullCases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      const middle = T.median(x, { axis, keepDim: true })
      const below = T.sum(T.lt(x, middle), { axis }).dataSync()
      for (const n of below) expect(n).toBe((shape[axis]! - 1) >> 1)
    })
  })

  test('scatterAdd is the transpose of gather', () => {
    hold(fullCases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      const g = draw(shape, seed + 1)
      const index = T.randint(shape, 0, shape[axis]!, { backend, generator: new Generator(seed) })
      near(
        T.sum(T.mul(T.gather(x, axis, index), g)),
        T.sum(T.mul(x, T.scatterAdd(T.zerosLike(x), axis, index, g))),
      )
    })
  })

  test('indexSelect of all entries in order is nothing', () => {
    hold(cases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      const all = T.cast(T.arange(shape[axis]!, undefined, 1, { backend }), 'int32')
      same(T.indexSelect(x, axis, all), x)
    })
  })

  test('cutting and joining', () => {
    hold(fullCases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      same(T.cat(T.split(x, 2, axis), axis), x)
      same(T.cat(T.chunk(x, 3, axis), axis), x)
      same(T.stack(T.unbind(x, axis), axis), x)
    })
  })

  test('rolling there and back, all the way round', () => {
    hold(fc.tuple(cases, fc.integer({ min: -20, max: 20 })), ([{ shape, axis, seed }, by]) => {
      const x = draw(shape, seed)
      same(T.roll(T.roll(x, by, axis), -by, axis), x)
      same(T.roll(x, shape[axis]! * 2, axis), x)
      same(T.roll(T.roll(x, by), -by), x)
    })
  })

  test('movedim there and back', () => {
    hold(fc.tuple(cases, fc.nat(3)), ([{ shape, axis, seed }, to]) => {
      const x = draw(shape, seed)
      const target = to % shape.length
      same(T.movedim(T.movedim(x, axis, target), target, axis), x)
    })
  })

  test('repetition is concatenation', () => {
    hold(fullCases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      const times = shape.map((_, i) => (i === axis ? 3 : 1))
      same(T.repeat(x, times), T.cat([x, x, x], axis))
      const twice = T.repeatInterleave(x, 2, { axis })
      same(T.slice(twice, 0, undefined, { axis, step: 2 }), x)
      same(T.slice(twice, 1, undefined, { axis, step: 2 }), x)
    })
  })

  test('windows of one entry are the entries, windows without overlap are a reshape', () => {
    hold(fullCases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      same(T.unfold(x, axis, 1, 1), T.unsqueeze(x, -1))
      same(T.select(T.unfold(x, axis, shape[axis]!, 1), axis, 0), T.movedim(x, axis, -1))
    })
  })

  test('a matrix is its triangles', () => {
    hold(fc.tuple(full, fc.integer({ min: -4, max: 4 }), fc.nat(99)), ([shape, k, seed]) => {
      const x = draw([...shape, 5], seed)
      same(T.add(T.tril(x, k), T.triu(x, k + 1)), x)
      same(
        T.diag(T.diag(T.flatten(x, 0, -2).slice(0, 1).reshape([5]), k), k),
        T.flatten(x, 0, -2).slice(0, 1).reshape([5]),
      )
    })
  })

  test('variance of a sum with a constant, of a multiple', () => {
    hold(fullCases, ({ shape, axis, seed }) => {
      const x = draw(shape, seed)
      const v = T.variance(x, { axis, correction: 0 })
      near(T.variance(x.add(3), { axis, correction: 0 }), v)
      near(T.variance(x.mul(-2), { axis, correction: 0 }), v.mul(4))
      near(T.square(T.std(x, { axis, correction: 0 })), v)
    })
  })

  test('norms are homogeneous; logsumexp shifts with its input', () => {
    hold(fc.tuple(fullCases, fc.constantFrom(0.5, 1, 2, 3, Infinity)), ([{ shape, axis, seed }, p]) => {
      const x = draw(shape, seed)
      near(T.vectorNorm(x.mul(-3), p, { axis }), T.vectorNorm(x, p, { axis }).mul(3))
      near(T.logsumexp(x.add(500), { axis }), T.logsumexp(x, { axis }).add(500))
      near(T.logsumexp(x, { axis }), T.log(T.sum(T.exp(x), { axis })))
    })
  })

  test('einsum, tensordot and matmul agree', () => {
    const sizes = fc.tuple(
      fc.nat(5),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 17 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(99),
    )
    hold(sizes, ([b, m, k, n, seed]) => {
      const [x, y] = [draw([b, m, k], seed), draw([b, k, n], seed + 1)]
      near(T.einsum('bij,bjk->bik', x, y), T.matmul(x, y))
      near(T.einsum('...ij,...jk', x, y), T.bmm(x, y))
      near(
        T.einsum('bij,bjk->ik', x, y),
        T.tensordot(x, y, [
          [0, 2],
          [0, 1],
        ]),
      )
      near(T.einsum('bij->j', x), T.sum(x, { axis: [0, 1] }))
      near(T.einsum('bij,bij->b', x, x), T.sum(T.square(x), { axis: [1, 2] }))
      near(T.einsum('bij,kj->bik', x, draw([n, k], seed)), T.linear(x, draw([n, k], seed)))
    })
  })
})
