import { floats, generator } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(1)

function product(
  what: string,
  m: number,
  n: number,
  k: number,
  form: { transA?: boolean; transB?: boolean; bias?: boolean; batch?: number } = {},
): KernelCase {
  const { transA = false, transB = false, bias = false, batch = 1 } = form
  return kernelCase({
    what,
    kernel: 'matmul',
    inputs: [floats(batch * m * k, random), floats(k * n, random), ...(bias ? [floats(n, random)] : [])],
    outputs: [new Float32Array(batch * m * n)],
    attrs: { batch, m, n, k, transA, transB, aBatch: m * k, bBatch: 0, bias },
    absolute: 1e-5,
  })
}

export const matmul: readonly KernelCase[] = [
  product('plain', 3, 5, 7),
  product('both transposed', 4, 6, 9, { transA: true, transB: true }),
  product('batch with bias', 2, 3, 4, { batch: 3, bias: true }),
]
