// The Gaussian error linear unit x Φ(x) in its exact form, Φ being the normal distribution function.
import { BITS, EXP, k, NORMAL } from './constants'
import { expSum, half, madd, one, zero } from './math'

/**
 * exp(−x²/2) for |x| ≤ 14.5; x² is split into an exact part and a small rest, so that its rounding does not
 * matter.
 */
@inline export function bell(x: v128): v128 {
  const h = v128.and(x, k(BITS, 7)), minusHalf = f32x4.neg(half())
  const rest = f32x4.mul(f32x4.sub(x, h), f32x4.add(x, h))
  return expSum(f32x4.pmax(f32x4.mul(f32x4.mul(h, h), minusHalf), k(EXP, 10)), f32x4.mul(rest, minusHalf))
}
/** Φ(x), given e = exp(−x²/2) */
@inline export function normal(x: v128, e: v128): v128 {
  const t = f32x4.div(one(), madd(f32x4.abs(x), k(NORMAL, 2), one()))
  let p = madd(k(NORMAL, 4), t, k(NORMAL, 5))
  p = madd(p, t, k(NORMAL, 6))
  p = madd(p, t, k(NORMAL, 7))
  p = madd(p, t, k(NORMAL, 8))
  p = madd(p, t, k(NORMAL, 9))
  p = madd(p, t, k(NORMAL, 10))
  p = madd(p, t, k(NORMAL, 11))
  p = madd(p, t, k(NORMAL, 12))
  const q = f32x4.mul(f32x4.mul(p, t), e)
  return v128.bitselect(q, f32x4.sub(one(), q), f32x4.lt(x, zero()))
}
@inline function clamp(x: v128): v128 { return f32x4.pmin(f32x4.pmax(x, k(NORMAL, 0)), k(NORMAL, 1)) }

/** x Φ(x) */
@inline export function gelu(x: v128): v128 {
  const z = clamp(x)
  return f32x4.mul(f32x4.pmax(x, k(NORMAL, 0)), normal(z, bell(z)))
}
/** Its derivative, Φ(x) + x φ(x) */
@inline export function geluSlope(x: v128): v128 {
  const z = clamp(x), e = bell(z)
  return madd(z, f32x4.mul(e, k(NORMAL, 3)), normal(z, e))
}
