// The matrix product of the commands: transpositions, batches, bias.
import { gemmBlock, KB } from './gemm'
import { gemv } from './gemv'
import { at, int } from './memory'
import { NR, packB, transpose } from './pack'

/** Without products: the bias, or zeros. */
function empty(c: usize, ldc: usize, bias: usize, rows: i32, n: i32): void {
  for (let i = 0; i < rows; i++, c += ldc) {
    if (bias) memory.copy(c, bias, (<usize>n) << 2)
    else memory.fill(c, 0, (<usize>n) << 2)
  }
}

/**
 * C[m, n] = op(A) · op(B) (+ src), k > 0; packs one block of k at a time, so that the panels stay in the
 * second-level cache.
 */
export function product(
  a: usize,
  lda: usize,
  transA: bool,
  b: usize,
  ldb: usize,
  transB: bool,
  c: usize,
  ldc: usize,
  src: usize,
  lds: usize,
  m: i32,
  n: i32,
  k: i32,
  scratch: usize,
): void {
  const rows = scratch + ((<usize>(min(k, KB) * (((n + NR - 1) / NR) * NR))) << 2)
  // Rows of a transposed block are padded by a cache line: powers of two apart, they would share few sets of
  // the cache.
  const ldr = (<usize>(min(k, KB) + 16)) << 2
  for (let i = 0; i < k; i += KB) {
    const kb = min(KB, k - i)
    packB(b + (transB ? (<usize>i) << 2 : <usize>i * ldb), ldb, transB, scratch, kb, n)
    if (transA) {
      transpose(a + <usize>i * lda, lda, rows, ldr, kb, m)
      gemmBlock(rows, ldr, scratch, c, ldc, src, lds, m, n, kb)
    } else gemmBlock(a + ((<usize>i) << 2), lda, scratch, c, ldc, src, lds, m, n, kb)
    src = c
    lds = ldc
  }
}

/**
 * [a, b, c, bias or 0, scratch, batch, m, n, k, transA, transB, distance of the A, of the B, of rows of A, of B, of C]
 */
export function matmul(args: usize): void {
  const m = int(args, 6),
    n = int(args, 7),
    k = int(args, 8),
    transA = int(args, 9) != 0,
    transB = int(args, 10) != 0
  const bias = at(args, 3),
    scratch = at(args, 4),
    lda = (<usize>int(args, 13)) << 2,
    ldb = (<usize>int(args, 14)) << 2,
    ldc = (<usize>int(args, 15)) << 2
  let a = at(args, 0),
    b = at(args, 1),
    c = at(args, 2),
    batch = int(args, 5)
  if (m == 0 || n == 0) return
  if (k == 0) return empty(c, ldc, bias, batch * m, n)
  for (; batch > 0; batch--) {
    if (m == 1 && !transA) gemv(a, b, ldb, transB, c, bias, n, k, scratch)
    else product(a, lda, transA, b, ldb, transB, c, ldc, bias, 0, m, n, k, scratch)
    a += (<usize>int(args, 11)) << 2
    b += (<usize>int(args, 12)) << 2
    c += <usize>m * ldc
  }
}
