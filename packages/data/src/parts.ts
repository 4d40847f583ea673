import { OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'

/** Which parts are held out; a share between 0 and 1, or from 1 on a number of examples. */
export interface PartOptions {
  /** What is held out to check on while training: a share between 0 and 1, or a number of examples. Default 0.1. */
  validation?: number
  /** What is held out for the end: a share between 0 and 1, or a number of examples. Default: nothing. */
  test?: number
}

/** Data in two parts: one to learn from, one to check what was learned. */
export interface Split<T> {
  /** To learn from. */
  readonly train: T
  /** Held out. */
  readonly validation: T
}

/** Data in three parts: what is chosen by a look at the validation part is judged by the test part. */
export interface SplitInThree<T> extends Split<T> {
  /** Held out, to be looked at once. */
  readonly test: T
}

/** How many examples each part gets, in the order of the data. */
export function partSizes(
  op: string,
  length: number,
  { validation = 0.1, test }: PartOptions,
): [train: number, validation: number, ...test: number[]] {
  const held = sizeOf(op, 'validation', validation, length)
  const last = test === undefined ? [] : [sizeOf(op, 'test', test, length)]
  const train = length - held - (last[0] ?? 0)
  if (train < 1)
    throw new OptionError(
      `${op}: holding out ${[validation, ...(test === undefined ? [] : [test])].join(' and ')} of ${length} leaves nothing to learn from; ` +
        'use more data or hold out less',
    )
  return [train, held, ...last]
}

function sizeOf(op: string, name: string, size: number, length: number): number {
  if (typeof size !== 'number' || !(size > 0) || !(size < 1 || Number.isSafeInteger(size)))
    throw new OptionError(
      `${op}: ${name} must be a share between 0 and 1, like 0.1, or a whole number of examples, got ${describe(size)}`,
    )
  const count = size < 1 ? Math.round(length * size) : size
  if (count === 0)
    throw new OptionError(
      `${op}: holding out ${size} of ${length} leaves nothing held out for ${name}; use more data or a larger share`,
    )
  return count
}

/** Names the parts. */
export function named<T>([train, validation, test]: readonly T[]): Split<T> {
  const two = { train: train!, validation: validation! }
  return test === undefined ? two : ({ ...two, test } as SplitInThree<T>)
}

/** Cuts into stretches of these lengths. */
export function cut(order: Int32Array, sizes: readonly number[]): Int32Array[] {
  let at = 0
  return sizes.map((size) => {
    at += size
    return order.subarray(at - size, at)
  })
}
