/**
 * The error function and its complement in double precision, by the rational Chebyshev approximations of
 * W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969), 631–637,
 * with the coefficients of his program CALERF (netlib, specfun).
 */

/** erf(x) = x · A(x²) / B(x²) for |x| ≤ 0.46875 */
const A = [3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694, 0.18577770618460315]
const B = [23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171]

/** erfc(x) = e^(−x²) · C(x) / D(x) for 0.46875 ≤ x ≤ 4 */
const C = [
  0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972, 2.1531153547440383e-8,
]
const D = [
  15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
]

/** erfc(x) = e^(−x²) / x · (1/√π − x⁻² · P(x⁻²) / Q(x⁻²)) for x ≥ 4 */
const P = [
  0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275, 0.0006587491615298378,
  0.016315387137302097,
]
const Q = [
  2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
]

const INVERSE_ROOT_PI = 0.5641895835477563

function erfSmall(x: number): number {
  const s = x * x
  const top = (((A[4] * s + A[0]) * s + A[1]) * s + A[2]) * s + A[3]
  const bottom = (((s + B[0]) * s + B[1]) * s + B[2]) * s + B[3]
  return (x * top) / bottom
}

/** e^(−y²); y is split into 1/16ths and a rest, so that the rounding of y² is not magnified. */
function expMinusSquare(y: number): number {
  const coarse = Math.trunc(y * 16) / 16
  return Math.exp(-coarse * coarse) * Math.exp(-(y - coarse) * (y + coarse))
}

function erfcMiddle(y: number): number {
  let top = C[8] * y
  let bottom = y
  for (let i = 0; i < 7; i++) {
    top = (top + C[i]) * y
    bottom = (bottom + D[i]) * y
  }
  return (expMinusSquare(y) * (top + C[7])) / (bottom + D[7])
}

function erfcLarge(y: number): number {
  if (y > 27) return 0 // below the smallest double
  const s = 1 / (y * y)
  const top = ((((P[5] * s + P[0]) * s + P[1]) * s + P[2]) * s + P[3]) * s + P[4]
  const bottom = ((((s + Q[0]) * s + Q[1]) * s + Q[2]) * s + Q[3]) * s + Q[4]
  return (expMinusSquare(y) * (INVERSE_ROOT_PI - (s * top) / bottom)) / y
}

/** erfc(y) for y > 0.46875 */
function erfcPositive(y: number): number {
  return y <= 4 ? erfcMiddle(y) : erfcLarge(y)
}

/** The error function, 2/√π ∫₀ˣ e^(−t²) dt. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x
  if (Math.abs(x) <= 0.46875) return erfSmall(x)
  return x > 0 ? 1 - erfcPositive(x) : erfcPositive(-x) - 1
}

/** Its complement 1 − erf(x), without cancellation for large x. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x
  if (Math.abs(x) <= 0.46875) return 1 - erfSmall(x)
  return x > 0 ? erfcPositive(x) : 2 - erfcPositive(-x)
}
