/**
 * Philox 4×32-10, the counter-based generator of J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", SC '11. Block number c under key k is a function of c and k alone,
 * so any part of a stream can be computed anywhere, in any order.
 */

const ROUNDS = 10
const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9 // the golden ratio
const WEYL_1 = 0xbb67ae85 // √3 − 1

/** The upper 32 bits of the 64-bit product of two 32-bit numbers, by their 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16) // below 2³²
  const upper = aLow * bHigh + (middle & 0xffff) // below 2³²
  return aHigh * bHigh + (middle >>> 16) + (upper >>> 16)
}

/** Writes the block of the 128-bit counter `c0…c3` (least significant word first) under the key `k0, k1` to `out[at … at + 3]`. */
export function philoxBlock(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array | Int32Array,
  at = 0,
): void {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0)
    const low0 = Math.imul(MULTIPLIER_0, c0)
    const high1 = multiplyHigh(MULTIPLIER_1, c2)
    const low1 = Math.imul(MULTIPLIER_1, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + WEYL_0) | 0
    k1 = (k1 + WEYL_1) | 0
  }
  out[at] = c0
  out[at + 1] = c1
  out[at + 2] = c2
  out[at + 3] = c3
}

/** The block of a 64-bit counter; the block's counter words 2 and 3 are 0. All words are taken modulo 2³². */
export function philox(
  counterLo: number,
  counterHi: number,
  keyLo: number,
  keyHi: number,
  out: Uint32Array | Int32Array,
  at = 0,
): void {
  philoxBlock(counterLo, counterHi, 0, 0, keyLo, keyHi, out, at)
}
