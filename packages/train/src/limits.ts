import type { Module } from '@nn/module'
import { stopwatch } from './clock.js'
import type { Stopped } from './events.js'
import type { Batch } from './loss.js'
import type { FitOptions } from './options.js'
import { batchesLeft } from './pass.js'

/** How long a training goes on. */
export class Limits<M extends Module, B extends Batch> {
  /** Passes over the data at most. */
  readonly epochs: number
  /** Steps to do in all, where the loader or the options tell. */
  readonly steps: number | undefined
  private seconds: () => number = () => 0

  constructor(
    loader: AsyncIterable<B> | Iterable<B>,
    private readonly options: FitOptions<M, B>,
  ) {
    const { epochs, steps, minutes } = options
    this.epochs = epochs ?? (steps === undefined && minutes === undefined ? 1 : Infinity)
    this.steps = stepsInAll(loader, options, this.epochs)
  }

  /** Begins to count the time; gives the clock. */
  begin(): () => number {
    this.seconds = stopwatch()
    return this.seconds
  }

  /** Why no other step may begin; undefined where one may. */
  ended(step: number): Stopped | undefined {
    const { signal, minutes, steps } = this.options
    if (signal?.aborted) return 'aborted'
    if (minutes !== undefined && this.seconds() >= minutes * 60) return 'time'
    return steps !== undefined && step >= steps ? 'done' : undefined
  }
}

function stepsInAll<M extends Module, B extends Batch>(
  loader: AsyncIterable<B> | Iterable<B>,
  { steps, accumulate = 1, start = { step: 0, epoch: 0 } }: FitOptions<M, B>,
  epochs: number,
): number | undefined {
  const { batches, length } = loader as { batches?: number; length?: number }
  const size = batches ?? (Array.isArray(loader) ? length : undefined)
  if (size === undefined || epochs === Infinity) return steps
  const left = start.step > 0 ? batchesLeft(loader as object, 0)! : size
  const whole = Math.max(0, epochs - start.epoch - 1)
  const all = start.step + Math.ceil(left / accumulate) + whole * Math.ceil(size / accumulate)
  return Math.min(all, steps ?? Infinity)
}
