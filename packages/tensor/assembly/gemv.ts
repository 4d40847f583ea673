// One row times a matrix that is not packed: packing would cost more than it saves. The order of the sums is
// that of gemm.ts.
import { KB } from './gemm'
import { madd } from './math'

/** y[n] += Σ x[i] B[i, n] over k rows, in order: one row of A, B as it lies. */
function rowTimesRows(x: usize, b: usize, ldb: usize, y: usize, n: i32, k: i32): void {
  const n8 = <usize>(n & ~7) << 2, end = <usize>n << 2
  for (; k >= 4; k -= 4, x += 16, b += ldb << 2) {
    const b1 = b + ldb, b2 = b1 + ldb, b3 = b2 + ldb
    const x0 = v128.load_splat<f32>(x), x1 = v128.load_splat<f32>(x + 4), x2 = v128.load_splat<f32>(x + 8)
    const x3 = v128.load_splat<f32>(x + 12)
    for (let j: usize = 0; j < n8; j += 32) {
      let s = v128.load(y + j), t = v128.load(y + j, 16)
      s = madd(x0, v128.load(b + j), s); t = madd(x0, v128.load(b + j, 16), t)
      s = madd(x1, v128.load(b1 + j), s); t = madd(x1, v128.load(b1 + j, 16), t)
      s = madd(x2, v128.load(b2 + j), s); t = madd(x2, v128.load(b2 + j, 16), t)
      s = madd(x3, v128.load(b3 + j), s); t = madd(x3, v128.load(b3 + j, 16), t)
      v128.store(y + j, s)
      v128.store(y + j, t, 16)
    }
    for (let j = n8; j < end; j += 4) {
      let s = v128.load_splat<f32>(y + j)
      s = madd(x0, v128.load_splat<f32>(b + j), s)
      s = madd(x1, v128.load_splat<f32>(b1 + j), s)
      s = madd(x2, v128.load_splat<f32>(b2 + j), s)
      s = madd(x3, v128.load_splat<f32>(b3 + j), s)
      v128.store_lane<f32>(y + j, s, 0)
    }
  }
  for (; k > 0; k--, x += 4, b += ldb) {
    const x0 = v128.load_splat<f32>(x)
    for (let j: usize = 0; j < n8; j += 16) v128.store(y + j, madd(x0, v128.load(b + j), v128.load(y + j)))
    for (let j = n8; j < end; j += 4) {
      v128.store_lane<f32>(y + j, madd(x0, v128.load_splat<f32>(b + j), v128.load_splat<f32>(y + j)), 0)
    }
  }
}

/** Where the i-th row lies; behind the last of `rows` it is the last. */
@inline function row(b: usize, ldb: usize, i: i32, rows: i32): usize { return b + ldb * <usize>min(i, rows - 1) }

/**
 * y[i] = Σ x[k] B[i, k] for eight rows of B, over k in order: transposed by 4×4 on the way. Of `rows` fewer than
 * eight the last one is computed several times.
 */
function rowTimesColumns(x: usize, b: usize, ldb: usize, rows: i32, k: i32, y: usize): void {
  const b1 = row(b, ldb, 1, rows), b2 = row(b, ldb, 2, rows), b3 = row(b, ldb, 3, rows)
  const b4 = row(b, ldb, 4, rows), b5 = row(b, ldb, 5, rows), b6 = row(b, ldb, 6, rows), b7 = row(b, ldb, 7, rows)
  let s = f32x4.splat(0), t = s, i: usize = 0
  for (const end = <usize>(k & ~3) << 2; i < end; i += 16) {
    const x0 = v128.load_splat<f32>(x + i), x1 = v128.load_splat<f32>(x + i + 4)
    const x2 = v128.load_splat<f32>(x + i + 8), x3 = v128.load_splat<f32>(x + i + 12)
    let r0 = v128.load(b + i), r1 = v128.load(b1 + i), r2 = v128.load(b2 + i), r3 = v128.load(b3 + i)
    let t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
    let t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
    s = madd(x0, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5), s)
    s = madd(x1, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7), s)
    s = madd(x2, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5), s)
    s = madd(x3, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7), s)
    r0 = v128.load(b4 + i), r1 = v128.load(b5 + i), r2 = v128.load(b6 + i), r3 = v128.load(b7 + i)
    t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
    t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
    t = madd(x0, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5), t)
    t = madd(x1, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7), t)
    t = madd(x2, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5), t)
    t = madd(x3, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7), t)
  }
  for (const end = <usize>k << 2; i < end; i += 4) {
    const x0 = v128.load_splat<f32>(x + i)
    let r = v128.load_splat<f32>(b + i), q = v128.load_splat<f32>(b4 + i)
    r = v128.load_lane<f32>(b1 + i, r, 1)
    r = v128.load_lane<f32>(b2 + i, r, 2)
    r = v128.load_lane<f32>(b3 + i, r, 3)
    q = v128.load_lane<f32>(b5 + i, q, 1)
    q = v128.load_lane<f32>(b6 + i, q, 2)
    q = v128.load_lane<f32>(b7 + i, q, 3)
    s = madd(x0, r, s)
    t = madd(x0, q, t)
  }
  v128.store(y, s)
  v128.store(y, t, 16)
}

/** One row: c[n] = a[k] · B (+ bias), B unpacked; `sums` is scratch for n numbers. */
export function gemv(
  a: usize, b: usize, ldb: usize, trans: bool, c: usize, bias: usize, n: i32, k: i32, sums: usize,
): void {
  let src = bias
  for (let i = 0; i < k; i += KB) {
    const kb = min(KB, k - i), x = a + (<usize>i << 2)
    if (trans) {
      for (let j = 0; j < n; j += 8) {
        rowTimesColumns(x, b + <usize>j * ldb + (<usize>i << 2), ldb, min(8, n - j), kb, sums + (<usize>j << 2))
      }
    } else {
      memory.fill(sums, 0, <usize>n << 2)
      rowTimesRows(x, b + <usize>i * ldb, ldb, sums, n, kb)
    }
    for (let j: usize = 0; j < <usize>n << 2; j += 4) {
      const s = load<f32>(sums + j)
      store<f32>(c + j, src ? load<f32>(src + j) + s : s)
    }
    src = c
  }
}
