import type { TypedArray } from '../../dtype.js'
import type { Reference } from './kernel.js'

/** Towards zero; what is out of range becomes the nearest end of it, NaN becomes 0 (as WebAssembly's `trunc_sat`). */
function toInt32(x: number): number {
  return Number.isNaN(x) ? 0 : Math.trunc(Math.min(Math.max(x, -2147483648), 2147483647))
}

function toBool(x: number): number {
  return x !== 0 ? 1 : 0
}

/** How a number becomes one that `array` can hold; storing it rounds to float32. */
function converter(array: TypedArray): (x: number) => number {
  if (array instanceof Int32Array) return toInt32
  if (array instanceof Uint8Array) return toBool
  return (x) => x
}

/** Changes the dtype. */
export const cast: Reference<'cast'> = (inputs, outputs) => {
  const [x] = inputs
  const [y] = outputs
  const convert = converter(y)
  for (let i = 0; i < y.length; i++) y[i] = convert(x[i])
}

/** y = value */
export const fill: Reference<'fill'> = (_, outputs, { value }) => {
  const [y] = outputs
  y.fill(converter(y)(value))
}
