import * as T from '@core/tensor'
import { Generator, type Tensor } from '@core/tensor'
import fc from 'fast-check'
import { type Call, creation, edge, one, reduce, seed, spec } from './properties.cases.js'
import { axisOf, type Numbers, shapes } from './properties.support.js'

/** An op along one axis, which every input of this case has. */
function along(
  op: (x: Tensor, axis: number, arg: number) => Tensor | readonly Tensor[],
  { numbers = 'any' as Numbers, least = 0 } = {},
): fc.Arbitrary<Call> {
  return one((x, at) => op(x, axisOf(x.shape, at), at), { numbers, rank: 1, least })
}

const both = ({ values, indices }: T.ValuesAndIndices) => [values, indices]
const gentle = (x: Tensor) => x.mul(0.01).add(1) // so that long products stay near 1
const size = (x: Tensor, axis: number) => x.shape[axis < 0 ? axis + x.rank : axis]

/** A tensor, an index for it, and as many values as the index has. */
function indexed(
  op: (x: Tensor, axis: number, index: Tensor, source: Tensor) => Tensor,
  more: number,
): fc.Arbitrary<Call> {
  return fc.tuple(shapes(1, 1), seed, edge, fc.boolean()).map(([shape, s, count, less]): Call => {
    const axis = s % shape.length
    const index = shape.map((n, i) => (i === axis ? Math.min(count, more * n) : less ? Math.ceil(n / 2) : n))
    return {
      inputs: [
        spec(shape, 'any', s),
        spec(index, { below: shape[axis] }, s + 1),
        spec(
          index.map((n) => n + 1),
          'any',
          s + 2,
        ),
      ],
      run: (x, i, source) => op(x!, axis, i!, source!),
    }
  })
}

/** A product of tensors whose shapes are made of four sizes. */
function product(
  shapesOf: (m: number, k: number, n: number, b: number) => number[][],
  op: (...xs: Tensor[]) => Tensor,
): fc.Arbitrary<Call> {
  return fc.tuple(edge, edge, edge, fc.integer({ min: 0, max: 3 }), seed).map(
    ([m, k, n, b, s]): Call => ({
      inputs: shapesOf(m, k, n, b).map((shape, i) => spec(shape, 'any', s + i)),
      run: (...xs) => op(...(xs as Tensor[])),
    }),
  )
}

const EQUATIONS = [
  'bmk,bkn->bmn',
  'bmk,bkn->mn',
  'bmk,bkn',
  '...k,bkn->n',
  'bmk,bkn->bn',
  'bmk,bkn->nbkm',
  'xyz,xzw->',
]

