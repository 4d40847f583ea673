// Packing: B into panels of NR columns, [k][NR] each, so that the tile kernels read it in order;
// transposition by 4×4.

/** Columns of a panel: two 256-bit or two 128-bit registers. */
export const NR: i32 = WIDE ? 16 : 8
const PANEL: usize = WIDE ? 64 : 32 // bytes of a panel's row

/** Any strides (bytes); columns from `cols` on are zero. For edges. */
function packEdge(b: usize, rowStep: usize, colStep: usize, out: usize, k: i32, cols: i32): void {
  for (let i = 0; i < k; i++, b += rowStep) {
    for (let j = 0; j < NR; j++, out += 4) store<f32>(out, j < cols ? load<f32>(b + <usize>j * colStep) : 0)
  }
}

function packRows(b: usize, ldb: usize, out: usize, k: i32): void {
  for (let i = 0; i < k; i++, b += ldb, out += PANEL) {
    const x0 = v128.load(b),
      x1 = v128.load(b, 16)
    if (WIDE) {
      const x2 = v128.load(b, 32),
        x3 = v128.load(b, 48)
      v128.store(out, x0)
      v128.store(out, x1, 16)
      v128.store(out, x2, 32)
      v128.store(out, x3, 48)
    } else {
      v128.store(out, x0)
      v128.store(out, x1, 16)
    }
  }
}

/** Y[n, m] = X[m, n]ᵀ for four rows of X: n columns (a multiple of 4), steps in bytes. */
function transpose4(x: usize, ldx: usize, y: usize, ldy: usize, n: i32): void {
  const x1 = x + ldx,
    x2 = x1 + ldx,
    x3 = x2 + ldx
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) {
    const r0 = v128.load(x + i),
      r1 = v128.load(x1 + i),
      r2 = v128.load(x2 + i),
      r3 = v128.load(x3 + i)
    const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
      t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
    const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5),
      t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
    v128.store(y, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5))
    v128.store(y + ldy, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7))
    y += ldy << 1
    v128.store(y, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5))
    v128.store(y + ldy, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7))
    y += ldy << 1
  }
}

/** B[k, n] (rows ldb bytes apart), or its transpose B[n, k], into ⌈n / NR⌉ panels of k rows. */
export function packB(b: usize, ldb: usize, trans: bool, out: usize, k: i32, n: i32): void {
  for (; n > 0; n -= NR, out += <usize>k * PANEL) {
    if (trans) {
      if (n >= NR) {
        const k4 = k & ~3
        for (let j = 0; j < NR; j += 4)
          transpose4(b + <usize>j * ldb, ldb, out + ((<usize>j) << 2), PANEL, k4)
        packEdge(b + ((<usize>k4) << 2), 4, ldb, out + <usize>k4 * PANEL, k - k4, NR)
      } else packEdge(b, 4, ldb, out, k, n)
      b += <usize>NR * ldb
    } else {
      if (n >= NR) packRows(b, ldb, out, k)
      else packEdge(b, ldb, 4, out, k, n)
      b += (<usize>NR) << 2
    }
  }
}

/** Y[n, m] = X[m, n]ᵀ, rows ldx and ldy bytes apart */
export function transpose(x: usize, ldx: usize, y: usize, ldy: usize, m: i32, n: i32): void {
  const m4 = m & ~3,
    n4 = n & ~3
  // 16 columns at a time: one cache line of each row of X
  for (let j = 0; j < n4; j += 16) {
    const w = min(16, n4 - j)
    for (let i = 0; i < m4; i += 4)
      transpose4(x + <usize>i * ldx + ((<usize>j) << 2), ldx, y + <usize>j * ldy + ((<usize>i) << 2), ldy, w)
  }
  for (let i = 0; i < m; i++) {
    for (let j = i < m4 ? n4 : 0; j < n; j++)
      store<u32>(y + <usize>j * ldy + ((<usize>i) << 2), load<u32>(x + <usize>i * ldx + ((<usize>j) << 2)))
  }
}
