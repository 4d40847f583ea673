import type { TypedArray } from '../../../dtype.js'
import type { RecurrentAttrs } from '../../kernels/recurrent.js'

/** Where the state before a step is: row `row` of h0 (c0) in the first step, of h (c) later. */
export interface Before {
  readonly first: boolean
  readonly row: number
}

/** The order in which time is walked. A row is the position t · batch + b of a step in arrays of [time, batch, …]. */
export interface Walk {
  /** The row of the i-th step of sequence b. */
  row(i: number, b: number): number
  /** The state before it. */
  before(i: number, b: number): Before
  /** Whether it is padding. */
  padded(i: number, b: number): boolean
}

export function walkOf({ time, batch, reverse }: RecurrentAttrs, lengths: TypedArray | undefined): Walk {
  const at = (i: number) => (reverse ? time - 1 - i : i)
  const row = (i: number, b: number) => at(i) * batch + b
  return {
    row,
    before: (i, b) => (i === 0 ? { first: true, row: b } : { first: false, row: row(i - 1, b) }),
    padded: (i, b) => lengths !== undefined && at(i) >= lengths[b],
  }
}

/** Row `row` of the first state in the first step, of the states later. */
export function stateBefore(before: Before, first: TypedArray, states: TypedArray, size: number): TypedArray {
  return rowOf(before.first ? first : states, before.row, size)
}

/** One row of an array. */
export function rowOf(values: TypedArray, row: number, size: number): TypedArray {
  return values.subarray(row * size, (row + 1) * size)
}
