import type { Cell } from './model.js'

/** How a cell is trained: SGD with momentum, the gradient's norm clipped. */
export interface Recipe {
  readonly lr: number
  readonly momentum: number
  readonly clipNorm: number
  /** Enough for about a minute on two slow cores. */
  readonly steps: number
}

/** Learning rates found by trying powers of two on Moby Dick at the default sizes. */
export const RECIPES: Readonly<Record<Cell, Recipe>> = {
  rnn: { lr: 0.5, momentum: 0.9, clipNorm: 1, steps: 1500 },
  gru: { lr: 1, momentum: 0.9, clipNorm: 1, steps: 1000 },
  lstm: { lr: 2, momentum: 0.9, clipNorm: 1, steps: 900 },
}

/** Where a training ends. */
export type Limit = { readonly steps: number } | { readonly minutes: number }
