// C = A · panel (+ src): the innermost kernels of the matrix product, all of one form for different numbers
// of rows and columns. A's rows are lda bytes apart, C's ldc, those of src (where given; C itself, or a bias
// with lds = 0) lds. Each element is summed over k in order. Of `rows` fewer than the tile has, the last one
// is computed several times. 6×16 fills the sixteen 256-bit registers, 4×8 the sixteen of 128 bits; V8 spills
// larger tiles. All loads of the epilogue stand before its stores: else the revectorizer packs none of them.
// Not unrolled over k: V8's allocator then spills at the joins (20–40 % slower).
import { madd } from './math'

export function tile6x16(
  a: usize, lda: usize, p: usize, c: usize, ldc: usize, src: usize, lds: usize, k: i32, rows: i32,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00
  let c10 = c00, c11 = c00, c12 = c00, c13 = c00
  let c20 = c00, c21 = c00, c22 = c00, c23 = c00
  let c30 = c00, c31 = c00, c32 = c00, c33 = c00
  let c40 = c00, c41 = c00, c42 = c00, c43 = c00
  let c50 = c00, c51 = c00, c52 = c00, c53 = c00
  const i1 = <usize>min(1, rows - 1), i2 = <usize>min(2, rows - 1), i3 = <usize>min(3, rows - 1)
  const i4 = <usize>min(4, rows - 1), i5 = <usize>min(5, rows - 1)
  const r1 = i1 * lda, r2 = i2 * lda, r3 = i3 * lda, r4 = i4 * lda, r5 = i5 * lda
  for (; k > 0; k--, a += 4, p += 64) {
    const b0 = v128.load(p), b1 = v128.load(p, 16), b2 = v128.load(p, 32), b3 = v128.load(p, 48)
    const x0 = v128.load_splat<f32>(a)
    c00 = madd(x0, b0, c00); c01 = madd(x0, b1, c01); c02 = madd(x0, b2, c02); c03 = madd(x0, b3, c03)
    const x1 = v128.load_splat<f32>(a + r1)
    c10 = madd(x1, b0, c10); c11 = madd(x1, b1, c11); c12 = madd(x1, b2, c12); c13 = madd(x1, b3, c13)
    const x2 = v128.load_splat<f32>(a + r2)
    c20 = madd(x2, b0, c20); c21 = madd(x2, b1, c21); c22 = madd(x2, b2, c22); c23 = madd(x2, b3, c23)
    const x3 = v128.load_splat<f32>(a + r3)
    c30 = madd(x3, b0, c30); c31 = madd(x3, b1, c31); c32 = madd(x3, b2, c32); c33 = madd(x3, b3, c33)
    const x4 = v128.load_splat<f32>(a + r4)
    c40 = madd(x4, b0, c40); c41 = madd(x4, b1, c41); c42 = madd(x4, b2, c42); c43 = madd(x4, b3, c43)
    const x5 = v128.load_splat<f32>(a + r5)
    c50 = madd(x5, b0, c50); c51 = madd(x5, b1, c51); c52 = madd(x5, b2, c52); c53 = madd(x5, b3, c53)
  }
  if (src) {
    const s0 = src, s1 = src + i1 * lds, s2 = src + i2 * lds, s3 = src + i3 * lds, s4 = src + i4 * lds
    const s5 = src + i5 * lds
    c00 = f32x4.add(v128.load(s0), c00); c01 = f32x4.add(v128.load(s0, 16), c01)
    c02 = f32x4.add(v128.load(s0, 32), c02); c03 = f32x4.add(v128.load(s0, 48), c03)
    c10 = f32x4.add(v128.load(s1), c10); c11 = f32x4.add(v128.load(s1, 16), c11)
    c12 = f32x4.add(v128.load(s1, 32), c12); c13 = f32x4.add(v128.load(s1, 48), c13)
    c20 = f32x4.add(v128.load(s2), c20); c21 = f32x4.add(v128.load(s2, 16), c21)
    c22 = f32x4.add(v128.load(s2, 32), c22); c23 = f32x4.add(v128.load(s2, 48), c23)
    c30 = f32x4.add(v128.load(s3), c30); c31 = f32x4.add(v128.load(s3, 16), c31)
    c32 = f32x4.add(v128.load(s3, 32), c32); c33 = f32x4.add(v128.load(s3, 48), c33)
    c40 = f32x4.add(v128.load(s4), c40); c41 = f32x4.add(v128.load(s4, 16), c41)
    c42 = f32x4.add(v128.load(s4, 32), c42); c43 = f32x4.add(v128.load(s4, 48), c43)
    c50 = f32x4.add(v128.load(s5), c50); c51 = f32x4.add(v128.load(s5, 16), c51)
    c52 = f32x4.add(v128.load(s5, 32), c52); c53 = f32x4.add(v128.load(s5, 48), c53)
  }
  const q1 = c + i1 * ldc, q2 = c + i2 * ldc, q3 = c + i3 * ldc, q4 = c + i4 * ldc, q5 = c + i5 * ldc
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48)
  v128.store(q1, c10); v128.store(q1, c11, 16); v128.store(q1, c12, 32); v128.store(q1, c13, 48)
  v128.store(q2, c20); v128.store(q2, c21, 16); v128.store(q2, c22, 32); v128.store(q2, c23, 48)
  v128.store(q3, c30); v128.store(q3, c31, 16); v128.store(q3, c32, 32); v128.store(q3, c33, 48)
  v128.store(q4, c40); v128.store(q4, c41, 16); v128.store(q4, c42, 32); v128.store(q4, c43, 48)
  v128.store(q5, c50); v128.store(q5, c51, 16); v128.store(q5, c52, 32); v128.store(q5, c53, 48)
}

