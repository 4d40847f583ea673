import type { OptionTable, Values } from '../cli/options.js'
import { CELLS, INITS } from './model.js'
import { TASK_NAMES } from './tasks.js'

/** What `npm run demo -- memory …` understands. Defaults are applied in recipe.ts. */
export const memoryOptions = {
  task: {
    kind: 'choice',
    of: [...TASK_NAMES, 'all'],
    help: 'recall one symbol (copy1) or ten, add two of 200 numbers, or all of it (copy1)',
  },
  cell: { kind: 'choice', of: CELLS, help: 'only this cell' },
  init: {
    kind: 'choice',
    of: INITS,
    help: 'how the gates begin: open for long delays, or as in PyTorch',
  },
  seeds: { kind: 'whole', min: 1, max: 100, help: 'how many trainings of each, with consecutive seeds (1)' },
  seed: { kind: 'whole', min: 0, max: 900_000, help: 'the first seed, of weights and data (1)' },
  steps: { kind: 'whole', min: 1, max: 10_000_000, help: 'training steps, instead of those of the recipe' },
} as const satisfies OptionTable

export type MemoryOptions = Values<typeof memoryOptions>
