// Numbers in memory. V8 rebuilds v128.const and splat(constant) by several instructions each time they are
// used; a load_splat is one, and the revectorizer makes it a broadcast of 256 bits.

export const BASIC: usize = memory.data<f32>([0.5, 1, -1], 16)

/**
 * Cephes expf: log₂e, ln 2 in two parts, 1.5·2²³, the polynomial; then the range of exp, and that of expFlush
 * with 1.5·2²³ + 127.
 */
export const EXP: usize = memory.data<f32>([
  1.4426950408889634, 0.693359375, -2.12194440e-4, 12582912,
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
  -104, 89, -88, 88.8, 12583039,
], 16)

/**
 * Eigen's ptanh: the range (from 9.55 on the quotient is at least 1, fused or not), odd numerator, even
 * denominator.
 */
export const TANH: usize = memory.data<f32>([
  -9.55, 9.55,
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8,
  1.48572235717979e-5, 6.37261928875436e-4, 4.89352455891786e-3,
  1.19825839466702e-6, 1.18534705686654e-4, 2.26843463243900e-3, 4.89352518554385e-3,
], 16)

/** Cephes logf: the polynomial; then the smallest normal number, 2²³, 23, √½. */
export const LOG: usize = memory.data<f32>([
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
  1.17549435e-38, 8388608, 23, 0.70710678118,
], 16)

/**
 * Φ(−x) = t P(t) exp(−x²/2), t = 1 / (1 + 0.35 x): P interpolates at Chebyshev's nodes for 0 ≤ x ≤ 14.5 with a
 * relative error of 4e-8. In front the range, 0.35 and 1 / √(2π).
 */
export const NORMAL: usize = memory.data<f32>([
  -14.5, 14.5, 0.35, 0.3989422804014327,
  -0.02973227570923569, 0.14678398560454578, -0.26141054231481986, 0.1655101638477521, -0.027321909964754847,
  0.1072124991658082, 0.11942509271009377, 0.13991433389569388, 0.13961863501351068,
], 16)

/**
 * Bits of 1.5·2²³, the exponent's bias, mantissa, bits of ½, of ∞, of NaN, −∞, upper half of a mantissa; the smallest
 * normal number, 2²³, bits of √½.
 */
export const BITS: usize = memory.data<u32>([
  0x4b400000, 127, 0x007fffff, 0x3f000000, 0x7f800000, 0x7fc00000, 0xff800000, 0xfffff000,
  0x00800000, 0x4b000000, 0x3f3504f3,
], 16)

/** 3, 6; √(8/π), 0.044715 √(8/π), three times that; ∓10; ⅓, ½: the gates of GELU and the hard sigmoid. */
export const GATE: usize = memory.data<f32>([
  3, 6, 1.5957691216057308, 0.07135481627260025, 0.21406444881780076, -10, 10, 0.3333333333333333, 0.5,
], 16)

/** The i-th number of a table, four times. */
@inline export function k(table: usize, i: usize): v128 { return v128.load_splat<f32>(table + i * 4) }