export function tile4x16(
  a: usize, lda: usize, p: usize, c: usize, ldc: usize, src: usize, lds: usize, k: i32, rows: i32,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00
  let c10 = c00, c11 = c00, c12 = c00, c13 = c00
  let c20 = c00, c21 = c00, c22 = c00, c23 = c00
  let c30 = c00, c31 = c00, c32 = c00, c33 = c00
  const i1 = <usize>min(1, rows - 1), i2 = <usize>min(2, rows - 1), i3 = <usize>min(3, rows - 1)
  const r1 = i1 * lda, r2 = i2 * lda, r3 = i3 * lda
  for (; k > 0; k--, a += 4, p += 64) {
    const b0 = v128.load(p), b1 = v128.load(p, 16), b2 = v128.load(p, 32), b3 = v128.load(p, 48)
    const x0 = v128.load_splat<f32>(a)
    c00 = madd(x0, b0, c00); c01 = madd(x0, b1, c01); c02 = madd(x0, b2, c02); c03 = madd(x0, b3, c03)
    const x1 = v128.load_splat<f32>(a + r1)
    c10 = madd(x1, b0, c10); c11 = madd(x1, b1, c11); c12 = madd(x1, b2, c12); c13 = madd(x1, b3, c13)
    const x2 = v128.load_splat<f32>(a + r2)
    c20 = madd(x2, b0, c20); c21 = madd(x2, b1, c21); c22 = madd(x2, b2, c22); c23 = madd(x2, b3, c23)
    const x3 = v128.load_splat<f32>(a + r3)
    c30 = madd(x3, b0, c30); c31 = madd(x3, b1, c31); c32 = madd(x3, b2, c32); c33 = madd(x3, b3, c33)
  }
  if (src) {
    const s0 = src, s1 = src + i1 * lds, s2 = src + i2 * lds, s3 = src + i3 * lds
    c00 = f32x4.add(v128.load(s0), c00); c01 = f32x4.add(v128.load(s0, 16), c01)
    c02 = f32x4.add(v128.load(s0, 32), c02); c03 = f32x4.add(v128.load(s0, 48), c03)
    c10 = f32x4.add(v128.load(s1), c10); c11 = f32x4.add(v128.load(s1, 16), c11)
    c12 = f32x4.add(v128.load(s1, 32), c12); c13 = f32x4.add(v128.load(s1, 48), c13)
    c20 = f32x4.add(v128.load(s2), c20); c21 = f32x4.add(v128.load(s2, 16), c21)
    c22 = f32x4.add(v128.load(s2, 32), c22); c23 = f32x4.add(v128.load(s2, 48), c23)
    c30 = f32x4.add(v128.load(s3), c30); c31 = f32x4.add(v128.load(s3, 16), c31)
    c32 = f32x4.add(v128.load(s3, 32), c32); c33 = f32x4.add(v128.load(s3, 48), c33)
  }
  const q1 = c + i1 * ldc, q2 = c + i2 * ldc, q3 = c + i3 * ldc
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48)
  v128.store(q1, c10); v128.store(q1, c11, 16); v128.store(q1, c12, 32); v128.store(q1, c13, 48)
  v128.store(q2, c20); v128.store(q2, c21, 16); v128.store(q2, c22, 32); v128.store(q2, c23, 48)
  v128.store(q3, c30); v128.store(q3, c31, 16); v128.store(q3, c32, 32); v128.store(q3, c33, 48)
}

