import * as T from '@core/tensor'
import { Generator, type Tensor, tensor } from '@core/tensor'
import {
  crossEntropyRows,
  type RecurrentCell,
  type RecurrentInputs,
  recurrentLayer,
  sumSquares,
} from '@core/tensor/extend'
import fc from 'fast-check'
import { axisOf, type Numbers, pairs, type Spec, shapes, sizeOf } from './properties.support.js'

/** One call of an op: what it gets, and the call itself. */
export interface Call {
  readonly inputs: readonly Spec[]
  readonly run: (...inputs: Tensor[]) => Tensor | readonly Tensor[]
}

/** Seeds of the numbers of a case. */
export const seed = fc.nat()
/** A tensor to be made. */
export const spec = (shape: readonly number[], numbers: Numbers, seed: number): Spec => ({
  shape,
  numbers,
  seed,
})

/** An op on one tensor of any shape; `arg` is a random number for its other arguments. */
export function one(
  op: (x: Tensor, arg: number) => Tensor | readonly Tensor[],
  { numbers = 'any' as Numbers, rank = 0, least = 0 } = {},
): fc.Arbitrary<Call> {
  return fc
    .tuple(shapes(rank, least), seed, fc.nat(1000))
    .map(([shape, s, arg]) => ({ inputs: [spec(shape, numbers, s)], run: (x) => op(x!, arg) }))
}

/** An op on two tensors that broadcast, or on one and a number. */
function two(
  op: (a: T.TensorLike, b: T.TensorLike) => Tensor,
  a: Numbers = 'any',
  b: Numbers = 'any',
): fc.Arbitrary<Call> {
  return fc.tuple(pairs, seed, fc.nat(7)).map(([[left, right], s, way]): Call => {
    if (way === 0) return { inputs: [spec(left, a, s)], run: (x) => op(x!, 1.5) }
    if (way === 1) return { inputs: [spec(right, b, s)], run: (x) => op(1.5, x!) }
    if (way === 2 && a === b) return { inputs: [spec(left, a, s)], run: (x) => op(x!, x!) }
    return { inputs: [spec(left, a, s), spec(right, b, s + 1)], run: (x, y) => op(x!, y!) }
  })
}

/** A reduction over some of the axes, or all. */
export const reduce = (
  op: (x: Tensor, options: T.ReduceOptions) => Tensor,
  least: number,
  numbers: Numbers = 'any',
) =>
  fc.tuple(shapes(0, least), seed, fc.nat(63), fc.boolean()).map(([shape, s, which, keepDim]): Call => {
    const axis = shape.map((_, i) => i).filter((i) => (which >> i) % 2 === 0)
    const options = which === 63 || shape.length === 0 ? { keepDim } : { axis, keepDim }
    return { inputs: [spec(shape, numbers, s)], run: (x) => op(x!, options) }
  })

const arg = (op: (x: Tensor, options: T.ArgOptions) => Tensor) =>
  one(
    (x, at) =>
      op(x, x.rank === 0 || at % 5 === 0 ? {} : { axis: axisOf(x.shape, at), keepDim: at % 3 === 0 }),
    {
      least: 1,
      numbers: 'whole',
    },
  )

/** Sizes around the width of vectors and tiles. */
export const edge = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 33, 48)
const maybeNone = fc.oneof({ weight: 9, arbitrary: edge }, { weight: 1, arbitrary: fc.constant(0) })

const matrices: fc.Arbitrary<Call> = fc
  .tuple(
    maybeNone,
    maybeNone,
    edge,
    fc.nat(9),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 2 }),
    seed,
  )
  .map(([m, k, n, way, i, j, s]): Call => {
    const [a, b] = (
      [
        [
          [m, k],
          [k, n],
        ],
        [[k], [k, n]],
        [[m, k], [k]],
        [[k], [k]],
        [
          [i, m, k],
          [k, n],
        ],
        [
          [m, k],
          [i, k, n],
        ],
        [
          [i, m, k],
          [i, k, n],
        ],
        [
          [j, 1, m, k],
          [i, k, n],
        ],
        [
          [i, m, k],
          [j, 1, k, n],
        ],
        [
          [1, m, k],
          [i, k, n],
        ],
      ] as [number[], number[]][]
    )[way]
    return { inputs: [spec(a, 'any', s), spec(b, 'any', s + 1)], run: (x, y) => T.matmul(x!, y!) }
  })

