import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { ShapeError } from '../errors.js'
import { broadcastShapes, checkShape, type Shape, sameShape, show, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { expand, reshape, sum, sumTo } from './broadcast.js'
import { checkFloat, checkSameDType, checkTensors, run } from './run.js'

/** Which of two matrices is taken transposed. */
export interface Transposed {
  readonly a: boolean
  readonly b: boolean
}

/**
 * op(a) · op(b) of matrices or of equally many matrices ([batch, rows, columns] each, or one of them a single shared
 * matrix). Gradients are products again; none needs a transposed copy.
 */
export function product(a: Tensor, b: Tensor, t: Transposed): Tensor {
  const batched = a.rank === 3 || b.rank === 3
  const batch = a.rank === 3 ? a.shape[0]! : b.rank === 3 ? b.shape[0]! : 1
  const [p, q] = a.shape.slice(-2) as [number, number]
  const [r, s] = b.shape.slice(-2) as [number, number]
  const [m, k] = t.a ? [q, p] : [p, q]
  const n = t.b ? r : s
  const shape = batched ? [batch, m, n] : [m, n]
  checkShape('matmul', shape)
  const y = run(kernels.matmul, [a, b], shape, a.dtype, {
    batch,
    m,
    n,
    k,
    transA: t.a,
    transB: t.b,
    aBatch: a.rank === 3 ? m * k : 0,
    bBatch: b.rank === 3 ? k * n : 0,
    bias: false,
  })
  if (!wantsGrad(a, b)) return y
  // C = A B: dA = G Bᵀ, dB = Aᵀ G; where A (B) is stored transposed, its gradient is that of the transposed product.
  const toA = (g: Tensor) => (t.a ? product(b, g, { a: t.b, b: true }) : product(g, b, { a: false, b: !t.b }))
  const toB = (g: Tensor) => (t.b ? product(g, a, { a: true, b: t.a }) : product(a, g, { a: !t.a, b: false }))
  return track('matmul', y, [a, b], [a, (g) => shared(toA(g), a)], [b, (g) => shared(toB(g), b)])
}

/** The gradient of a matrix that all matrices of the other operand shared is the sum over them. */
function shared(g: Tensor, x: Tensor): Tensor {
  return g.rank > x.rank ? sum(g, { axis: 0 }) : g
}

/**
 * Matrix product, $C = A B$: of two matrices; of a matrix and a vector; of two vectors (their inner product); of
 * stacks of matrices, whose leading dimensions broadcast.
 *
 * @param a - a float tensor [..., m, k] or [k]
 * @param b - a float tensor [..., k, n] or [k]
 * @returns [..., m, n], without the dimensions that a vector lacks
 * @throws ShapeError where the inner dimensions differ or leading ones do not broadcast
 * @example
 * ```ts
 * import { matmul, tensor } from '@core/tensor'
 * matmul(tensor([[1, 2], [3, 4]]), tensor([[1, 0], [1, 1]])).toArraySync() // => [[3, 2], [7, 4]]
 * ```
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkTensors('matmul', [a, b], ['the first operand', 'the second operand'])
  checkFloat('matmul', a, 'the first operand')
  checkSameDType('matmul', a, b, 'the first operand', 'the second operand')
  if (a.rank === 0 || b.rank === 0)
    throw new ShapeError(
      `matmul: shapes ${show(a.shape)} and ${show(b.shape)}: a single number is no matrix; use mul`,
    )
  const k = a.shape[a.rank - 1]!
  const other = b.rank === 1 ? b.shape[0]! : b.shape[b.rank - 2]!
  if (k !== other)
    throw new ShapeError(
      `matmul: shapes ${show(a.shape)} and ${show(b.shape)} do not fit: the last dimension of the first is ${k}, ` +
        `the ${b.rank === 1 ? 'only' : 'second last'} dimension of the second is ${other}; they must be equal (transpose one?)`,
    )
  const x = a.rank === 1 ? reshape(a, [1, k]) : a
  const y = b.rank === 1 ? reshape(b, [k, 1]) : b
  const c = stacked(x, y)
  if (a.rank > 1 && b.rank > 1) return c
  const shape = c.shape.slice(0, -2)
  if (a.rank > 1) shape.push(c.shape[c.rank - 2]!)
  if (b.rank > 1) shape.push(c.shape[c.rank - 1]!)
  return reshape(c, shape)
}

function stacked(a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape.slice(-2) as [number, number]
  const n = b.shape[b.rank - 1]!
  if (a.rank === 2 && b.rank === 2) return product(a, b, { a: false, b: false })
  if (b.rank === 2) {
    // one matrix for all: the stack is one tall matrix
    const rows = sizeOf(a.shape.slice(0, -1))
    return reshape(product(reshape(a, [rows, k]), b, { a: false, b: false }), [...a.shape.slice(0, -1), n])
  }
  const lead = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2))
  const full = (x: Tensor): Tensor => {
    const own = x.shape.slice(0, -2)
    const size = x.shape.slice(-2)
    if (sizeOf(own) === 1 && sizeOf(lead) !== 1) return reshape(x, size)
    const same = sameShape(own, lead) ? x : expand(x, [...lead, ...size])
    return reshape(same, [sizeOf(lead), ...size])
  }
  const c = product(full(a), full(b), { a: false, b: false })
  return reshape(c, [...lead, m, n] satisfies Shape)
}

/**
 * The neuron's sum, for a whole layer at once: $y = x W^\top + b$.
 *
 * @param x - inputs, a float tensor [..., in]
 * @param weight - [out, in], one row a neuron
 * @param bias - [out], optional
 * @returns [..., out]
 * @throws ShapeError where the sizes do not fit
 * @example
 * ```ts
 * import { linear, tensor } from '@core/tensor'
 * linear(tensor([[1, 2]]), tensor([[3, 4], [5, 6]]), tensor([10, 20])).toArraySync() // => [[21, 37]]
 * ```
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const roles = ['the input', 'the weight', 'the bias']
  checkTensors('linear', bias ? [x, weight, bias] : [x, weight], roles)
  checkFloat('linear', x)
  checkSameDType('linear', x, weight, 'the input', 'the weight')
  if (bias) checkSameDType('linear', x, bias, 'the input', 'the bias')
  if (weight.rank !== 2 || x.rank === 0 || x.shape[x.rank - 1] !== weight.shape[1])
    throw new ShapeError(
      `linear: the input ${show(x.shape)} must end in the weight's second dimension; the weight is ${show(weight.shape)} = [out, in]`,
    )
  const [out, k] = weight.shape as [number, number]
  if (bias && !sameShape(bias.shape, [out]))
    throw new ShapeError(
      `linear: the bias ${show(bias.shape)} must be [${out}], one number for each row of the weight ${show(weight.shape)}`,
    )
  const rows = sizeOf(x.shape.slice(0, -1))
  const flat = reshape(x, [rows, k])
  const y = run(kernels.matmul, bias ? [flat, weight, bias] : [flat, weight], [rows, out], x.dtype, {
    batch: 1,
    m: rows,
    n: out,
    k,
    transA: false,
    transB: true,
    aBatch: 0,
    bBatch: 0,
    bias: bias !== undefined,
  })
  if (wantsGrad(flat, weight, bias))
    track(
      'linear',
      y,
      [flat, weight],
      [flat, (g) => product(g, weight, { a: false, b: false })],
      [weight, (g) => product(g, flat, { a: true, b: false })],
      ...(bias ? [[bias, (g: Tensor) => sumTo(g, bias.shape)] as const] : []),
    )
  return reshape(y, [...x.shape.slice(0, -1), out])
}
