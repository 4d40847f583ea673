import * as T from '@core/tensor'
import { Generator, grad, type Tensor, tensor } from '@core/tensor'
import { crossEntropyRows, recurrentLayer } from '@core/tensor/extend'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { direction } from './properties.cases.js'
import {
  axisOf,
  expectClose,
  expectSame,
  make,
  type Numbers,
  pairs,
  settings,
  shapes,
  sizeOf,
  started,
} from './properties.support.js'

const RUNS = 30
const seed = fc.nat()
const edge = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 13, 17, 33)

describe.each(started)('laws on %s', (_, backend) => {
  const of = (shape: readonly number[], seed: number, numbers: Numbers = 'any') =>
    make({ shape, numbers, seed }, backend)

  /** A law about one tensor; `at` is a random number for what else it needs. */
  const law = (
    what: string,
    { numbers = 'any' as Numbers, rank = 0, least = 0 },
    holds: (x: Tensor, at: number) => void,
  ) =>
    test(what, () => {
      fc.assert(
        fc.property(shapes(rank, least), seed, fc.nat(1000), (shape, s, at) =>
          holds(of(shape, s, numbers), at),
        ),
        settings(RUNS),
      )
    })

  /** A law about two tensors that broadcast. */
  const law2 = (what: string, holds: (a: Tensor, b: Tensor) => void, numbers: Numbers = 'any') =>
    test(what, () => {
      fc.assert(
        fc.property(pairs, seed, ([a, b], s) => holds(of(a, s, numbers), of(b, s + 1, numbers))),
        settings(RUNS),
      )
    })

  describe('arithmetic', () => {
    law2('a + b = b + a', (a, b) => expectSame(a.add(b), b.add(a), 'add'))
    law2('a b = b a', (a, b) => expectSame(a.mul(b), b.mul(a), 'mul'))
    law2('a − b = a + (−b) = −(b − a)', (a, b) => {
      expectSame(a.sub(b), a.add(b.neg()), 'sub')
      expectSame(a.sub(b), b.sub(a).neg(), 'sub exchanged')
    })
    law2('(a / b) b = a', (a, b) => expectClose(a.div(b).mul(b), a.mul(T.onesLike(b)), 'div'), 'apart')
    law2('max(a, b) + min(a, b) = a + b', (a, b) => {
      expectSame(T.maximum(a, b), T.minimum(a.neg(), b.neg()).neg(), 'maximum of negatives')
      expectClose(T.maximum(a, b).add(T.minimum(a, b)), a.add(b), 'maximum and minimum')
    })
    law2('(a + b) (a − b) = a² − b²', (a, b) =>
      expectClose(a.add(b).mul(a.sub(b)), a.square().sub(b.square()), 'squares', { absolute: 1e-5 }),
    )
    law('2 (x + 1) = 2 x + 2', {}, (x) => expectClose(x.add(1).mul(2), x.mul(2).add(2), 'distributed'))
    law('−(−x) = x, x + 0 = x, 1 x = x', {}, (x) => {
      expectSame(x.neg().neg(), x, 'neg')
      expectSame(x.add(0), x, 'add')
      expectSame(x.mul(1), x, 'mul')
    })
    law('a number stands for a tensor full of it, on either side', {}, (x, at) => {
      const c = T.full(x.shape, at / 8, { backend })
      expectSame(x.sub(at / 8), x.sub(c), 'sub')
      expectSame(T.div(at / 8, x), c.div(x), 'div')
    })
    law('functions and their inverses', { numbers: 'positive' }, (x) => {
      expectClose(x.log().exp(), x, 'exp of log')
      expectClose(x.square().sqrt(), x, 'sqrt of square')
      expectClose(x.pow(2), x.square(), 'pow 2')
      expectClose(x.pow(0.5), x.sqrt(), 'pow ½')
      expectClose(T.reciprocal(x), T.div(1, x), 'reciprocal')
      expectClose(T.sin(x).square().add(T.cos(x).square()), T.onesLike(x), 'sin² + cos²')
    })
    law('activations and their symmetries', {}, (x) => {
      const y = x.neg()
      expectSame(x.relu(), T.maximum(x, 0), 'relu')
      expectClose(x.abs(), x.relu().add(y.relu()), 'abs')
      expectClose(x.sigmoid().add(y.sigmoid()), T.onesLike(x), 'sigmoid')
      expectSame(x.tanh(), y.tanh().neg(), 'tanh')
      expectClose(x.tanh(), x.mul(2).sigmoid().mul(2).sub(1), 'tanh by sigmoid')
      expectClose(T.softplus(x).sub(T.softplus(y)), x, 'softplus')
      expectClose(T.gelu(x).sub(T.gelu(y)), x, 'gelu')
      expectSame(x.abs().mul(T.sign(x)), x, 'sign')
    })
  })

  describe('comparing and choosing', () => {
    law2(
      'of <, = and > exactly one holds; ≤, ≥ and ≠ are their opposites',
      (a, b) => {
        const [lt, eq, gt] = [a.lt(b), a.eq(b), a.gt(b)]
        const count = lt.cast('int32').add(eq.cast('int32')).add(gt.cast('int32'))
        expectSame(count, T.onesLike(count), 'exactly one')
        expectSame(a.ge(b), T.logicalNot(lt), 'ge')
        expectSame(a.le(b), T.logicalNot(gt), 'le')
        expectSame(a.ne(b), T.logicalNot(eq), 'ne')
        expectSame(lt, b.gt(a), 'exchanged')
      },
      'whole',
    )
    law2('where chooses; with the opposite condition the other one', (a, b) => {
      const c = a.lt(b)
      expectSame(T.where(c, a, b), T.minimum(a, b), 'minimum')
      expectSame(T.where(c, a, b), T.where(T.logicalNot(c), b, a), 'opposite')
      expectSame(T.where(c, a, a), a.mul(T.ones(c.shape, { backend })), 'same')
    })
    law('the largest is where argmax says', { rank: 1, least: 1, numbers: 'whole' }, (x, at) => {
      const axis = axisOf(x.shape, at)
      const hit = T.oneHot(x.argmax({ axis }), x.shape.at(axis)!)
      const last = x.rank - 1
      const turned = T.transpose(x, axis, last)
      const picked = T.where(hit.cast('bool'), moveLast(x, axis), 0).sum({ axis: -1 })
      expectSame(picked, x.max({ axis }), 'argmax')
      expectSame(
        turned.max({ axis: last }),
        T.transpose(x.max({ axis, keepDim: true }), axis, last).select(last, 0),
        'max',
      )
      expectSame(T.argmin(x, { axis }), T.argmax(x.neg(), { axis }), 'argmin')
    })
  })

  describe('shapes and parts', () => {
    law('reshape there and back', {}, (x) => {
      expectSame(x.reshape([x.size]).reshape(x.shape), x, 'reshape')
      expectSame(x.flatten(), x.reshape([x.size]), 'flatten')
      expectSame(x.unsqueeze(-1).unsqueeze(0).squeeze(0).squeeze(-1), x, 'squeeze')
    })
    law('permute and its inverse; transpose twice', { rank: 1 }, (x, at) => {
      const order = Array.from(new Generator(at).permutation(x.rank))
      expectSame(x.permute(order).permute(order.map((_, i) => order.indexOf(i))), x, 'permute')
      expectSame(x.transpose(0, -1).transpose(0, -1), x, 'transpose')
    })
    law('permute puts every value where it belongs', { rank: 1, least: 1 }, (x, at) => {
      const order = Array.from(new Generator(at).permutation(x.rank))
      const y = x.permute(order)
      const [from, to] = [x.dataSync(), y.dataSync()]
      const index = x.shape.map((n, i) => (at >> i) % n)
      const flat = (shape: readonly number[], place: number[]) =>
        place.reduce((a, i, d) => a * shape[d] + i, 0)
      expect(
        to[
          flat(
            y.shape,
            order.map((d) => index[d]),
          )
        ],
      ).toBe(from[flat(x.shape, index)])
    })
    law('flip twice', { rank: 1 }, (x, at) => {
      const axis = axisOf(x.shape, at)
      expectSame(T.flip(T.flip(x, axis), axis), x, 'flip')
      expectSame(T.flip(T.flip(x, 0), axis), T.flip(T.flip(x, axis), 0), 'flip two')
    })
    law('cut anywhere and joined', { rank: 1 }, (x, at) => {
      const axis = axisOf(x.shape, at)
      const n = x.shape.at(axis)!
      const cut = at % (n + 1)
      expectSame(T.cat([T.narrow(x, axis, 0, cut), T.narrow(x, axis, cut, n - cut)], axis), x, 'narrow')
      expectSame(T.cat([x.slice(0, cut, { axis }), x.slice(cut, undefined, { axis })], axis), x, 'slice')
    })
    law('taken apart and stacked', { rank: 1, least: 1 }, (x, at) => {
      const axis = axisOf(x.shape, at)
      const parts = T.unbind(x, axis)
      expectSame(T.stack(parts, axis), x, 'stack')
      expectSame(parts[parts.length - 1], x.select(axis, -1), 'select')
    })
    law('every other one, and the rest', { rank: 1, least: 1 }, (x) => {
      const [even, odd] = [x.slice(0, undefined, { step: 2 }), x.slice(1, undefined, { step: 2 })]
      expectClose(even.sum().add(odd.sum()), x.sum(), 'steps', { absolute: 1e-3 })
      expectSame(even.select(0, 0), x.select(0, 0), 'first')
    })
    law('expanding repeats: the sum over it is as many times the value', {}, (x, at) => {
      const n = 1 + (at % 5)
      expectClose(x.expand([n, ...x.shape]).sum({ axis: 0 }), x.mul(n), 'expand')
    })
    law('clone is a copy, detach and reshape share values', {}, (x) => {
      expectSame(x.clone(), x, 'clone')
      expect(x.clone().storage).not.toBe(x.storage)
      expect(x.detach().storage).toBe(x.storage)
      expect(x.detach().requiresGrad).toBe(false)
    })
    law('casting truncates, and asks whether a value is 0', {}, (x) => {
      const want = Int32Array.from(x.dataSync(), Math.trunc)
      expectSame(x.cast('int32'), tensor(want, { shape: x.shape, backend }), 'int32')
      expectSame(x.cast('bool'), x.ne(0), 'bool')
      expectSame(x.cast('int32').cast('float32').cast('int32'), x.cast('int32'), 'again')
    })
  })

  describe('reductions', () => {
    law('one axis after the other, in any order', {}, (x) => {
      let y = x
      while (y.rank > 0) y = y.sum({ axis: y.rank % 2 ? 0 : -1 })
      expectClose(y, x.sum(), 'sum', { absolute: 1e-3 })
      expectClose(x.sum({ keepDim: true }).reshape([]), x.sum(), 'keepDim', { absolute: 0, relative: 0 })
    })
    law('against a plain loop', { rank: 1, least: 1 }, (x, at) => {
      const axis = at % x.rank
      const n = x.shape[axis]
      const inner = sizeOf(x.shape.slice(axis + 1))
      const values = x.dataSync()
      const shape = x.shape.filter((_, i) => i !== axis)
      const rows = Array.from({ length: x.size / n }, (_, i) =>
        Array.from({ length: n }, (_, k) => values[(Math.floor(i / inner) * n + k) * inner + (i % inner)]),
      )
      const want = (f: (row: number[]) => number) => tensor(Float32Array.from(rows, f), { shape, backend })
      const total = (row: number[]) => row.reduce((a, b) => a + b, 0)
      expectClose(x.sum({ axis }), want(total), 'sum')
      expectClose(
        x.mean({ axis }),
        want((row) => total(row) / n),
        'mean',
      )
      expectSame(
        x.max({ axis }),
        want((row) => Math.max(...row)),
        'max',
      )
      expectSame(
        x.min({ axis }),
        want((row) => Math.min(...row)),
        'min',
      )
      expectSame(
        x.argmax({ axis }).cast('float32'),
        want((row) => row.indexOf(Math.max(...row))),
        'argmax',
      )
    })
    law(
      'softmax: between 0 and 1, sums to 1, unmoved by a shift, the exponential of its logarithm',
      { rank: 1, least: 1 },
      (x, at) => {
        const axis = axisOf(x.shape, at)
        const y = x.softmax({ axis })
        const total = y.sum({ axis })
        expectClose(total, T.onesLike(total), 'sum')
        expect(Math.min(...y.dataSync())).toBeGreaterThanOrEqual(0)
        expectClose(x.add(at - 500).softmax({ axis }), y, 'shift', { absolute: 2e-4 })
        expectClose(T.logSoftmax(x, { axis }).exp(), y, 'log')
      },
    )
  })

  describe('products', () => {
    const sizes = fc.tuple(edge, edge, edge, seed)
    test('matmul against three loops', () => {
      fc.assert(
        fc.property(sizes, ([m, k, n, s]) => {
          const [a, b] = [of([m, k], s), of([k, n], s + 1)]
          const [x, y] = [a.dataSync(), b.dataSync()]
          const want = new Float32Array(m * n)
          for (let i = 0; i < m; i++)
            for (let j = 0; j < n; j++) {
              let sum = 0
              for (let l = 0; l < k; l++) sum += x[i * k + l] * y[l * n + j]
              want[i * n + j] = sum
            }
          expectClose(a.matmul(b), tensor(want, { shape: [m, n], backend }), 'matmul')
        }),
        settings(RUNS),
      )
    })
    test('(A B)ᵀ = Bᵀ Aᵀ, (A + A′) B = A B + A′ B, I A = A, linear = A Wᵀ + b', () => {
      fc.assert(
        fc.property(sizes, ([m, k, n, s]) => {
          const [a, b, c] = [of([m, k], s), of([k, n], s + 1), of([m, k], s + 2)]
          const near = { absolute: 1e-4 }
          expectClose(a.matmul(b).transpose(), b.transpose().matmul(a.transpose()), 'transposed', near)
          expectClose(a.add(c).matmul(b), a.matmul(b).add(c.matmul(b)), 'distributed', near)
          expectSame(T.eye(m, m, { backend }).matmul(a), a, 'identity')
          const bias = of([n], s + 3)
          expectClose(T.linear(a, b.transpose(), bias), a.matmul(b).add(bias), 'linear', near)
        }),
        settings(RUNS),
      )
    })
    test('a stack of products is the products of the stack; vectors are thin matrices', () => {
      fc.assert(
        fc.property(sizes, fc.integer({ min: 1, max: 4 }), ([m, k, n, s], count) => {
          const [a, b] = [of([count, m, k], s), of([count, k, n], s + 1)]
          const near = { absolute: 1e-4 }
          const each = T.stack(T.unbind(a).map((x, i) => x.matmul(b.select(0, i))))
          expectClose(a.matmul(b), each, 'stack', near)
          const [v, w] = [a.select(0, 0).select(0, 0), b.select(0, 0)]
          expectClose(v.matmul(w), v.unsqueeze(0).matmul(w).squeeze(0), 'vector', near)
          expectClose(v.matmul(v), v.square().sum(), 'inner', near)
        }),
        settings(RUNS),
      )
    })
    test('a table looked up is its product with one-hot rows', () => {
      fc.assert(
        fc.property(edge, edge, edge, seed, (count, width, n, s) => {
          const [table, ids] = [of([count, width], s), of([n], s + 1, { below: count })]
          expectClose(
            T.embedding(table, ids),
            T.oneHot(ids, count).cast('float32').matmul(table),
            'embedding',
          )
        }),
        settings(RUNS),
      )
    })
    test('cross-entropy is minus the logarithm of softmax at the class', () => {
      fc.assert(
        fc.property(edge, edge, seed, (rows, classes, s) => {
          const [x, t] = [of([rows, classes], s), of([rows], s + 1, { below: classes })]
          const picked = T.logSoftmax(x).mul(T.oneHot(t, classes)).sum({ axis: 1 }).neg()
          expectClose(crossEntropyRows(x, t, -1), picked, 'crossEntropy')
        }),
        settings(RUNS),
      )
    })
    test('a sequence cut in two, with the state carried over, is the whole sequence', () => {
      const cells = fc.constantFrom('rnnTanh', 'gru', 'lstm')
      fc.assert(
        fc.property(
          cells,
          fc.integer({ min: 2, max: 8 }),
          fc.integer({ min: 1, max: 3 }),
          edge,
          seed,
          (cell, time, batch, hidden, s) => {
            const g = { rnnTanh: 1, gru: 3, lstm: 4 }[cell]
            const weights = {
              wInput: of([g * hidden, 3], s).mul(0.3),
              wHidden: of([g * hidden, hidden], s + 1).mul(1 / (2 + hidden)),
              bInput: of([g * hidden], s + 2),
              bHidden: of([g * hidden], s + 3),
            }
            const [x, h0, c] = [
              of([time, batch, 3], s + 4),
              of([batch, hidden], s + 5),
              of([batch, hidden], s + 6),
            ]
            const run = (part: Tensor, h: Tensor, c0: Tensor) =>
              recurrentLayer(cell, { x: part, h0: h, ...weights, ...(cell === 'lstm' ? { c0 } : {}) })
            const whole = run(x, h0, c)
            const cut = 1 + (s % (time - 1))
            const first = run(x.slice(0, cut), h0, c)
            const second = run(x.slice(cut), first.output.select(0, -1), first.cLast ?? c)
            expectClose(T.cat([first.output, second.output]), whole.output, `${cell}, output`)
            if (whole.cLast) expectClose(second.cLast!, whole.cLast, 'c')
          },
        ),
        settings(RUNS),
      )
    })
  })

  describe('gradients', () => {
    law('of a sum: ones; of a mean: 1 / n; of x · x: 2 x', { least: 1 }, (x) => {
      expectSame(slope(x.sum(), x), T.onesLike(x), 'sum')
      expectClose(slope(x.mean(), x), T.full(x.shape, 1 / x.size, { backend }), 'mean')
      expectClose(slope(x.mul(x).sum(), x), x.mul(2), 'square')
    })
    law('linear: of 2 f − 3 g is 2 f′ − 3 g′', {}, (x) => {
      const [f, g] = [x.tanh().sum(), x.mul(x).sigmoid().sum()]
      const near = { absolute: 1e-4, relative: 1e-3 }
      expectClose(
        slope(f.mul(2).sub(g.mul(3)), x),
        slope(f, x).mul(2).sub(slope(g, x).mul(3)),
        'linear',
        near,
      )
    })
    law('linear in what arrives: for d₁ + d₂ the sum of both', {}, (x) => {
      const y = x.exp()
      const [d1, d2] = [direction(y, 1), direction(y, 2)]
      const at = (d: Tensor) => grad(y, x, { gradOutputs: [d], retainGraph: true })[0]!
      expectClose(at(d1.add(d2)), at(d1).add(at(d2)), 'directions', { absolute: 1e-4, relative: 1e-3 })
    })
    law(
      'through reshape, permute, flip, cat and where every value gets its own once',
      { rank: 1 },
      (x, at) => {
        const order = Array.from(new Generator(at).permutation(x.rank))
        const y = T.flip(x.permute(order), 0)
        const half = at % (y.shape[0] + 1)
        const z = T.cat([y.slice(half), y.slice(0, half)]).reshape([x.size])
        expectSame(slope(T.where(z.gt(0), z, z.mul(1)).sum(), x), T.onesLike(x), 'ones')
      },
    )
    law2('of broadcasting: summed over what was repeated', (a, b) => {
      const y = a.add(b)
      const times = (x: Tensor) => T.full(x.shape, x.size === 0 ? 0 : y.size / x.size, { backend })
      expectClose(slope(y.sum(), a), times(a), 'a')
      expectClose(slope(y.sum(), b), times(b), 'b')
    })
    law('two passes add up; clearing begins anew', {}, (x) => {
      const once = () => x.mul(3).sum().backward()
      once()
      once()
      expectSame(x.grad!, T.full(x.shape, 6, { backend }), 'twice')
      x.grad = null
      once()
      expectSame(x.grad!, T.full(x.shape, 3, { backend }), 'anew')
    })
    law('of the gradient: that of x³ is 3 x², its own 6 x', {}, (x) => {
      const [first] = grad(x.mul(x).mul(x).sum(), x, { createGraph: true })
      expectClose(first!, x.square().mul(3), 'first', { absolute: 1e-4, relative: 1e-3 })
      expectClose(slope(first!.sum(), x), x.mul(6), 'second', { absolute: 1e-4, relative: 1e-3 })
    })
  })

  describe('random numbers', () => {
    law('the same seed gives the same numbers, and a tensor draws what its parts would', {}, (x, at) => {
      const draw = () => T.randn(x.shape, { backend, generator: new Generator(at) })
      expectSame(draw(), draw(), 'randn')
      const g = new Generator(at)
      const parts = [T.rand([8], { backend, generator: g }), T.rand([5], { backend, generator: g })]
      expectSame(T.cat(parts), T.rand([13], { backend, generator: new Generator(at) }), 'parts')
      const values = T.uniform(x.shape, -2, 3, { backend, generator: g }).dataSync()
      expect(values.every((v) => v >= -2 && v < 3)).toBe(true)
    })
    law(
      'dropout keeps or drops, and scales what it keeps; its gradient is the same mask',
      { numbers: 'apart' },
      (x, at) => {
        const p = (at % 10) / 10
        const run = () => T.dropout(x, { p, generator: new Generator(at) })
        const y = run()
        const kept = y.ne(0)
        expectClose(y, T.where(kept, x.div(1 - p), 0), 'kept')
        expectClose(
          slope(y.sum(), x),
          T.where(kept, T.full(x.shape, 1 / (1 - p), { backend }), 0),
          'gradient',
        )
        expectSame(T.dropout(x, { p, training: false }), x, 'at evaluation')
      },
    )
  })
})

/** The gradient of one tensor to another. */
function slope(y: Tensor, x: Tensor): Tensor {
  return grad(y, x, { retainGraph: true, allowUnused: true })[0]!
}

/** The axis moved to the end, the others in order. */
function moveLast(x: Tensor, axis: number): Tensor {
  const at = axis < 0 ? axis + x.rank : axis
  return x.permute([...x.shape.map((_, i) => i).filter((i) => i !== at), at])
}