const linears = fc.tuple(shapes(1, 1), edge, fc.boolean(), seed).map(([shape, out, bias, s]): Call => {
  const k = shape[shape.length - 1]
  const w = out * k > 6000 ? 3 : out
  return {
    inputs: [spec(shape, 'any', s), spec([w, k], 'any', s + 1), ...(bias ? [spec([w], 'any', s + 2)] : [])],
    run: (x, weight, b) => T.linear(x!, weight!, b),
  }
})

const joined = fc.tuple(shapes(1), fc.nat(), fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }), seed)

const recurrent = (cell: RecurrentCell) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(1, 2, 3, 5),
      edge,
      fc.constantFrom(1, 3, 4, 9, 16),
      fc.record({
        bias: fc.boolean(),
        reverse: fc.boolean(),
        lengths: fc.boolean(),
        projected: fc.boolean(),
      }),
      seed,
    )
    .map(([time, batch, size, hidden, { bias, reverse, lengths, projected }, s]): Call => {
      const g = { rnnTanh: 1, rnnRelu: 1, gru: 3, gruResetBefore: 3, lstm: 4 }[cell]
      const state = cell === 'lstm' && projected ? 5 : hidden
      // weights as small as a layer's, so that the relu variant does not run away
      const scaled = (t: Tensor) => t.mul(1 / Math.max(4, size, hidden))
      const shapes: Record<string, number[]> = {
        x: [time, batch, size],
        wInput: [g * hidden, size],
        wHidden: [g * hidden, state],
        h0: [batch, state],
        ...(cell === 'lstm' ? { c0: [batch, hidden] } : {}),
        ...(cell === 'lstm' && projected ? { wProjection: [state, hidden] } : {}),
        ...(bias ? { bInput: [g * hidden], bHidden: [g * hidden] } : {}),
      }
      const names = Object.keys(shapes)
      return {
        inputs: names.map((name, i) => spec(shapes[name]!, 'any', s + i)),
        run: (...tensors) => {
          const layer = Object.fromEntries(
            names.map((name, i) => [name, name.startsWith('w') ? scaled(tensors[i]!) : tensors[i]!]),
          ) as unknown as RecurrentInputs
          const ends = Int32Array.from({ length: batch }, (_, b) => 1 + ((s + 3 * b) % time))
          const ragged = lengths ? { lengths: tensor(ends, { backend: layer.x.backend }) } : {}
          const { output, hLast, cLast } = recurrentLayer(cell, { ...layer, ...ragged }, { reverse })
          return cLast ? [output, hLast, cLast] : [output, hLast]
        },
      }
    })

