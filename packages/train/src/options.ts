import { OptionError } from '@core/tensor'
import { checkFunction, checkInteger, checkNumber, checkOptions, describe } from '@core/tensor/extend'
import type { Module } from '@nn/module'
import { checkRun } from './check.js'
import type { Evaluation } from './evaluate.js'
import type { FitCallback, Stopped, StopSignal } from './events.js'
import type { Batch, LossFunction } from './loss.js'
import { checkMovers, type Scheduler, type Stepper } from './optimizers.js'
import { checkValidation, type ValidationOptions } from './validation.js'

/** Where a training that is resumed begins. */
export interface TrainingStart {
  /** Steps done before. */
  readonly step: number
  /** The epoch that is gone on with, from 0. */
  readonly epoch: number
}

/** Options of `fit`. */
export interface FitOptions<M extends Module, B extends Batch> {
  /** Computes the loss of a batch, its mean over the batch. */
  loss: LossFunction<M, B>
  /** Moves the parameters; or several, each with parameters of its own. */
  optimizer: Stepper | readonly Stepper[]
  /** Sets hyperparameters after every step of the optimizer; or several. Default: none. */
  schedule?: Scheduler | readonly Scheduler[]
  /** Passes over the data. Default 1, or as many as `steps` or `minutes` need. */
  epochs?: number
  /** Steps to do in all. */
  steps?: number
  /** Minutes after which no new step begins. */
  minutes?: number
  /** Batches for one step, whose gradients are averaged: for batches larger than memory. An epoch's last step takes what is left. Default 1. */
  accumulate?: number
  /** Bound on the norm of all gradients together. Default: none. */
  clipNorm?: number
  /** Stops with a {@link DivergenceError} before a loss or gradient that is not finite moves anything. Default true. */
  nanGuard?: boolean
  /** Measures on other data while training. */
  validation?: ValidationOptions<M, B>
  /** Are told of the progress. */
  callbacks?: readonly FitCallback[]
  /** Ends the training after the step at work: an `AbortSignal`. */
  signal?: StopSignal
  /** What was done before, in a training that is resumed: `steps` and `epochs` count it. Default: nothing. */
  start?: TrainingStart
  /**
   * Whether steps are recorded and replayed, as `compile` does it: faster, with the same results. The loss function's own code
   * then runs in the first steps only; where it cannot be recorded, training goes on without, and `warn` is told why. Default true.
   */
  compile?: boolean
  /** Is told, once, of parameters that nobody trains. Default `console.warn`. */
  warn?: (message: string) => void
}

/** How a training ended. */
export interface FitResult {
  /** Steps done, those before `start` included. */
  readonly steps: number
  /** Passes over the data that were finished, those before `start` included. */
  readonly epochs: number
  /** The loss of the last step; NaN where there was none. */
  readonly loss: number
  /** What the last validation found; undefined where there was none. */
  readonly validation: Evaluation | undefined
  /** Why it ended. */
  readonly stopped: Stopped
}

const NAMES = [
  'loss',
  'optimizer',
  'schedule',
  'epochs',
  'steps',
  'minutes',
  'accumulate',
  'clipNorm',
  'validation',
  'callbacks',
  'signal',
  'start',
  'warn',
] as const

/** Checks all that `fit` is given, before anything is changed. */
export function checkFit<M extends Module, B extends Batch>(
  model: M,
  loader: AsyncIterable<B> | Iterable<B>,
  options: FitOptions<M, B>,
): void {
  checkOptions('fit', options, NAMES, ['nanGuard', 'compile'])
  checkRun('fit', model, loader, options)
  const { optimizer, schedule, epochs, steps, minutes, accumulate, clipNorm, callbacks, start, warn } =
    options
  checkMovers(optimizer, schedule)
  if (epochs !== undefined) checkInteger('fit', 'epochs', epochs, 0)
  if (steps !== undefined) checkInteger('fit', 'steps', steps, 0)
  if (minutes !== undefined) checkNumber('fit', 'minutes', minutes, 0, Infinity, 'max')
  if (accumulate !== undefined) checkInteger('fit', 'accumulate', accumulate, 1)
  if (clipNorm !== undefined) checkNumber('fit', 'clipNorm', clipNorm, 0, Infinity, 'min')
  if (callbacks !== undefined && !Array.isArray(callbacks))
    throw new OptionError(`fit: callbacks must be a list, as in [callback], got ${describe(callbacks)}`)
  if (start !== undefined) {
    checkOptions('fit.start', start, ['step', 'epoch'])
    checkInteger('fit.start', 'step', start.step, 0)
    checkInteger('fit.start', 'epoch', start.epoch, 0)
  }
  if (warn !== undefined) checkFunction('fit', 'warn', warn)
  if (options.validation !== undefined) checkValidation(model, options.validation, options.loss)
}
