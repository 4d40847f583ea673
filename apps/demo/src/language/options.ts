import type { OptionTable, Values } from '../cli/options.js'
import { CELLS } from './model.js'
import { RECIPES } from './recipe.js'

const defaultSteps = CELLS.map((cell) => `${cell} ${RECIPES[cell].steps}`).join(', ')

/** What `npm run demo -- …` understands. Defaults are applied in plan.ts, which knows what was left unsaid. */
export const languageOptions = {
  cell: { kind: 'choice', of: CELLS, help: 'the recurrent layer (gru)' },
  hidden: { kind: 'whole', min: 1, max: 2048, help: 'size of its state (128)' },
  steps: { kind: 'whole', min: 1, max: 10_000_000, help: `training steps (about a minute: ${defaultSteps})` },
  minutes: { kind: 'positive', max: 100_000, help: 'trains for this long instead of a number of steps' },
  seed: { kind: 'whole', min: 0, max: 2 ** 32 - 1, help: 'same seed and steps, same weights (1)' },
  temperature: { kind: 'positive', max: 100, help: 'below 1 the samples are safer, above it bolder (0.8)' },
  text: { kind: 'file', help: 'a UTF-8 text to learn instead of Moby Dick' },
  out: { kind: 'file', help: 'where the weights go (models/TEXT-CELL.safetensors in the app)' },
  resume: { kind: 'flag', help: 'continues from the weights stored there (momentum starts afresh)' },
} as const satisfies OptionTable

export type LanguageOptions = Values<typeof languageOptions>
