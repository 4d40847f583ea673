import { UsageError } from '../cli/errors.js'
import { TRAINING } from './data.js'
import type { DigitsOptions } from './options.js'

/** How the network is trained: SGD with momentum and weight decay, the learning rate falling in the second half. */
export interface Recipe {
  readonly steps: number
  readonly batch: number
  readonly lr: number
  readonly momentum: number
  readonly weightDecay: number
  readonly seed: number
}

/** Fills in what was left unsaid; {@link UsageError} for two limits at once. */
export function makeRecipe({ epochs, steps, batch = 32, seed = 1 }: DigitsOptions): Recipe {
  if (epochs !== undefined && steps !== undefined)
    throw new UsageError('--epochs and --steps are two limits; give one of them.')
  return {
    steps: steps ?? (epochs ?? 8) * Math.ceil(TRAINING / batch),
    batch,
    // Found by trying powers of two at a batch of 32; smaller batches give noisier gradients, which bear smaller steps only.
    lr: 0.04 * Math.min(1, Math.sqrt(batch / 32)),
    momentum: 0.9,
    weightDecay: 0.001,
    seed,
  }
}
