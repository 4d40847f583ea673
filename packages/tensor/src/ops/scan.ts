import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { type DType, isFloat } from '../dtype.js'
import { checkOptions } from '../options.js'
import { stridesOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { mul } from './arithmetic.js'
import { reshape } from './broadcast.js'
import { cast } from './cast.js'
import { type Lines, linesOf } from './lines.js'
import { flip } from './movement.js'
import { checkTensor, execute, filled, run } from './run.js'
import { part } from './slicing.js'

/** Options of {@link cumsum} and {@link cumprod}. */
export interface ScanOptions {
  /** The dtype to compute in: the input is cast to it first. Default: the input's own, of bool int32. */
  dtype?: DType
}

function ready(op: string, x: Tensor, options: ScanOptions): Tensor {
  checkOptions(op, options, ['dtype'])
  checkTensor(op, x)
  return cast(x, options.dtype ?? (x.dtype === 'bool' ? 'int32' : x.dtype))
}

/**
 * Running sum along an axis: $y_j = \sum_{k \le j} x_k$.
 *
 * @param x - any tensor
 * @param axis - the axis
 * @param options - `dtype` to compute in
 * @returns a tensor of the same shape; int32 where x is bool
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { cumsum, tensor } from '@core/tensor'
 * cumsum(tensor([1, 2, 3]), 0).toArraySync() // => [1, 3, 6]
 * ```
 */
export function cumsum(x: Tensor, axis: number, options: ScanOptions = {}): Tensor {
  const values = ready('cumsum', x, options)
  return runningSum(values, linesOf('cumsum', axis, x.shape), false)
}

function runningSum(x: Tensor, lines: Lines, reverse: boolean): Tensor {
  const y = scan('sum', x, lines, reverse)
  return track('cumsum', y, [], [x, (g) => runningSum(g, lines, !reverse)])
}

function scan(op: 'sum' | 'prod', x: Tensor, { outer, n, inner }: Lines, reverse: boolean): Tensor {
  return run(kernels.scan, [x], x.shape, x.dtype, { op, outer, n, inner, reverse })
}

/**
 * Running product along an axis: $y_j = \prod_{k \le j} x_k$. The gradient is right where values are 0, too.
 *
 * @param x - any tensor
 * @param axis - the axis
 * @param options - `dtype` to compute in
 * @returns a tensor of the same shape; int32 where x is bool
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { cumprod, tensor } from '@core/tensor'
 * cumprod(tensor([1, 2, 3]), 0).toArraySync() // => [1, 2, 6]
 * ```
 */
export function cumprod(x: Tensor, axis: number, options: ScanOptions = {}): Tensor {
  const values = ready('cumprod', x, options)
  return runningProduct(values, linesOf('cumprod', axis, x.shape))
}

// dx_i = Σ_{j ≥ i} g_j Π_{k ≤ j, k ≠ i} x_k = (Π_{k < i} x_k) s_i with s_i = g_i + x_{i+1} s_{i+1}: no division, so
// zeros need no care.
function runningProduct(x: Tensor, lines: Lines): Tensor {
  const y = scan('prod', x, lines, false)
  if (!isFloat(x.dtype) || !wantsGrad(x)) return y
  return track('cumprod', y, [x], [x, (g) => mul(before(x, lines), affine(x, g, lines, true))])
}

/** Π_{k < i} x_k */
function before(x: Tensor, lines: Lines): Tensor {
  return shift(runningProduct(x, lines), lines, 1, 1)
}

/** Π_{k ≠ i} x_k along the lines, exact where values are 0: the gradient of a product. */
export function others(x: Tensor, lines: Lines): Tensor {
  const shape = [lines.outer, lines.n, lines.inner]
  const flat = { ...lines, at: 1 }
  const dense = reshape(x, shape)
  const after = flip(before(flip(dense, 1), flat), 1)
  return reshape(mul(before(dense, flat), after), x.shape)
}

/**
 * The recurrence s_j = b_j + a_j s_{j−1}, or its transpose, s_j = b_j + a_{j+1} s_{j+1}. Each is the other's gradient:
 * with f the forward and r the reversed one of the two (result and gradient), db is the other and da_j = f_{j−1} r_j.
 */
function affine(a: Tensor, b: Tensor, lines: Lines, reverse: boolean): Tensor {
  const { outer, n, inner } = lines
  const s = run(kernels.affineScan, [a, b], b.shape, b.dtype, { outer, n, inner, reverse })
  if (!wantsGrad(a, b)) return s
  const product = (g: Tensor) => {
    const other = affine(a, g, lines, !reverse)
    const [f, r] = reverse ? [other, s] : [s, other]
    return mul(shift(f, lines, 1, 0), r)
  }
  return track('affineScan', s, [a, s], [a, product], [b, (g) => affine(a, g, lines, !reverse)])
}

/** Moves every line by one, up or down; what enters is `value`. */
function shift(x: Tensor, lines: Lines, by: 1 | -1, value: number): Tensor {
  const { outer, n, inner } = lines
  const y = filled(value, x.shape, x.dtype, x.backend)
  if (n > 1) {
    const kept = [outer, n - 1, inner]
    const strides = stridesOf([outer, n, inner])
    const moved = part(x.detach(), kept, strides, by > 0 ? 0 : inner)
    execute(kernels.scatterStrided, [moved], [y], { shape: kept, strides, offset: by > 0 ? inner : 0 })
  }
  return track('shift', y, [], [x, (g) => shift(g, lines, by > 0 ? -1 : 1, 0)])
}
