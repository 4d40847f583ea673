import { isFloat } from '../dtype.js'
import { type Shape, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { mul } from './arithmetic.js'
import { reshape, sum } from './broadcast.js'
import { matmul } from './matmul.js'
import { permute } from './movement.js'

/** `permute`, without a copy where nothing moves. */
export function arrange(x: Tensor, axes: readonly number[]): Tensor {
  return axes.every((a, i) => a === i) ? x : permute(x, axes)
}

/** How the axes of two tensors meet. */
export interface Meeting {
  /** Axes of both that stay, paired. */
  readonly batch: readonly (readonly [number, number])[]
  /** Axes of both that are summed over, paired. */
  readonly summed: readonly (readonly [number, number])[]
}

/** Multiplies and sums as `meeting` says; the result has the shared axes, then the other ones of `a`, then those of `b`. */
export function contract(a: Tensor, b: Tensor, { batch, summed }: Meeting): Tensor {
  const [batchA, batchB] = [batch.map(([i]) => i), batch.map(([, j]) => j)]
  const [sumA, sumB] = [summed.map(([i]) => i), summed.map(([, j]) => j)]
  const free = (x: Tensor, used: readonly number[]) =>
    x.shape.map((_, i) => i).filter((i) => !used.includes(i))
  const [freeA, freeB] = [free(a, [...batchA, ...sumA]), free(b, [...batchB, ...sumB])]
  const sizes = (x: Tensor, axes: readonly number[]) => axes.map((i) => x.shape[i]!)
  const shape: Shape = [...sizes(a, batchA), ...sizes(a, freeA), ...sizes(b, freeB)]
  const [p, m, n, k] = [sizes(a, batchA), sizes(a, freeA), sizes(b, freeB), sizes(a, sumA)].map(sizeOf) as [
    number,
    number,
    number,
    number,
  ]
  const left = () => arrange(a, [...batchA, ...freeA, ...sumA])
  if (summed.length === 0 || !isFloat(a.dtype) || (batch.length > 0 && m * n === 1)) {
    // nothing to sum over, or a sum for each shared index: broadcasting does it in one pass
    const right = arrange(b, [...batchB, ...freeB, ...sumB])
    const all = mul(reshape(left(), [p, m, 1, k]), reshape(right, [p, 1, n, k]))
    return reshape(summed.length === 0 ? all : sum(all, { axis: 3 }), shape)
  }
  const right = arrange(b, [...batchB, ...sumB, ...freeB])
  if (batch.length === 0) return reshape(matmul(reshape(left(), [m, k]), reshape(right, [k, n])), shape)
  return reshape(matmul(reshape(left(), [p, m, k]), reshape(right, [p, k, n])), shape)
}
