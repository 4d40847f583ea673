import type { ModelConfig } from './model.js'
import type { ForecastOptions } from './options.js'

/** How the network is made and trained: AdamW, the gradient's norm clipped, the learning rate falling in the second half. */
export interface Recipe {
  readonly model: ModelConfig
  /** Months that it sees before those it forecasts. */
  readonly seen: number
  readonly steps: number
  readonly batch: number
  readonly lr: number
  readonly weightDecay: number
  readonly clipNorm: number
  readonly seed: number
}

/**
 * Fills in what was left unsaid. The sizes were chosen by training on the years before 2004-05 and forecasting the eight
 * years after, which all are training years here; the held-out years had no part in it.
 */
export function makeRecipe(options: ForecastOptions): Recipe {
  const { cell = 'gru', hidden = 16, horizon = 12, steps = 600, seed = 1 } = options
  return {
    model: { cell, hidden, horizon, dropout: 0.3 },
    seen: 48,
    steps,
    batch: 64,
    lr: 0.003,
    weightDecay: 0.1,
    clipNorm: 1,
    seed,
  }
}
