import { OptionError } from '../errors.js'
import { describe } from '../options.js'

/** A size for all dimensions, or one for each. */
export type Sizes = number | readonly number[]

/** One whole number for each of `dims` dimensions, each at least `min`. */
export function checkSizes(op: string, name: string, value: Sizes, dims: number, min: number): number[] {
  const list = Array.isArray(value) ? (value as readonly number[]) : [value as number]
  const full = list.length === 1 ? new Array<number>(dims).fill(list[0]!) : [...list]
  if (full.length !== dims || full.some((v) => !Number.isInteger(v) || v < min))
    throw new OptionError(
      `${op}: ${name} must be a whole number ≥ ${min}${dims > 1 ? `, or ${dims} of them like [${new Array(dims).fill(Math.max(min, 2)).join(', ')}]` : ''}, ` +
        `got ${Array.isArray(value) ? `[${value.join(', ')}]` : describe(value)}`,
    )
  return full
}
