import type { OptionTable, Values } from '../cli/options.js'
import { TRAINING } from './data.js'

/** What `npm run demo -- digits …` understands. Defaults are applied in recipe.ts. */
export const digitsOptions = {
  epochs: { kind: 'whole', min: 1, max: 10_000, help: 'passes over the training digits (8)' },
  steps: { kind: 'whole', min: 1, max: 10_000_000, help: 'training steps, instead of a number of epochs' },
  batch: { kind: 'whole', min: 1, max: TRAINING, help: 'digits in a step (32)' },
  seed: { kind: 'whole', min: 0, max: 2 ** 32 - 1, help: 'same seed and steps, same weights (1)' },
} as const satisfies OptionTable

export type DigitsOptions = Values<typeof digitsOptions>