export function tile1x16(
  a: usize, lda: usize, p: usize, c: usize, ldc: usize, src: usize, lds: usize, k: i32, rows: i32,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00
  for (; k > 0; k--, a += 4, p += 64) {
    const b0 = v128.load(p), b1 = v128.load(p, 16), b2 = v128.load(p, 32), b3 = v128.load(p, 48)
    const x0 = v128.load_splat<f32>(a)
    c00 = madd(x0, b0, c00); c01 = madd(x0, b1, c01); c02 = madd(x0, b2, c02); c03 = madd(x0, b3, c03)
  }
  if (src) {
    const s0 = src
    c00 = f32x4.add(v128.load(s0), c00); c01 = f32x4.add(v128.load(s0, 16), c01)
    c02 = f32x4.add(v128.load(s0, 32), c02); c03 = f32x4.add(v128.load(s0, 48), c03)
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48)
}

export function tile4x8(
  a: usize, lda: usize, p: usize, c: usize, ldc: usize, src: usize, lds: usize, k: i32, rows: i32,
): void {
  let c00 = f32x4.splat(0), c01 = c00
  let c10 = c00, c11 = c00
  let c20 = c00, c21 = c00
  let c30 = c00, c31 = c00
  const i1 = <usize>min(1, rows - 1), i2 = <usize>min(2, rows - 1), i3 = <usize>min(3, rows - 1)
  const r1 = i1 * lda, r2 = i2 * lda, r3 = i3 * lda
  for (; k > 0; k--, a += 4, p += 32) {
    const b0 = v128.load(p), b1 = v128.load(p, 16)
    const x0 = v128.load_splat<f32>(a)
    c00 = madd(x0, b0, c00); c01 = madd(x0, b1, c01)
    const x1 = v128.load_splat<f32>(a + r1)
    c10 = madd(x1, b0, c10); c11 = madd(x1, b1, c11)
    const x2 = v128.load_splat<f32>(a + r2)
    c20 = madd(x2, b0, c20); c21 = madd(x2, b1, c21)
    const x3 = v128.load_splat<f32>(a + r3)
    c30 = madd(x3, b0, c30); c31 = madd(x3, b1, c31)
  }
  if (src) {
    const s0 = src, s1 = src + i1 * lds, s2 = src + i2 * lds, s3 = src + i3 * lds
    c00 = f32x4.add(v128.load(s0), c00); c01 = f32x4.add(v128.load(s0, 16), c01)
    c10 = f32x4.add(v128.load(s1), c10); c11 = f32x4.add(v128.load(s1, 16), c11)
    c20 = f32x4.add(v128.load(s2), c20); c21 = f32x4.add(v128.load(s2, 16), c21)
    c30 = f32x4.add(v128.load(s3), c30); c31 = f32x4.add(v128.load(s3, 16), c31)
  }
  const q1 = c + i1 * ldc, q2 = c + i2 * ldc, q3 = c + i3 * ldc
  v128.store(c, c00); v128.store(c, c01, 16)
  v128.store(q1, c10); v128.store(q1, c11, 16)
  v128.store(q2, c20); v128.store(q2, c21, 16)
  v128.store(q3, c30); v128.store(q3, c31, 16)
}

export function tile1x8(
  a: usize, lda: usize, p: usize, c: usize, ldc: usize, src: usize, lds: usize, k: i32, rows: i32,
): void {
  let c00 = f32x4.splat(0), c01 = c00
  for (; k > 0; k--, a += 4, p += 32) {
    const b0 = v128.load(p), b1 = v128.load(p, 16)
    const x0 = v128.load_splat<f32>(a)
    c00 = madd(x0, b0, c00); c01 = madd(x0, b1, c01)
  }
  if (src) {
    const s0 = src
    c00 = f32x4.add(v128.load(s0), c00); c01 = f32x4.add(v128.load(s0, 16), c01)
  }
  v128.store(c, c00); v128.store(c, c01, 16)
}

