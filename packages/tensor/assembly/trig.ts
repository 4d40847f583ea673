// Sine and cosine, in double precision inside.

/** 2/π in binary, 256 bits after the point. */
const TWO_OVER_PI: usize = memory.data<u64>(
  [0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0],
  16,
)

/** Taylor's polynomials, for |a| ≤ π/4: the error is below 1e-11. */
@inline export function sinSmall(a: f64): f64 {
  const s = a * a
  return (
    a *
    (1 +
      s *
        (-0.16666666666666666 +
          s *
            (0.008333333333333333 +
              s * (-1.984126984126984e-4 + s * (2.7557319223985893e-6 - s * 2.505210838544172e-8)))))
  )
}
@inline export function cosSmall(a: f64): f64 {
  const s = a * a
  return (
    1 +
    s *
      (-0.5 +
        s *
          (0.041666666666666664 +
            s *
              (-0.001388888888888889 +
                s * (2.48015873015873e-5 - s * (2.755731922398589e-7 - s * 2.08767569878681e-9)))))
  )
}

/** 64 bits of 2/π from bit `i` on. */
@inline function bits(i: i32): u64 {
  const p = TWO_OVER_PI + ((<usize>(i >> 6)) << 3),
    s = i & 63
  return s ? (load<u64>(p) << s) | (load<u64>(p, 8) >> (64 - s)) : load<u64>(p)
}

/** sin(x + turn · π/2) */
function wave(x: f32, turn: i32): f64 {
  const u = reinterpret<u32>(x) & 0x7fffffff
  if (u >= 0x7f800000) return x - x
  let q: i32, a: f64
  if (u < 0x4dc90fdb) {
    // below 2²⁸ · π/2: x − q π/2, π/2 in two parts
    const n = nearest(<f64>x * 0.6366197723675814)
    a = <f64>x - n * 1.5707963109016418 - n * 1.5893254773528197e-8
    q = <i32>n
  } else {
    // x = m 2ᵉ: of m · 2ᵉ · 2/π only the two bits before the point and what follows it matter (Payne and
    // Hanek)
    const e = <i32>(u >> 23) - 152,
      m = <u64>((u & 0x7fffff) | 0x800000)
    const product = m * bits(e) + ((m * (bits(e + 64) >> 32)) >> 32),
      r = <i64>(product << 2)
    a = <f64>r * 8.515303950216386e-20 // π/2 · 2⁻⁶⁴
    q = <i32>(product >> 62) + <i32>(r < 0)
    if (x < 0) {
      a = -a
      q = -q
    }
  }
  q += turn
  const y = q & 1 ? cosSmall(a) : sinSmall(a)
  return q & 2 ? -y : y
}
export function sine(x: f32, turn: i32): f32 {
  return <f32>wave(x, turn)
}
export function tangent(x: f32): f32 {
  return <f32>(wave(x, 0) / wave(x, 1))
}
