import { OptionError, type Sizes } from '@core/tensor'

/** [front, behind] of each dimension from the last one on; a number holds for all. */
export function sides(name: string, padding: Sizes, dims: number): number[] {
  const list = typeof padding === 'number' ? new Array<number>(2 * dims).fill(padding) : padding
  if (!Array.isArray(list) || list.length !== 2 * dims || list.some((p) => !Number.isInteger(p)))
    throw new OptionError(
      `${name}: padding must be a whole number or ${2 * dims} of them, ${dims === 1 ? '[left, right]' : '[left, right, top, bottom]'}, got ${Array.isArray(padding) ? `[${padding.join(', ')}]` : String(padding)}`,
    )
  return [...(list as readonly number[])]
}
