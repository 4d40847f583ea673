import { expect } from 'vitest'
import { compare } from '../src/memory/pytorch.js'
import { type Group, groupsOf, lastOf, reached } from '../src/memory/summary.js'
import type { Training } from '../src/memory/train.js'

const find = (groups: readonly Group[], task: string, cell: string, init: string): readonly Training[] => {
  const { trainings } = groups.find(
    ({ job }) => job.task === task && job.cell === cell && job.init === init,
  ) ?? { trainings: [] }
  expect(trainings.length, `${task} ${cell} ${init}`).toBeGreaterThan(0)
  return trainings
}
const ends = (trainings: readonly Training[]) => trainings.map(({ curve }) => lastOf(curve))
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length

/** Wants what the guide on long delays says of the copy task with one symbol. */
export function claimsOfOneSymbol(trainings: readonly Training[]): void {
  const groups = groupsOf(trainings)
  for (const cell of ['gru', 'lstm']) {
    const since = (init: string) =>
      find(groups, 'copy1', cell, init).map(({ curve }) => reached(curve, 0.99) ?? Infinity)
    expect(Math.max(...since('chrono')), cell).toBeLessThanOrEqual(1500)
    expect(Math.min(...since('plain')), cell).toBeGreaterThan(Math.max(...since('chrono')))
  }
}

/** … with ten. */
export function claimsOfTenSymbols(trainings: readonly Training[]): void {
  const groups = groupsOf(trainings)
  for (const cell of ['gru', 'lstm'])
    expect(Math.min(...ends(find(groups, 'copy10', cell, 'chrono'))), cell).toBeGreaterThan(0.8)
  // A GRU may learn it without; an LSTM stays at chance.
  expect(Math.max(...ends(find(groups, 'copy10', 'lstm', 'plain')))).toBeLessThan(0.2)
}

/** Once rounding has led the two apart, one measurement alone goes up and down by half its size; so many are averaged. */
const WINDOW = 5

/** … of the adding problem: the MSE is at most 1.2 times PyTorch's at the same step, the mean of all seeds. */
export function claimsOfAdding(trainings: readonly Training[]): void {
  const groups = groupsOf(trainings)
  for (const cell of ['gru', 'lstm']) {
    const { seeds, rows } = compare(find(groups, 'adding', cell, 'chrono'))
    expect({ seeds, last: rows.at(-1)?.step }).toEqual({ seeds: 3, last: 2000 })
    for (const [i, { step, ours, pytorch }] of rows.entries()) {
      const part = rows.slice(Math.max(0, i + 1 - WINDOW), i + 1)
      const ratio =
        step <= 1000
          ? ours / pytorch
          : mean(part.map((row) => row.ours)) / mean(part.map((row) => row.pytorch))
      expect(ratio, `${cell}, step ${step}`).toBeLessThanOrEqual(1.2)
    }
    expect(rows.at(-1)!.ours, cell).toBeLessThan(0.01)
  }
}
