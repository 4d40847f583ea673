// Functions of four floats at a time. pmin and pmax are one instruction; with x as the first operand they let
// NaN pass.
import { BASIC, BITS, EXP, k, LOG, TANH } from './constants'

/** a b + c, in one rounding where the engine has it. */
@inline export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}
/** c − a b */
@inline export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c)
  return f32x4.sub(c, f32x4.mul(a, b))
}
@inline export function half(): v128 { return k(BASIC, 0) }
@inline export function one(): v128 { return k(BASIC, 1) }
@inline export function minusOne(): v128 { return k(BASIC, 2) }
@inline export function zero(): v128 { return i32x4.splat(0) }

/** e^r for |r| ≤ ½ ln 2 */
@inline function expSmall(r: v128): v128 {
  let p = madd(k(EXP, 4), r, k(EXP, 5))
  p = madd(p, r, k(EXP, 6))
  p = madd(p, r, k(EXP, 7))
  p = madd(p, r, k(EXP, 8))
  p = madd(p, r, k(EXP, 9))
  return f32x4.add(madd(p, f32x4.mul(r, r), r), one())
}
/**
 * e^(x + low) for x ≥ −104, denormal results included: 2ⁿ is applied in two halves. low is small beside x.
 */
@inline export function expSum(x: v128, low: v128): v128 {
  // The integer nearest to x log₂e stands in the low bits of the mantissa.
  const z = madd(x, k(EXP, 0), k(EXP, 3))
  const n = f32x4.sub(z, k(EXP, 3))
  const p = expSmall(f32x4.add(nmadd(n, k(EXP, 2), nmadd(n, k(EXP, 1), x)), low))
  const i = i32x4.sub(z, k(BITS, 0)), h = i32x4.shr_s(i, 1)
  const s = i32x4.shl(i32x4.add(h, k(BITS, 1)), 23)
  const t = i32x4.shl(i32x4.add(i32x4.sub(i, h), k(BITS, 1)), 23)
  return f32x4.mul(f32x4.mul(p, s), t)
}
/** eˣ over the whole range */
@inline export function exp(x: v128): v128 {
  return expSum(f32x4.pmin(f32x4.pmax(x, k(EXP, 10)), k(EXP, 11)), zero())
}
/**
 * eˣ with results below 2⁻¹²⁶ as 0 and those from 2¹²⁷·√2 on as infinity: for what is summed or inverted
 * next.
 */
@inline export function expFlush(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, k(EXP, 12)), k(EXP, 13))
  const z = madd(x, k(EXP, 0), k(EXP, 14)) // n + 127: shifted, it is 2ⁿ
  const n = f32x4.sub(z, k(EXP, 14))
  return f32x4.mul(expSmall(nmadd(n, k(EXP, 2), nmadd(n, k(EXP, 1), x))), i32x4.shl(z, 23))
}
@inline export function sigmoid(x: v128): v128 {
  return f32x4.div(one(), f32x4.add(one(), expFlush(f32x4.neg(x))))
}
@inline export function tanh(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, k(TANH, 0)), k(TANH, 1))
  const s = f32x4.mul(x, x)
  let p = madd(s, k(TANH, 2), k(TANH, 3))
  p = madd(p, s, k(TANH, 4))
  p = madd(p, s, k(TANH, 5))
  p = madd(p, s, k(TANH, 6))
  p = madd(p, s, k(TANH, 7))
  p = madd(p, s, k(TANH, 8))
  let q = madd(s, k(TANH, 9), k(TANH, 10))
  q = madd(q, s, k(TANH, 11))
  q = madd(q, s, k(TANH, 12))
  return f32x4.pmin(f32x4.pmax(f32x4.div(f32x4.mul(x, p), q), minusOne()), one())
}
/** e + ln x for normal, positive, finite x; e counts powers of 2 */
@inline export function logNormal(x: v128, e: v128): v128 {
  // x = m 2ᵉ, m in [√½, √2)
  e = f32x4.add(e, f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), k(BITS, 1))))
  let m = v128.or(v128.and(x, k(BITS, 2)), k(BITS, 3))
  const low = f32x4.lt(m, k(LOG, 12)) // m is in [½, 1), half of what e counts
  e = f32x4.add(e, v128.andnot(one(), low))
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), one())
  const s = f32x4.mul(m, m)
  let p = madd(k(LOG, 0), m, k(LOG, 1))
  p = madd(p, m, k(LOG, 2))
  p = madd(p, m, k(LOG, 3))
  p = madd(p, m, k(LOG, 4))
  p = madd(p, m, k(LOG, 5))
  p = madd(p, m, k(LOG, 6))
  p = madd(p, m, k(LOG, 7))
  p = madd(p, m, k(LOG, 8))
  p = madd(e, k(EXP, 2), f32x4.mul(f32x4.mul(p, m), s))
  return madd(e, k(EXP, 1), f32x4.add(m, nmadd(s, half(), p)))
}
@inline export function log(x: v128): v128 {
  const small = f32x4.lt(x, k(LOG, 9)) // denormals are scaled by 2²³
  const scaled = v128.bitselect(f32x4.mul(x, k(LOG, 10)), x, small)
  const y = logNormal(scaled, f32x4.neg(v128.and(small, k(LOG, 11))))
  // ∞ and NaN stay, 0 gives −∞, what is below NaN
  const below = v128.bitselect(k(BITS, 5), x, f32x4.lt(x, zero()))
  const odd = v128.bitselect(k(BITS, 6), below, f32x4.eq(x, zero()))
  return v128.bitselect(y, odd, v128.and(f32x4.gt(x, zero()), f32x4.lt(x, k(BITS, 4))))
}
/**
 * ln(1 + eˣ) = max(x, 0) + ln(1 + u), u = e^−|x|; the rounding of w = 1 + u is made good by u's lost part ÷
 * w.
 */
@inline export function softplus(x: v128): v128 {
  const u = exp(f32x4.neg(f32x4.abs(x)))
  const w = f32x4.add(one(), u)
  const lost = f32x4.sub(u, f32x4.sub(w, one()))
  return f32x4.add(f32x4.pmax(x, zero()), f32x4.add(logNormal(w, zero()), f32x4.div(lost, w)))
}
/** x > 0 ? 1 : x < 0 ? −1 : x */
@inline export function sign(x: v128): v128 {
  return v128.bitselect(one(), v128.bitselect(minusOne(), x, f32x4.lt(x, zero())), f32x4.gt(x, zero()))
}
/** The larger; NaN of either wins. */
@inline export function max(a: v128, b: v128): v128 {
  return v128.bitselect(b, f32x4.pmax(a, b), f32x4.ne(b, b))
}
@inline export function min(a: v128, b: v128): v128 {
  return v128.bitselect(b, f32x4.pmin(a, b), f32x4.ne(b, b))
}

/** The lanes of a and b in a fixed order: ((a₀+b₀)+(a₂+b₂)) + ((a₁+b₁)+(a₃+b₃)) */
@inline export function total(a: v128, b: v128): f32 {
  a = f32x4.add(a, b)
  a = f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1))
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1)
}
@inline export function largest(a: v128, b: v128): f32 {
  a = max(a, b)
  a = max(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1))
  a = max(a, v128.shuffle<f32>(a, a, 1, 0, 3, 2))
  return f32x4.extract_lane(a, 0)
}
