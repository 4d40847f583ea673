import { floats, generator } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(1)

interface Form {
  transA?: boolean
  transB?: boolean
  bias?: boolean
  batch?: number
  /** Whether each of the batch has a matrix of its own; both do unless told. */
  own?: { a?: boolean; b?: boolean }
  absolute?: number
}

function product(what: string, m: number, n: number, k: number, form: Form = {}): KernelCase {
  const { transA = false, transB = false, bias = false, batch = 1, own = {}, absolute = 1e-6 } = form
  const { a = true, b = true } = own
  return kernelCase({
    what,
    kernel: 'matmul',
    inputs: [
      floats((a ? batch : 1) * m * k, random),
      floats((b ? batch : 1) * k * n, random),
      ...(bias ? [floats(n, random)] : []),
    ],
    outputs: [new Float32Array(batch * m * n)],
    attrs: { batch, m, n, k, transA, transB, aBatch: a ? m * k : 0, bBatch: b ? k * n : 0, bias },
    absolute,
  })
}

export const matmul: readonly KernelCase[] = [
  product('plain', 3, 5, 7),
  product('a transposed', 4, 6, 9, { transA: true }),
  product('b transposed', 4, 6, 9, { transB: true }),
  product('both transposed', 4, 6, 9, { transA: true, transB: true }),
  product('batch with bias', 2, 3, 4, { batch: 3, bias: true }),
  product('batch, all transposed', 2, 3, 6, { batch: 3, transA: true, transB: true, bias: true }),
  product('a shared', 3, 2, 5, { batch: 4, own: { a: false } }),
  product('b shared', 3, 2, 5, { batch: 4, own: { b: false } }),
  product('both shared', 3, 2, 5, { batch: 2, own: { a: false, b: false } }),
  product('one number', 1, 1, 1, { bias: true }),
  product('a row by a column', 1, 1, 13),
  product('a column by a row', 7, 9, 1),
  product('nothing to add', 2, 3, 0),
  product('nothing to add but the bias', 2, 3, 0, { batch: 2, bias: true }),
  product('no rows', 0, 3, 2, { bias: true }),
  product('no columns', 3, 0, 2, { bias: true }),
  product('no matrices', 3, 2, 2, { batch: 0 }),
  product('thousands of results', 131, 67, 33, { transB: true, bias: true }),
  product('several blocks', 5, 3, 1103, { bias: true, absolute: 1e-5 }),
  product('in parts, with a rest', 5, 7, 3001, { absolute: 1e-5 }),
  product('in parts, as a weight gradient', 12, 10, 2560, { transA: true, absolute: 1e-5 }),
  product('in parts, with bias, all transposed', 3, 5, 2051, {
    transA: true,
    transB: true,
    bias: true,
    batch: 2,
    absolute: 1e-5,
  }),
  product('large enough to be turned', 300, 220, 256, { transB: true, bias: true, absolute: 1e-5 }),
  product('large enough to be turned, batch', 150, 220, 256, { transB: true, batch: 2, absolute: 1e-5 }),
  kernelCase({
    what: 'infinite and missing numbers',
    kernel: 'matmul',
    inputs: [
      new Float32Array([Infinity, 1, -Infinity, 2, NaN, 1, 0, -0]),
      new Float32Array([1, 0, 2, -1, 1, 3]),
    ],
    outputs: [new Float32Array(12)],
    attrs: { batch: 1, m: 4, n: 3, k: 2, transA: false, transB: false, aBatch: 0, bBatch: 0, bias: false },
  }),
]
