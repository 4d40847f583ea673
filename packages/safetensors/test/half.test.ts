import { expect, test } from 'vitest'
import { brainsToFloats, halvesToFloats } from '../src/half.js'

const ALL = Uint16Array.from({ length: 65536 }, (_, bits) => bits)

/** A binary floating-point number by the definition, in float64. */
function defined(bits: number, exponentBits: number, fractionBits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> fractionBits) & (2 ** exponentBits - 1)
  const fraction = bits & (2 ** fractionBits - 1)
  const bias = 2 ** (exponentBits - 1) - 1
  if (exponent === 2 ** exponentBits - 1) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits)
  return sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias)
}

test.each([
  ['F16', halvesToFloats, 5, 10],
  ['BF16', brainsToFloats, 8, 7],
] as const)('every %s is converted exactly', (_, convert, exponentBits, fractionBits) => {
  const floats = convert(ALL)
  const wrong = Array.from(ALL).filter(
    (bits) => !Object.is(floats[bits], defined(bits, exponentBits, fractionBits)),
  )
  expect(wrong).toEqual([])
})
