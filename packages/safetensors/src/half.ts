/**
 * The float32 bits of an IEEE 754 half (1 sign, 5 exponent, 10 fraction bits). Exact for every one of the 65 536
 * patterns: subnormals become normal numbers, infinities stay, NaNs keep their payload.
 */
export function halfToFloatBits(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13)
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13)
  if (fraction === 0) return sign
  // A subnormal is fraction · 2⁻²⁴: move its highest set bit to where the implicit one stands.
  const shift = Math.clz32(fraction) - 21
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)
}

/** Halves as float32 numbers. */
export function halvesToFloats(halves: Uint16Array): Float32Array {
  const bits = new Int32Array(halves.length)
  for (let i = 0; i < halves.length; i++) bits[i] = halfToFloatBits(halves[i]!)
  return new Float32Array(bits.buffer)
}

/** bfloat16 numbers, which are the upper 16 bits of a float32, as float32 numbers. */
export function brainsToFloats(brains: Uint16Array): Float32Array {
  const bits = new Int32Array(brains.length)
  for (let i = 0; i < brains.length; i++) bits[i] = brains[i]! << 16
  return new Float32Array(bits.buffer)
}
