// The matrix product over packed panels. Each element is summed over k in order in blocks of KB, and the
// blocks one after the other, whatever the tile: so all builds with fused multiply-add, all sizes and any cut
// of m and n give the same bits.
import { stage } from './memory'
import { NR, packB } from './pack'
import { tile1x16, tile1x8, tile4x16, tile4x8, tile6x16 } from './tile'

/** Length of a block of k: a panel of it fits into the first-level cache beside the rows of A. */
export const KB: i32 = 256
/**
 * Rows of A that are multiplied by all panels before the next ones are taken: KB of them fill half of the
 * second-level cache.
 */
export const MB: i32 = 480

/** m rows times one panel. */
export function strip(
  a: usize, lda: usize, p: usize, c: usize, ldc: usize, src: usize, lds: usize, m: i32, k: i32,
): void {
  while (m > 0) {
    let rows: i32
    if (m == 1) {
      rows = 1
      if (WIDE) tile1x16(a, lda, p, c, ldc, src, lds, k, 1)
      else tile1x8(a, lda, p, c, ldc, src, lds, k, 1)
    } else if (WIDE && m > 4 && m != 8 && m != 7) {
      rows = min(m, 6)
      tile6x16(a, lda, p, c, ldc, src, lds, k, rows)
    } else {
      rows = min(m, 4)
      if (WIDE) tile4x16(a, lda, p, c, ldc, src, lds, k, rows)
      else tile4x8(a, lda, p, c, ldc, src, lds, k, rows)
    }
    m -= rows
    a += <usize>rows * lda
    c += <usize>rows * ldc
    if (src) src += <usize>rows * lds
  }
}

/** m rows times a panel of which only `cols` columns are wanted. */
function edge(
  a: usize, lda: usize, p: usize, c: usize, ldc: usize, src: usize, lds: usize, m: i32, k: i32, cols: i32,
): void {
  const tmp = stage(), tile = WIDE ? 6 : 4
  for (; m > 0; m -= tile) {
    const rows = min(m, tile)
    strip(a, lda, p, tmp, <usize>NR << 2, 0, 0, rows, k)
    for (let i = 0; i < rows; i++, c += ldc) {
      for (let j = 0; j < cols; j++) {
        const x = load<f32>(tmp + (<usize>(i * NR + j) << 2)), w = <usize>j << 2
        store<f32>(c + w, src ? load<f32>(src + w) + x : x)
      }
      if (src) src += lds
    }
    a += <usize>tile * lda
  }
}

/** One block of k: C[m, n] = A · panels (+ src). */
export function gemmBlock(
  a: usize, lda: usize, p: usize, c: usize, ldc: usize, src: usize, lds: usize, m: i32, n: i32, k: i32,
): void {
  for (; m > 0; m -= MB) {
    const rows = min(m, MB)
    let q = p, j = 0
    for (; j < n; j += NR, q += <usize>(k * NR) << 2) {
      const w = <usize>j << 2, s = src ? src + w : 0
      if (n - j >= NR) strip(a, lda, q, c + w, ldc, s, lds, rows, k)
      else edge(a, lda, q, c + w, ldc, s, lds, rows, k, n - j)
    }
    a += <usize>rows * lda
    c += <usize>rows * ldc
    if (src) src += <usize>rows * lds
  }
}

/** Packs all of B[k, n] for `gemm`: blocks of KB rows, each in panels. */
export function packAll(b: usize, ldb: usize, trans: bool, out: usize, k: i32, n: i32): void {
  const width = <usize>((n + NR - 1) / NR * NR) << 2
  const step: usize = trans ? 4 : ldb
  for (let i = 0; i < k; i += KB) {
    packB(b + <usize>i * step, ldb, trans, out + <usize>i * width, min(KB, k - i), n)
  }
}

/** C[m, n] = A[m, k] · B (+ src), B packed by packAll. k > 0. */
export function gemm(
  a: usize, lda: usize, p: usize, c: usize, ldc: usize, src: usize, lds: usize, m: i32, n: i32, k: i32,
): void {
  const width = <usize>((n + NR - 1) / NR * NR) << 2
  for (let i = 0; i < k; i += KB) {
    gemmBlock(a + (<usize>i << 2), lda, p + <usize>i * width, c, ldc, src, lds, m, n, min(KB, k - i))
    src = c
    lds = ldc
  }
}
