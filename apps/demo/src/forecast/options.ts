import type { OptionTable, Values } from '../cli/options.js'
import { CELLS } from './model.js'

/** What `npm run demo -- forecast …` understands. Defaults are applied in recipe.ts. */
export const forecastOptions = {
  cell: { kind: 'choice', of: CELLS, help: 'the recurrent layer (gru)' },
  hidden: { kind: 'whole', min: 1, max: 1024, help: 'size of its state (16)' },
  horizon: { kind: 'whole', min: 1, max: 12, help: 'months that are forecast at once (12)' },
  steps: { kind: 'whole', min: 1, max: 1_000_000, help: 'training steps (600)' },
  seed: { kind: 'whole', min: 0, max: 2 ** 32 - 1, help: 'same seed and steps, same weights (1)' },
} as const satisfies OptionTable

export type ForecastOptions = Values<typeof forecastOptions>
