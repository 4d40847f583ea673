// Functions of four floats at a time.
// Scalars come from memory by load_splat: V8 rebuilds v128.const and splat(constant) by several instructions each time.
// pmin and pmax are one instruction; with x as the first operand they let NaN pass.

const C: usize = memory.data<f32>([
  0.5, 1, -1, 12582912, 1.4426950408889634, 0.693359375, -2.12194440e-4, // 0: ½, 1, −1, 1.5·2²³, log₂e, ln 2 in two parts
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, // 7: exp (Cephes expf)
  -104, 89, -88, 88.8, 12583039, // 13: ranges of exp; 1.5·2²³ + 127
  -9.55, 9.55, // 18: tanh (Eigen's ptanh), odd numerator, even denominator; from 9.55 on it is at least 1, with and without fused multiply-add
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8,
  1.48572235717979e-5, 6.37261928875436e-4, 4.89352455891786e-3,
  1.19825839466702e-6, 1.18534705686654e-4, 2.26843463243900e-3, 4.89352518554385e-3,
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, // 31: log (Cephes logf)
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
  1.17549435e-38, 8388608, 23, 0.70710678118, // 40: smallest normal, 2²³, 23, √½
  0.35, 0.3989422804014327, // 44: Φ(−x) = t P(t) exp(−x²/2), t = 1 / (1 + 0.35 x); relative error 4e-8 for 0 ≤ x ≤ 14.5
  -0.02973227570923569, 0.14678398560454578, -0.26141054231481986, 0.1655101638477521, -0.027321909964754847,
  0.1072124991658082, 0.11942509271009377, 0.13991433389569388, 0.13961863501351068,
  -14.5, 14.5, // 55
], 16)
const I: usize = memory.data<i32>([0x4b400000, 127, 0x007fffff, 0x3f000000, 0x7f800000, 0x7fc00000, -0x1000, 126, -0x00800000], 16)
@inline function c(i: usize): v128 { return v128.load_splat<f32>(C + i * 4) }
@inline function int(i: usize): v128 { return v128.load_splat<i32>(I + i * 4) }

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
@inline export function half(): v128 { return c(0) }
@inline export function one(): v128 { return c(1) }
@inline export function zero(): v128 { return i32x4.splat(0) }

