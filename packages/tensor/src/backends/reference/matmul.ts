import type { TypedArray } from '../../dtype.js'
import type { Reference } from './kernel.js'
import { multiply } from './loops.js'

/** The transpose of op(B), [n, k] doubles, of the matrix B that starts at `start`. */
function pack(
  b: TypedArray,
  start: number,
  attrs: { n: number; k: number; transB: boolean },
  into: Float64Array,
) {
  const { n, k, transB } = attrs
  if (transB) {
    into.set(b.subarray(start, start + n * k))
    return
  }
  for (let p = 0; p < k; p++) {
    for (let j = 0; j < n; j++) into[j * k + p] = b[start + p * n + j]
  }
}

/** C[i, j] = Σₚ op(A)[i, p] · op(B)[p, j] (+ bias[j]), p in order, in double precision */
export const matmul: Reference<'matmul'> = (inputs, outputs, attrs) => {
  const { batch, m, n, k, transA, aBatch, bBatch } = attrs
  const [a, b] = inputs
  const [c] = outputs
  const bias = attrs.bias ? inputs[2] : undefined
  const columns = new Float64Array(n * k)
  const rowOfA = new Float64Array(k)
  const rowOfC = new Float64Array(n)
  for (let matrix = 0; matrix < batch; matrix++) {
    if (matrix === 0 || bBatch !== 0) pack(b, matrix * bBatch, attrs, columns)
    for (let i = 0; i < m; i++) {
      const start = matrix * aBatch + (transA ? i : i * k)
      const step = transA ? m : 1
      for (let p = 0; p < k; p++) rowOfA[p] = a[start + p * step]
      multiply(columns, rowOfA, n, k, rowOfC)
      if (bias) for (let j = 0; j < n; j++) rowOfC[j] += bias[j]
      c.set(rowOfC, (matrix * m + i) * n)
    }
  }
}
