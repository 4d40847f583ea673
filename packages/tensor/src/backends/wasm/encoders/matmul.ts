import * as op from '../opcodes.js'
import { alignedBytes, type Encoder, float32 } from './call.js'

/** Length of a block of k, as in assembly/gemm.ts. */
const KB = 256

/** Words in which panels of a [k, n] matrix are packed; 16 columns are the widest panel. */
export function panelWords(k: number, n: number): number {
  return k * ((n + 15) & ~15)
}

/** Words that a product needs: panels of one block of k, and that block of A where it is transposed. */
export function productWords(m: number, n: number, k: number, transA: boolean): number {
  const block = Math.min(k, KB)
  return panelWords(block, n) + (transA ? m * (block + 16) : 0)
}

export const matmul: Encoder<'matmul'> = {
  encode(list, { inputs, outputs, attrs, scratch, whole }) {
    const { n, k, transA, transB, aBatch, bBatch, bias } = attrs
    let { batch, m } = attrs
    // One matrix B for all: the matrices A, one below the other, are one.
    if (batch > 1 && bBatch === 0 && !transA && aBatch === m * k) {
      m *= batch
      batch = 1
    }
    list.open(op.MATMUL)
    list.int(inputs[0])
    list.int(inputs[1])
    list.int(outputs[0])
    list.int(bias ? inputs[2] : 0)
    list.int(scratch)
    list.int(batch)
    list.int(m)
    list.int(n)
    list.int(k)
    // A single column is also a row.
    list.int(transA && !(m === 1 && !whole) ? 1 : 0)
    list.int(transB ? 1 : 0)
    list.int(aBatch)
    list.int(bBatch)
    list.int(transA ? (whole?.m ?? m) : k)
    list.int(transB ? k : (whole?.n ?? n))
    list.int(whole?.n ?? n)
    list.close()
  },
  scratch: ({ m, n, k, transA }) => alignedBytes(Math.max(productWords(m, n, k, transA), n + 16)),
  supports: float32,
}