/** e^r for |r| ≤ ½ ln 2 */
@inline function expSmall(r: v128): v128 {
  let p = madd(c(7), r, c(8))
  p = madd(p, r, c(9))
  p = madd(p, r, c(10))
  p = madd(p, r, c(11))
  p = madd(p, r, c(12))
  return f32x4.add(madd(p, f32x4.mul(r, r), r), c(1))
}
/** eˣ over the whole range, denormal results included: 2ⁿ is applied in two halves. */
@inline export function exp(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, c(13)), c(14))
  const z = madd(x, c(4), c(3)) // the integer nearest to x log₂e stands in the low bits of the mantissa
  const n = f32x4.sub(z, c(3))
  const p = expSmall(nmadd(n, c(6), nmadd(n, c(5), x)))
  const i = i32x4.sub(z, int(0))
  const h = i32x4.shr_s(i, 1)
  const s = i32x4.shl(i32x4.add(h, int(1)), 23)
  const t = i32x4.shl(i32x4.add(i32x4.sub(i, h), int(1)), 23)
  return f32x4.mul(f32x4.mul(p, s), t)
}
/** eˣ with results below 2⁻¹²⁶ as 0 and those from 2¹²⁷·√2 on as infinity: for what is summed or inverted next. */
@inline export function expFlush(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, c(15)), c(16))
  const z = madd(x, c(4), c(17)) // n + 127: shifted, it is 2ⁿ
  const n = f32x4.sub(z, c(17))
  const p = expSmall(nmadd(n, c(6), nmadd(n, c(5), x)))
  return f32x4.mul(p, i32x4.shl(z, 23))
}
@inline export function sigmoid(x: v128): v128 {
  return f32x4.div(c(1), f32x4.add(c(1), expFlush(f32x4.neg(x))))
}
@inline export function tanh(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, c(18)), c(19))
  const s = f32x4.mul(x, x)
  let p = madd(s, c(20), c(21))
  p = madd(p, s, c(22))
  p = madd(p, s, c(23))
  p = madd(p, s, c(24))
  p = madd(p, s, c(25))
  p = madd(p, s, c(26))
  let q = madd(s, c(27), c(28))
  q = madd(q, s, c(29))
  q = madd(q, s, c(30))
  return f32x4.pmin(f32x4.pmax(f32x4.div(f32x4.mul(x, p), q), c(2)), c(1))
}
/** ln x for normal, positive, finite x */
@inline function logNormal(x: v128, e: v128): v128 {
  // x = m 2ᵉ, m in [√½, √2)
  e = f32x4.add(e, f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), int(7))))
  let m = v128.or(v128.and(x, int(2)), int(3))
  const low = f32x4.lt(m, c(43))
  e = f32x4.sub(e, v128.and(low, c(1)))
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), c(1))
  const s = f32x4.mul(m, m)
  let p = madd(c(31), m, c(32))
  p = madd(p, m, c(33))
  p = madd(p, m, c(34))
  p = madd(p, m, c(35))
  p = madd(p, m, c(36))
  p = madd(p, m, c(37))
  p = madd(p, m, c(38))
  p = madd(p, m, c(39))
  p = f32x4.mul(f32x4.mul(p, m), s)
  p = madd(e, c(6), p)
  p = nmadd(s, c(0), p)
  return madd(e, c(5), f32x4.add(m, p))
}
@inline export function log(x: v128): v128 {
  const small = f32x4.lt(x, c(40)) // denormals are scaled by 2²³
  const y = logNormal(v128.bitselect(f32x4.mul(x, c(41)), x, small), f32x4.neg(v128.and(small, c(42))))
  const ok = v128.and(f32x4.gt(x, zero()), f32x4.lt(x, int(4)))
  // ∞ and NaN stay, 0 gives −∞, what is below NaN
  const odd = v128.bitselect(int(8), v128.bitselect(int(5), x, f32x4.lt(x, zero())), f32x4.eq(x, zero()))
  return v128.bitselect(y, odd, ok)
}
/** ln(1 + eˣ) = max(x, 0) + ln(1 + u), u = e^−|x|; the rounding of w = 1 + u is made good by u's lost part ÷ w. */
@inline export function softplus(x: v128): v128 {
  const u = exp(f32x4.neg(f32x4.abs(x)))
  const w = f32x4.add(c(1), u)
  const lost = f32x4.sub(u, f32x4.sub(w, c(1)))
  return f32x4.add(f32x4.pmax(x, zero()), f32x4.add(logNormal(w, zero()), f32x4.div(lost, w)))
}
/** exp(−x²/2); x² is split so that its rounding does not matter. */
@inline function bell(x: v128): v128 {
  const h = v128.and(x, int(6))
  return expFlush2(f32x4.mul(f32x4.mul(h, h), f32x4.neg(c(0))), f32x4.mul(f32x4.mul(f32x4.sub(x, h), f32x4.add(x, h)), f32x4.neg(c(0))))
}
/** e^(x + low) for x ≤ 0 and a low that is small beside it */
@inline function expFlush2(x: v128, low: v128): v128 {
  x = f32x4.pmax(x, c(13))
  const z = madd(x, c(4), c(3))
  const n = f32x4.sub(z, c(3))
  const p = expSmall(f32x4.add(nmadd(n, c(6), nmadd(n, c(5), x)), low))
  const i = i32x4.sub(z, int(0))
  const h = i32x4.shr_s(i, 1)
  const s = i32x4.shl(i32x4.add(h, int(1)), 23)
  const t = i32x4.shl(i32x4.add(i32x4.sub(i, h), int(1)), 23)
  return f32x4.mul(f32x4.mul(p, s), t)
}
/** Φ(x), given e = exp(−x²/2) and |x| ≤ 14.5 */
@inline function normal(x: v128, e: v128): v128 {
  const t = f32x4.div(c(1), madd(f32x4.abs(x), c(44), c(1)))
  let p = madd(c(46), t, c(47))
  p = madd(p, t, c(48))
  p = madd(p, t, c(49))
  p = madd(p, t, c(50))
  p = madd(p, t, c(51))
  p = madd(p, t, c(52))
  p = madd(p, t, c(53))
  p = madd(p, t, c(54))
  const q = f32x4.mul(f32x4.mul(p, t), e)
  return v128.bitselect(q, f32x4.sub(c(1), q), f32x4.lt(x, zero()))
}
@inline function clamp(x: v128): v128 { return f32x4.pmin(f32x4.pmax(x, c(55)), c(56)) }
/** x Φ(x) */
@inline export function gelu(x: v128): v128 {
  const z = clamp(x)
  return f32x4.mul(f32x4.pmax(x, c(55)), normal(z, bell(z)))
}
/** Φ(x) + x φ(x) */
@inline export function geluSlope(x: v128): v128 {
  const z = clamp(x), e = bell(z)
  return madd(z, f32x4.mul(e, c(45)), normal(z, e))
}
/** x > 0 ? 1 : x < 0 ? −1 : x */
@inline export function sign(x: v128): v128 {
  return v128.bitselect(c(1), v128.bitselect(c(2), x, f32x4.lt(x, zero())), f32x4.gt(x, zero()))
}
/** The larger; NaN of either wins. */
@inline export function max(a: v128, b: v128): v128 { return v128.bitselect(b, f32x4.pmax(a, b), f32x4.ne(b, b)) }
@inline export function min(a: v128, b: v128): v128 { return v128.bitselect(b, f32x4.pmin(a, b), f32x4.ne(b, b)) }

/** The lanes of a and b in a fixed order: (((a₀+b₀)+(a₂+b₂)) + ((a₁+b₁)+(a₃+b₃))) */
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