/** Ops along axes, by name. */
export const alongCases: Readonly<Record<string, fc.Arbitrary<Call>>> = {
  any: reduce(T.any, 0, 'bool'),
  all: reduce(T.all, 0, 'whole'),
  amax: reduce(T.amax, 1, 'whole'),
  amin: reduce(T.amin, 1),
  prod: reduce((x, options) => T.prod(gentle(x), options), 0),
  variance: reduce((x, options) => T.variance(x, { ...options, correction: 0 }), 1),
  std: reduce((x, options) => T.std(x, { ...options, correction: 0 }), 1),
  logsumexp: reduce((x, options) => T.logsumexp(x.mul(9), options), 1),
  norm: reduce((x, options) => T.norm(x, 'fro', options), 1),
  vectorNorm: one((x, at) => T.vectorNorm(x, [0, 1, 1.5, 2, 3, Infinity, -Infinity][at % 7]), {
    numbers: 'apart',
    least: 1,
  }),
  median: one((x) => T.median(x), { least: 1, numbers: 'whole' }),
  medianWithIndices: along((x, axis) => both(T.medianWithIndices(x, axis)), { least: 1 }),
  maxWithIndices: along((x, axis) => both(T.maxWithIndices(x, axis)), { least: 1, numbers: 'whole' }),
  minWithIndices: along((x, axis) => both(T.minWithIndices(x, axis, { keepDim: true })), { least: 1 }),
  cumsum: along((x, axis) => T.cumsum(x, axis)),
  cumprod: along((x, axis) => T.cumprod(gentle(x), axis)),
  sort: along((x, axis, at) => both(T.sort(x, { axis, descending: at % 3 === 0 })), { numbers: 'whole' }),
  argsort: along((x, axis) => T.argsort(x, { axis }), { numbers: { below: 9 } }),
  topk: along((x, axis, at) => both(T.topk(x, at % (size(x, axis) + 1), { axis, largest: at % 3 > 0 }))),
  gather: indexed((x, axis, index) => T.gather(x, axis, index), 3),
  takeAlongDim: along((x, axis) => T.takeAlongDim(x, T.argsort(x, { axis }), axis)),
  scatter: indexed((x, axis, index, source) => T.scatter(x, axis, index, source), 1),
  scatterAdd: indexed((x, axis, index, source) => T.scatterAdd(x, axis, index, source), 3),
  indexSelect: fc.tuple(shapes(1, 1), edge, seed).map(([shape, count, s]) => ({
    inputs: [spec(shape, 'any', s), spec([count], { below: shape[s % shape.length] }, s + 1)],
    run: (x, index) => T.indexSelect(x!, s % shape.length, index!),
  })),
  maskedFill: fc.tuple(shapes(1), seed).map(([shape, s]) => ({
    inputs: [spec(shape, 'any', s), spec(shape.slice(s % 2), 'bool', s + 1), spec([], 'any', s + 2)],
    run: (x, mask, value) => T.maskedFill(x!, mask!, value!),
  })),
  split: along((x, axis, at) => T.split(x, 1 + (at % 5), axis)),
  chunk: along((x, axis, at) => T.chunk(x, 1 + (at % 5), axis)),
  roll: along((x, axis, at) => T.roll(x, (at % 40) - 20, at % 3 === 0 ? undefined : axis)),
  movedim: along((x, axis, at) => T.movedim(x, axis, at % x.rank)),
  swapaxes: along((x, axis, at) => T.swapaxes(x, axis, at % x.rank)),
  broadcastTo: one((x, at) => T.broadcastTo(x, [at % 3, ...x.shape])),
  repeat: one((x, at) => T.repeat(x, [1 + (at % 2), ...x.shape.map((_, i) => (at >> i) % 3)])),
  tile: one((x, at) =>
    T.tile(
      x,
      x.shape.slice(1).map((_, i) => 1 + ((at >> i) % 2)),
    ),
  ),
  repeatInterleave: along((x, axis, at) =>
    at % 2
      ? T.repeatInterleave(x, at % 4, { axis })
      : T.repeatInterleave(
          x,
          Array.from({ length: size(x, axis) }, (_, i) => i % 3),
          { axis },
        ),
  ),
  unfold: along((x, axis, at) => T.unfold(x, axis, at % (Math.min(9, size(x, axis)) + 1), 1 + (at % 4))),
  diag: fc.tuple(edge, edge, fc.integer({ min: -9, max: 9 }), seed).map(([m, n, k, s]) => ({
    inputs: [spec(s % 2 ? [m] : [m, n], 'any', s)],
    run: (x) => T.diag(x!, k),
  })),
  tril: one((x, at) => T.tril(x, (at % 20) - 10), { rank: 2 }),
  triu: one((x, at) => T.triu(x, (at % 20) - 10), { rank: 2 }),
  mm: product(
    (m, k, n) => [
      [m, k],
      [k, n],
    ],
    T.mm,
  ),
  bmm: product(
    (m, k, n, b) => [
      [b, m, k],
      [b, k, n],
    ],
    T.bmm,
  ),
  mv: product((m, k) => [[m, k], [k]], T.mv),
  dot: product((_, k) => [[k], [k]], T.dot),
  outer: product((m, _, n) => [[m], [n]], T.outer),
  addmm: product(
    (m, k, n) => [[n], [m, k], [k, n]],
    (x, a, b) => T.addmm(x!, a!, b!, { alpha: 0.5, beta: 2 }),
  ),
  baddbmm: product(
    (m, k, n, b) => [
      [b, m, n],
      [b, m, k],
      [b, k, n],
    ],
    (x, a, b) => T.baddbmm(x!, a!, b!),
  ),
  tensordot: product(
    (m, k, n, b) => [
      [m, b, k],
      [k, n, b],
    ],
    (x, y) =>
      T.tensordot(x!, y!, [
        [1, 2],
        [2, 0],
      ]),
  ),
  einsum: fc.constantFrom(...EQUATIONS).chain((equation) =>
    product(
      (m, k, n, b) => [
        [b, m, k],
        [b, k, n],
      ],
      (x, y) => T.einsum(equation, x!, y!),
    ),
  ),
  bernoulli: one((x, at) => T.bernoulli(T.sigmoid(x), { generator: new Generator(at) })),
  multinomial: fc.tuple(edge, edge, seed).map(([rows, n, s]) => ({
    inputs: [spec([rows, n], 'positive', s)],
    run: (p) => T.multinomial(p!, 1 + (s % n), { replacement: s % 2 === 0, generator: new Generator(s) }),
  })),
  randint: creation((backend, shape, at) =>
    T.randint(shape, -at, 2 ** 31 - 1, { backend, generator: new Generator(at) }),
  ),
  randperm: creation((backend, _, at) => T.randperm(at, { backend, generator: new Generator(at) })),
  fullLike: one((x, at) => T.fullLike(x, at / 7)),
  randLike: one((x, at) => T.randLike(x, { generator: new Generator(at) })),
  randnLike: one((x, at) => T.randnLike(x, { generator: new Generator(at) })),
  linspace: creation((backend, _, at) => T.linspace(-at, 3, at % 50, { backend })),
  logspace: creation((backend, _, at) => T.logspace(-2, 3, at % 50, { backend })),
}
