import { CLASSES } from './data.js'

/** How often each digit (row) was read as each (column). */
export type Confusion = readonly (readonly number[])[]

/** Counts what was read against what it was. */
export function confusionOf(
  labels: ArrayLike<number>,
  read: ArrayLike<number>,
  classes = CLASSES,
): Confusion {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let i = 0; i < labels.length; i++) counts[labels[i]][read[i]]++
  return counts
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** All that were counted, and those on the diagonal. */
export function score(confusion: Confusion): { readonly right: number; readonly of: number } {
  return { right: sum(confusion.map((row, i) => row[i])), of: sum(confusion.map(sum)) }
}

/** The share of each digit's images that was read rightly (recall); NaN where there were none. */
export function recalls(confusion: Confusion): number[] {
  return confusion.map((row, i) => row[i] / sum(row))
}

export interface Mistake {
  readonly label: number
  readonly read: number
  readonly times: number
}

/** What was mistaken for what, the most frequent first. */
export function mistakes(confusion: Confusion): Mistake[] {
  return confusion
    .flatMap((row, label) => row.map((times, read) => ({ label, read, times })))
    .filter(({ label, read, times }) => label !== read && times > 0)
    .sort((a, b) => b.times - a.times)
}