/** Every op of the public index by its name, and those for authors of layers. */
export const cases: Readonly<Record<string, fc.Arbitrary<Call>>> = {
  add: two(T.add),
  sub: two(T.sub),
  mul: two(T.mul),
  div: two(T.div, 'any', 'apart'),
  pow: two(T.pow, 'positive', 'any'),
  maximum: two(T.maximum, 'whole', 'whole'),
  minimum: two(T.minimum),
  eq: two(T.eq, 'whole', 'whole'),
  ne: two(T.ne, 'whole', 'whole'),
  lt: two(T.lt, 'whole', 'whole'),
  le: two(T.le, 'whole', 'whole'),
  gt: two(T.gt, 'whole', 'whole'),
  ge: two(T.ge, 'whole', 'whole'),
  logicalNot: one(T.logicalNot, { numbers: 'whole' }),
  where: fc.tuple(pairs, fc.boolean(), seed).map(([[a, b], third, s]) => ({
    inputs: [spec(a, 'bool', s), spec(third ? a : b, 'any', s + 1), spec(b, 'any', s + 2)],
    run: (c, x, y) => T.where(c!, x!, y!),
  })),
  neg: one(T.neg),
  abs: one(T.abs),
  sign: one(T.sign, { numbers: 'whole' }),
  exp: one(T.exp),
  log: one(T.log, { numbers: 'positive' }),
  sqrt: one(T.sqrt, { numbers: 'positive' }),
  square: one(T.square),
  reciprocal: one(T.reciprocal, { numbers: 'apart' }),
  sin: one((x, at) => T.sin(x.mul(1 + at))),
  cos: one((x, at) => T.cos(x.mul(1 + at))),
  relu: one(T.relu, { numbers: 'whole' }),
  sigmoid: one((x) => T.sigmoid(x.mul(4))),
  tanh: one((x) => T.tanh(x.mul(3))),
  gelu: one((x) => T.gelu(x.mul(2))),
  softplus: one((x) => T.softplus(x.mul(5))),
  sum: reduce(T.sum, 0),
  mean: reduce(T.mean, 1),
  max: reduce(T.max, 1, 'whole'),
  min: reduce(T.min, 1),
  argmax: arg(T.argmax),
  argmin: arg(T.argmin),
  matmul: matrices,
  linear: linears,
  reshape: one((x, at) => T.reshape(x, at % 2 && x.size > 0 ? [1, -1] : [...x.shape, 1].reverse())),
  flatten: one((x, at) => T.flatten(x, x.rank === 0 ? 0 : at % x.rank)),
  squeeze: one((x, at) => T.squeeze(x, at % 2 && x.rank > 0 ? axisOf(x.shape, at) : undefined)),
  unsqueeze: one((x, at) => T.unsqueeze(x, at % (x.rank + 1))),
  expand: fc.tuple(pairs, fc.integer({ min: 1, max: 3 }), seed).map(([[a, b], lead, s]) => {
    const rank = Math.max(a.length, b.length)
    const full = Array.from({ length: rank }, (_, i) => {
      const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1]
      return x === 1 ? y : x
    })
    return { inputs: [spec(a, 'any', s)], run: (x) => T.expand(x!, [lead, ...full]) }
  }),
  permute: one((x, at) => T.permute(x, shuffled(x.rank, at))),
  transpose: one((x, at) => T.transpose(x, at % x.rank, (at >> 2) % x.rank), { rank: 1 }),
  flip: one((x, at) => T.flip(x, shuffled(x.rank, at).slice(0, 1 + (at % 2))), { rank: 1 }),
  slice: one(
    (x, at) => {
      const axis = axisOf(x.shape, at)
      const n = x.shape[axis < 0 ? axis + x.rank : axis]
      return T.slice(x, (at % (n + 1)) - (at % 3 === 0 ? n : 0), at % 4 ? n - (at % 2) : undefined, {
        axis,
        step: 1 + (at % 3),
      })
    },
    { rank: 1 },
  ),
  narrow: one(
    (x, at) => {
      const axis = at % x.rank
      const start = at % (x.shape[axis] + 1)
      return T.narrow(x, axis, start, (at * 7) % (x.shape[axis] - start + 1))
    },
    { rank: 1 },
  ),
  select: one(
    (x, at) => T.select(x, at % x.rank, (at % x.shape[at % x.rank]) - (at % 2 ? x.shape[at % x.rank] : 0)),
    {
      rank: 1,
      least: 1,
    },
  ),
  unbind: one((x, at) => T.unbind(x, at % x.rank), { rank: 1, least: 1 }),
  cat: joined.map(([shape, at, lengths, s]) => {
    const axis = at % shape.length
    return {
      inputs: lengths.map((n, i) =>
        spec(
          shape.map((size, d) => (d === axis ? n : Math.min(size, 33))),
          'any',
          s + i,
        ),
      ),
      run: (...xs) => T.cat(xs, axis),
    }
  }),
  stack: joined.map(([shape, at, lengths, s]) => ({
    inputs: lengths.map((_, i) => spec(shape, 'any', s + i)),
    run: (...xs) => T.stack(xs, at % (shape.length + 1)),
  })),
  softmax: one((x, at) => T.softmax(x.mul(3), x.rank === 0 ? {} : { axis: axisOf(x.shape, at) })),
  logSoftmax: one((x, at) => T.logSoftmax(x.mul(3), x.rank === 0 ? {} : { axis: axisOf(x.shape, at) })),
  cast: one((x, at) => T.cast(x, (['int32', 'bool', 'float32'] as const)[at % 3]), { numbers: 'apart' }),
  embedding: fc.tuple(edge, edge, shapes(), seed).map(([count, width, shape, s]) => ({
    inputs: [
      spec([count, width], 'any', s),
      spec(sizeOf(shape) > 300 ? [37] : shape, { below: count }, s + 1),
    ],
    run: (weight, indices) => T.embedding(weight!, indices!),
  })),
  oneHot: fc.tuple(edge, shapes(), seed).map(([classes, shape, s]) => ({
    inputs: [spec(shape, { below: classes }, s)],
    run: (indices) => T.oneHot(indices!, classes),
  })),
  dropout: one((x, at) => T.dropout(x, { p: (at % 11) / 10, generator: new Generator(at) })),
  sumSquares: one(sumSquares),
  crossEntropyRows: fc.tuple(maybeNone, edge, seed).map(([rows, classes, s]) => ({
    inputs: [spec([rows, classes], 'any', s), spec([rows], { below: classes }, s + 1)],
    run: (logits, target) => crossEntropyRows(logits!.mul(4), target!, 0), // class 0 is passed over
  })),
  rnnTanh: recurrent('rnnTanh'),
  rnnRelu: recurrent('rnnRelu'),
  gru: recurrent('gru'),
  gruResetBefore: recurrent('gruResetBefore'),
  lstm: recurrent('lstm'),
  clone: one((x) => x.clone()),
  rand: creation((backend, shape, at) => T.rand(shape, { backend, generator: new Generator(at) })),
  randn: creation((backend, shape, at) => T.randn(shape, { backend, generator: new Generator(at) })),
  uniform: creation((backend, shape, at) =>
    T.uniform(shape, -at, at, { backend, generator: new Generator(at) }),
  ),
  normal: creation((backend, shape, at) => T.normal(shape, at, 2, { backend, generator: new Generator(at) })),
  full: creation((backend, shape, at) => T.full(shape, at / 3, { backend })),
  zeros: creation((backend, shape) => T.zeros(shape, { backend })),
  ones: creation((backend, shape) => T.ones(shape, { backend })),
  zerosLike: one((x) => T.zerosLike(x)),
  onesLike: one((x) => T.onesLike(x)),
  arange: creation((backend, shape, at) => T.arange(-at, sizeOf(shape), 1 + at / 7, { backend })),
  eye: creation((backend, _, at) => T.eye(at % 40, at % 17, { backend })),
}

/** A creation function; the input only says on which backend. */
export function creation(
  op: (backend: T.Backend, shape: number[], at: number) => Tensor,
): fc.Arbitrary<Call> {
  return fc
    .tuple(shapes(), fc.integer({ min: 1, max: 1000 }))
    .map(([shape, at]) => ({ inputs: [spec([], 'any', at)], run: (x) => op(x!.backend, shape, at) }))
}

function shuffled(rank: number, at: number): number[] {
  return Array.from(new Generator(at).permutation(rank))
}

/** A direction for the gradient of a result: fixed numbers, the same on each backend. */
export function direction(y: Tensor, k: number): Tensor {
  const values = Float32Array.from({ length: y.size }, (_, i) => Math.cos(1.3 * i + k + 0.4))
  return tensor(values, { shape: y.shape, backend: y.backend })
}
