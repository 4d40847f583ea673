import { CELLS, type Cell, INITS, type Init } from './model.js'
import type { MemoryOptions } from './options.js'
import { TASK_NAMES, TASKS, type TaskName } from './tasks.js'

/** The recipe of all trainings, the same as in tools/recipes/memory_tasks.py. */
export const LR = 3e-3
export const CLIP_NORM = 1
/** Sequences that nothing is trained on; the same for all. */
export const HELD_OUT = 1000
export const HELD_OUT_SEED = 1_000_000

/** How long a task is trained, and how often it is looked at. */
export interface Length {
  readonly steps: number
  readonly batch: number
  readonly every: number
}

export const LENGTHS: Readonly<Record<TaskName, Length>> = {
  copy1: { steps: 1500, batch: 32, every: 100 },
  copy10: { steps: 3000, batch: 64, every: 100 },
  adding: { steps: 2000, batch: 32, every: 100 },
}

/** One network to be trained. */
export interface Job extends Length {
  readonly task: TaskName
  readonly cell: Cell
  readonly init: Init
  readonly seed: number
}

/** What is trained when nothing is said: the gated cells with open gates, and the plain RNN beside them. */
const SHORT: readonly (readonly [Cell, Init])[] = [
  ['gru', 'chrono'],
  ['lstm', 'chrono'],
  ['rnn', 'plain'],
]

/** All networks that the options ask for, in order: by task, cell, initialisation, seed. */
export function makeJobs(options: MemoryOptions): Job[] {
  const { task = 'copy1', seed = 1, seeds = 1, steps } = options
  const tasks = task === 'all' ? TASK_NAMES : [task]
  const kinds = kindsOf(options, task === 'all')
  return tasks.flatMap((name) =>
    kinds.flatMap(([cell, init]) =>
      Array.from({ length: seeds }, (_, i) => {
        const length = LENGTHS[name]
        return { ...length, steps: steps ?? length.steps, task: name, cell, init, seed: seed + i }
      }),
    ),
  )
}

function kindsOf({ cell, init }: MemoryOptions, all: boolean): (readonly [Cell, Init])[] {
  const every = CELLS.flatMap((c) => INITS.map((i) => [c, i] as const)).filter(
    // An RNN has no gates, so it begins in one way only
    ([c, i]) => c !== 'rnn' || i === 'plain',
  )
  const pool = all || init !== undefined || cell !== undefined ? every : SHORT
  return pool.filter(
    ([c, i]) => (cell === undefined || c === cell) && (init === undefined || i === init || c === 'rnn'),
  )
}

/** `GRU, chrono`. */
export function label({ cell, init }: Pick<Job, 'cell' | 'init'>): string {
  return cell === 'rnn' ? 'RNN' : `${cell.toUpperCase()}, ${init}`
}

export const taskOf = ({ task }: Job) => TASKS[task]
