import { ShapeError } from '../errors.js'
import { checkNumber, checkOptions } from '../options.js'
import { broadcastShapes, sameShape, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { add, mul } from './arithmetic.js'
import { reshape } from './broadcast.js'
import { matmul } from './matmul.js'
import { checkTensors } from './run.js'

const ROLES = ['the first operand', 'the second operand']
const KINDS = ['a single number', 'a vector', 'a matrix', 'a stack of matrices']

/** Checks the dimensions of both operands, which the strict products fix. */
function strict(op: string, a: Tensor, b: Tensor, rankA: number, rankB: number): void {
  checkTensors(op, [a, b], ROLES)
  if (a.rank !== rankA || b.rank !== rankB)
    throw new ShapeError(
      `${op}: shapes ${show(a.shape)} and ${show(b.shape)}: ${KINDS[rankA]} and ${KINDS[rankB]} are needed; matmul takes all kinds`,
    )
  const [k, other] = [a.shape[rankA - 1]!, b.shape[rankB === 1 ? 0 : rankB - 2]!]
  if (k !== other || (rankA === 3 && a.shape[0] !== b.shape[0]))
    throw new ShapeError(
      `${op}: shapes ${show(a.shape)} and ${show(b.shape)} do not fit: ` +
        (k !== other
          ? `the last dimension of the first is ${k}, the one of the second that meets it ${other}; they must be equal (transpose one?)`
          : 'both must hold equally many matrices; matmul broadcasts'),
    )
}

/**
 * Product of two matrices, $C = A B$, and of nothing else: {@link matmul} takes stacks and vectors, too.
 *
 * @param a - a float tensor [m, k]
 * @param b - a float tensor [k, n]
 * @returns [m, n]
 * @throws ShapeError where these are no matrices or the inner dimensions differ
 * @example
 * ```ts
 * import { mm, tensor } from '@core/tensor'
 * mm(tensor([[1, 2]]), tensor([[3], [4]])).toArraySync() // => [[11]]
 * ```
 */
export function mm(a: Tensor, b: Tensor): Tensor {
  strict('mm', a, b, 2, 2)
  return matmul(a, b)
}

/**
 * Products of equally many matrices, $C_i = A_i B_i$; nothing broadcasts.
 *
 * @param a - a float tensor [batch, m, k]
 * @param b - a float tensor [batch, k, n]
 * @returns [batch, m, n]
 * @throws ShapeError where these are no such stacks or the dimensions do not fit
 * @example
 * ```ts
 * import { bmm, ones } from '@core/tensor'
 * bmm(ones([2, 1, 3]), ones([2, 3, 1])).toArraySync() // => [[[3]], [[3]]]
 * ```
 */
export function bmm(a: Tensor, b: Tensor): Tensor {
  strict('bmm', a, b, 3, 3)
  return matmul(a, b)
}

/**
 * Product of a matrix and a vector, $y = A x$.
 *
 * @param a - a float tensor [m, k]
 * @param x - a float tensor [k]
 * @returns [m]
 * @throws ShapeError where these are no matrix and vector or the inner dimensions differ
 * @example
 * ```ts
 * import { mv, tensor } from '@core/tensor'
 * mv(tensor([[1, 2], [3, 4]]), tensor([1, 1])).toArraySync() // => [3, 7]
 * ```
 */
export function mv(a: Tensor, x: Tensor): Tensor {
  strict('mv', a, x, 2, 1)
  return matmul(a, x)
}

/**
 * Inner product of two vectors, $y = \sum_i a_i b_i$.
 *
 * @param a - a float tensor [k]
 * @param b - a float tensor [k]
 * @returns a single number
 * @throws ShapeError where these are no vectors or differ in length
 * @example
 * ```ts
 * import { dot, tensor } from '@core/tensor'
 * dot(tensor([1, 2]), tensor([3, 4])).itemSync() // => 11
 * ```
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  strict('dot', a, b, 1, 1)
  return matmul(a, b)
}

/**
 * All products of the values of two vectors, $C_{ij} = a_i b_j$.
 *
 * @param a - a tensor [m]
 * @param b - a tensor [n]
 * @returns [m, n]
 * @throws ShapeError where these are no vectors
 * @example
 * ```ts
 * import { outer, tensor } from '@core/tensor'
 * outer(tensor([1, 2]), tensor([3, 4])).toArraySync() // => [[3, 4], [6, 8]]
 * ```
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  checkTensors('outer', [a, b], ROLES)
  if (a.rank !== 1 || b.rank !== 1)
    throw new ShapeError(
      `outer: shapes ${show(a.shape)} and ${show(b.shape)}: two vectors are needed; use flatten or reshape`,
    )
  return mul(reshape(a, [a.size, 1]), b)
}

/** How the two summands of {@link addmm} and {@link baddbmm} are weighted. */
export interface AddProductOptions {
  /** Factor of the product. Default 1. */
  alpha?: number
  /** Factor of what is added; where it is 0, NaN and infinity in that are ignored. Default 1. */
  beta?: number
}

function addProduct(
  op: string,
  x: Tensor,
  a: Tensor,
  b: Tensor,
  rank: number,
  options: AddProductOptions,
): Tensor {
  const { alpha = 1, beta = 1 } = checkOptions(op, options, ['alpha', 'beta'])
  checkNumber(op, 'alpha', alpha)
  checkNumber(op, 'beta', beta)
  checkTensors(op, [x, a, b], ['the summand', ...ROLES])
  strict(op, a, b, rank, rank)
  const shape = [...a.shape.slice(0, -1), b.shape[rank - 1]!]
  if (!sameShape(broadcastShapes(op, x.shape, shape), shape))
    throw new ShapeError(
      `${op}: the summand ${show(x.shape)} does not broadcast to the product's shape ${show(shape)}; it must not be larger`,
    )
  const product = matmul(a, b)
  const scaled = alpha === 1 ? product : mul(product, alpha)
  if (beta === 0) return scaled
  return add(scaled, beta === 1 ? x : mul(x, beta))
}

/**
 * Product of two matrices plus something, $\beta X + \alpha A B$.
 *
 * @param x - a float tensor that broadcasts to [m, n]
 * @param a - a float tensor [m, k]
 * @param b - a float tensor [k, n]
 * @param options - `alpha`, `beta`, both 1
 * @returns [m, n]
 * @throws ShapeError where the shapes do not fit
 * @example
 * ```ts
 * import { addmm, tensor } from '@core/tensor'
 * addmm(tensor([100]), tensor([[1, 2]]), tensor([[3], [4]]), { alpha: 2 }).toArraySync() // => [[122]]
 * ```
 */
export function addmm(x: Tensor, a: Tensor, b: Tensor, options: AddProductOptions = {}): Tensor {
  return addProduct('addmm', x, a, b, 2, options)
}

/**
 * Products of equally many matrices plus something, $\beta X_i + \alpha A_i B_i$.
 *
 * @param x - a float tensor that broadcasts to [batch, m, n]
 * @param a - a float tensor [batch, m, k]
 * @param b - a float tensor [batch, k, n]
 * @param options - `alpha`, `beta`, both 1
 * @returns [batch, m, n]
 * @throws ShapeError where the shapes do not fit
 * @example
 * ```ts
 * import { baddbmm, ones, tensor } from '@core/tensor'
 * baddbmm(tensor([1]), ones([2, 1, 3]), ones([2, 3, 1])).toArraySync() // => [[[4]], [[4]]]
 * ```
 */
export function baddbmm(x: Tensor, a: Tensor, b: Tensor, options: AddProductOptions = {}): Tensor {
  return addProduct('baddbmm', x, a, b, 3, options)
}
