import { checkNumber, checkOptions } from '../options.js'
import { broadcastShapes, checkAxis } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { add, div, mul, sub } from './arithmetic.js'
import { expand, reshape, sum } from './broadcast.js'
import { maximum } from './math.js'
import { vectorNorm } from './norm.js'
import { checkFloat, checkTensor, checkTensors } from './run.js'

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** The order of the norm. Default 2. */
  p?: number
  /** The axis along which vectors lie. Default 1. */
  axis?: number
  /** The least that is divided by. Default 1e−12. */
  eps?: number
}

/**
 * Vectors scaled to length 1: $y = x / \max(\|x\|_p, \varepsilon)$.
 *
 * @param x - a float tensor
 * @param options - `p` (2), `axis` (1), `eps` (1e−12)
 * @returns a tensor of the same shape
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { normalize, tensor } from '@core/tensor'
 * normalize(tensor([[3, 4], [0, 5]])).toArraySync() // ~> [[0.6, 0.8], [0, 1]]
 * ```
 */
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  const { p = 2, axis = 1, eps = 1e-12 } = checkOptions('normalize', options, ['p', 'axis', 'eps'])
  checkTensor('normalize', x)
  checkFloat('normalize', x)
  checkNumber('normalize', 'eps', eps, 0)
  if (x.rank === 0) return reshape(normalize(reshape(x, [1]), options), [])
  return div(x, maximum(vectorNorm(x, p, { axis, keepDim: true }), eps))
}

/** Options of {@link cosineSimilarity}. */
export interface CosineOptions {
  /** The axis along which vectors lie. Default 1. */
  axis?: number
  /** The least length that is divided by. Default 1e−8. */
  eps?: number
}

/**
 * Cosine of the angle between vectors: $y = \frac{a \cdot b}{\max(\|a\|, \varepsilon) \max(\|b\|, \varepsilon)}$.
 *
 * @param a - a float tensor
 * @param b - another; they broadcast
 * @param options - `axis` (1), `eps` (1e−8)
 * @returns the broadcast shape without the axis
 * @throws ShapeError where the shapes do not broadcast or the axis does not exist
 * @example
 * ```ts
 * import { cosineSimilarity, tensor } from '@core/tensor'
 * cosineSimilarity(tensor([[1, 0]]), tensor([[1, 1]])).toArraySync() // ~> [0.707107]
 * ```
 */
export function cosineSimilarity(a: Tensor, b: Tensor, options: CosineOptions = {}): Tensor {
  const op = 'cosineSimilarity'
  const { axis = 1, eps = 1e-8 } = checkOptions(op, options, ['axis', 'eps'])
  checkTensors(op, [a, b], ['the first input', 'the second input'])
  checkNumber(op, 'eps', eps, 0)
  checkFloat(op, a)
  checkFloat(op, b)
  // The axis counts in the broadcast shape, and what is repeated along it is part of the vector.
  const shape = broadcastShapes(op, a.shape, b.shape)
  const full = shape.length === 0 ? [1] : shape
  const at = checkAxis(op, axis, full)
  const unit = (t: Tensor): Tensor => {
    const lead = new Array<number>(full.length - t.rank).fill(1)
    const own = [...lead, ...t.shape]
    const vectors = expand(
      reshape(t, own),
      own.map((size, i) => (i === at ? full[i]! : size)),
    )
    const length = vectorNorm(vectors, 2, { axis: at, keepDim: true })
    // As in PyTorch, the gradient of a length that is too short is still that of the length.
    const missing = maximum(sub(eps, length.detach()), 0)
    return div(vectors, add(length, missing))
  }
  return sum(mul(unit(a), unit(b)), { axis: at })
}

/** Options of {@link pairwiseDistance}. */
export interface DistanceOptions {
  /** The order of the norm. Default 2. */
  p?: number
  /** Added to the difference, so that the distance has a gradient everywhere. Default 1e−6. */
  eps?: number
  /** Keeps the last dimension with size 1. Default false. */
  keepDim?: boolean
}

/**
 * Distance between vectors: $y = \|a - b + \varepsilon\|_p$ over the last dimension.
 *
 * @param a - a float tensor [..., n]
 * @param b - another; they broadcast
 * @param options - `p` (2), `eps` (1e−6), `keepDim` (false)
 * @returns [...]
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { pairwiseDistance, tensor } from '@core/tensor'
 * pairwiseDistance(tensor([[3, 4]]), tensor([[0, 0]])).toArraySync() // ~> [5.000001]
 * ```
 */
export function pairwiseDistance(a: Tensor, b: Tensor, options: DistanceOptions = {}): Tensor {
  const op = 'pairwiseDistance'
  const { p = 2, eps = 1e-6, keepDim = false } = checkOptions(op, options, ['p', 'eps'], ['keepDim'])
  checkTensors(op, [a, b], ['the first input', 'the second input'])
  checkFloat(op, a)
  checkFloat(op, b)
  checkNumber(op, 'eps', eps)
  return vectorNorm(add(sub(a, b), eps), p, { axis: -1, keepDim })
}
