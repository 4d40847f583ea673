// Exponentials, logarithms and the error function beyond math.ts, four floats at a time.
import { BITS, EXP, k, NORMAL } from './constants'
import { bell, normal } from './gelu'
import { half, logNormal, madd, minusOne, nmadd, one, zero } from './math'

/**
 * e^r − 1 for |r| ≤ ½ ln 2 is math.ts's polynomial; here the ranges, log₂e, √2, then sinh(x) = x + x s P(s) and
 * erf(x) = x + x Q(s), s = x² ≤ 1, interpolated at Chebyshev's nodes with relative errors of 5e-9 and 1e-8.
 */
const TABLE: usize = memory.data<f32>([
  -20, 90, 0.25, 1.4426950408889634, 1.4142135623730951,
  2.806280235745362e-6, 0.00019838102161884308, 0.008333339355885983, 0.1666666716337204,
  7.875874871388078e-5, -0.000801686430349946, 0.005189087241888046, -0.02685421146452427, 0.11283594369888306,
  -0.3761262595653534, 0.12837916612625122,
], 16)

@inline function signOf(x: v128): v128 { return v128.and(x, f32x4.neg(zero())) }

/** eˣ − 1 without cancellation */
@inline export function expm1(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, k(TABLE, 0)), k(EXP, 11)) // below −20 it is −1
  const z = madd(x, k(EXP, 0), k(EXP, 3))
  const n = f32x4.sub(z, k(EXP, 3))
  const r = nmadd(n, k(EXP, 2), nmadd(n, k(EXP, 1), x))
  let p = madd(k(EXP, 4), r, k(EXP, 5))
  p = madd(p, r, k(EXP, 6))
  p = madd(p, r, k(EXP, 7))
  p = madd(p, r, k(EXP, 8))
  p = madd(p, r, k(EXP, 9))
  p = madd(p, f32x4.mul(r, r), r)
  // 2ⁿ p + 2ⁿ − 1, halved on the way, since 2ⁿ may be 2¹²⁸
  const i = i32x4.sub(i32x4.sub(z, k(BITS, 0)), i32x4.splat(1))
  const s = i32x4.shl(i32x4.add(i, k(BITS, 1)), 23)
  const y = f32x4.add(f32x4.mul(p, s), f32x4.sub(s, half()))
  return f32x4.add(y, y)
}
/** ln(1 + x); the rounding of w = 1 + x is made good by x's lost part ÷ w. */
@inline export function log1p(x: v128): v128 {
  const w = f32x4.add(one(), x)
  const lost = f32x4.sub(x, f32x4.sub(w, one()))
  const y = f32x4.add(logNormal(w, zero()), f32x4.div(lost, w))
  const below = v128.bitselect(k(BITS, 5), x, f32x4.lt(x, minusOne()))
  const odd = v128.bitselect(k(BITS, 6), below, f32x4.eq(x, minusOne()))
  return v128.bitselect(y, odd, v128.and(f32x4.gt(x, minusOne()), f32x4.lt(x, k(BITS, 4))))
}
/** The logarithm to base 2, exact for powers of 2. */
@inline export function log2(x: v128): v128 {
  const small = f32x4.lt(x, k(BITS, 8)) // denormals are scaled by 2²³
  const scaled = v128.bitselect(f32x4.mul(x, k(BITS, 9)), x, small)
  // x = m 2ⁱ, m in [√½, √2)
  const i = i32x4.shr_s(i32x4.sub(scaled, k(BITS, 10)), 23)
  const m = i32x4.sub(scaled, i32x4.shl(i, 23))
  const e = f32x4.convert_i32x4_s(i32x4.sub(i, v128.and(small, i32x4.splat(23))))
  const y = madd(logNormal(m, zero()), k(TABLE, 3), e)
  const below = v128.bitselect(k(BITS, 5), x, f32x4.lt(x, zero()))
  const odd = v128.bitselect(k(BITS, 6), below, f32x4.eq(x, zero()))
  return v128.bitselect(y, odd, v128.and(f32x4.gt(x, zero()), f32x4.lt(x, k(BITS, 4))))
}
/** ½ eᵗ for 0 ≤ t ≤ 90 */
@inline function halfExp(t: v128): v128 {
  const z = madd(t, k(EXP, 0), k(EXP, 3))
  const n = f32x4.sub(z, k(EXP, 3))
  const r = nmadd(n, k(EXP, 2), nmadd(n, k(EXP, 1), t))
  let p = madd(k(EXP, 4), r, k(EXP, 5))
  p = madd(p, r, k(EXP, 6))
  p = madd(p, r, k(EXP, 7))
  p = madd(p, r, k(EXP, 8))
  p = madd(p, r, k(EXP, 9))
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), one())
  const i = i32x4.sub(z, k(BITS, 0)), h = i32x4.shr_s(i, 1)
  const s = i32x4.shl(i32x4.add(h, k(BITS, 1)), 23)
  const u = i32x4.shl(i32x4.add(i32x4.sub(i32x4.sub(i, h), i32x4.splat(1)), k(BITS, 1)), 23)
  return f32x4.mul(f32x4.mul(p, s), u)
}
@inline export function cosh(x: v128): v128 {
  const e = halfExp(f32x4.pmin(f32x4.abs(x), k(TABLE, 1)))
  return f32x4.add(e, f32x4.div(k(TABLE, 2), e))
}
@inline export function sinh(x: v128): v128 {
  const t = f32x4.abs(x), s = f32x4.mul(x, x)
  let p = madd(k(TABLE, 5), s, k(TABLE, 6))
  p = madd(p, s, k(TABLE, 7))
  p = madd(p, s, k(TABLE, 8))
  const small = madd(f32x4.mul(x, s), p, x)
  const e = halfExp(f32x4.pmin(t, k(TABLE, 1)))
  const large = v128.or(f32x4.sub(e, f32x4.div(k(TABLE, 2), e)), signOf(x))
  return v128.bitselect(small, large, f32x4.lt(t, one()))
}
/** 2/√π ∫₀ˣ e^(−t²) dt; from 1 on 1 − 2 Φ(−√2 x) */
@inline export function erf(x: v128): v128 {
  const t = f32x4.abs(x), s = f32x4.mul(x, x)
  let p = madd(k(TABLE, 9), s, k(TABLE, 10))
  p = madd(p, s, k(TABLE, 11))
  p = madd(p, s, k(TABLE, 12))
  p = madd(p, s, k(TABLE, 13))
  p = madd(p, s, k(TABLE, 14))
  p = madd(p, s, k(TABLE, 15))
  const small = madd(x, p, x)
  const z = f32x4.neg(f32x4.pmin(f32x4.mul(t, k(TABLE, 4)), k(NORMAL, 1)))
  const q = normal(z, bell(z))
  const large = v128.or(f32x4.sub(one(), f32x4.add(q, q)), signOf(x))
  return v128.bitselect(small, large, f32x4.lt(t, one()))
}
