import { OptionError, type Tensor } from '@core/tensor'
import { breathe, checkInteger, checkNumber, checkOptions, describe, isTensor } from '@core/tensor/extend'
import type { Module } from '@nn/module'
import { clipGradNorm, type Optimizer } from '@nn/optim'
import { checkBatch, checkRun } from './check.js'
import type { FitCallback, StopSignal } from './events.js'

/** What a loader gives at each step: a list of tensors, say input and target. */
export type Batch = readonly Tensor[]

/** Computes the loss of a batch, a single number. */
export type LossFunction<M extends Module, B extends Batch> = (model: M, ...batch: B) => Tensor

/** Options of {@link fit}. */
export interface FitOptions<M extends Module, B extends Batch> {
  /** Computes the loss of a batch. */
  loss: LossFunction<M, B>
  /** Moves the parameters. */
  optimizer: Pick<Optimizer<object>, 'step' | 'zeroGrad'>
  /** Passes over the data. Default 1, or as many as `steps` or `minutes` need. */
  epochs?: number
  /** Steps to do in all. */
  steps?: number
  /** Minutes after which no new step begins. */
  minutes?: number
  /** Bound on the norm of all gradients together. Default: none. */
  clipNorm?: number
  /** Are told of the progress. */
  callbacks?: readonly FitCallback[]
  /** Ends the training after the step at work: an `AbortSignal`. */
  signal?: StopSignal
}

/** How a training ended. */
export interface FitResult {
  /** Steps done. */
  readonly steps: number
  /** Passes over the data that were finished. */
  readonly epochs: number
  /** The loss of the last batch; NaN where there was none. */
  readonly loss: number
  /** Why it ended: all done, the time was up, or the signal was given. */
  readonly stopped: 'done' | 'time' | 'aborted'
}

const NAMES = ['loss', 'optimizer', 'epochs', 'steps', 'minutes', 'clipNorm', 'callbacks', 'signal'] as const

function check<M extends Module, B extends Batch>(
  model: M,
  loader: AsyncIterable<B> | Iterable<B>,
  options: FitOptions<M, B>,
): void {
  checkOptions('fit', options, NAMES)
  checkRun('fit', model, loader, options)
  const { optimizer, epochs, steps, minutes, clipNorm, callbacks } = options
  if (typeof optimizer?.step !== 'function' || typeof optimizer.zeroGrad !== 'function')
    throw new OptionError(
      `fit: an optimizer is needed, e.g. new SGD(model.parameters(), { lr: 0.1 }), got ${describe(optimizer)}`,
    )
  if (epochs !== undefined) checkInteger('fit', 'epochs', epochs, 0)
  if (steps !== undefined) checkInteger('fit', 'steps', steps, 0)
  if (minutes !== undefined) checkNumber('fit', 'minutes', minutes, 0, Infinity, 'max')
  if (clipNorm !== undefined) checkNumber('fit', 'clipNorm', clipNorm, 0, Infinity, 'min')
  if (callbacks !== undefined && !Array.isArray(callbacks))
    throw new OptionError(`fit: callbacks must be a list, as in [callback], got ${describe(callbacks)}`)
}

/**
 * Trains a model: for every batch loss, gradients, clipping, optimizer step. Switches the model to training. It awaits
 * the loss of every step, so the event loop turns and memory takes care of itself.
 *
 * @param model - what is trained
 * @param loader - gives batches; it is iterated once an epoch
 * @param options - `loss` and `optimizer`, and how long, with which callbacks
 * @returns how many steps were done, the last loss, and why it ended
 * @throws OptionError where an option is not allowed; nothing was changed then
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { SGD } from '@nn/optim'
 * import { fit } from '@nn/train'
 * const model = new Linear(1, 1)
 * const batches = [[tensor([[1], [2]]), tensor([[3], [5]])] as const]
 * const result = await fit(model, batches, {
 *   loss: (net, x, y) => mse(net.forward(x), y),
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   steps: 500,
 * })
 * result.loss < 1e-3 // => true
 * ```
 */
export async function fit<M extends Module, B extends Batch>(
  model: M,
  loader: AsyncIterable<B> | Iterable<B>,
  options: FitOptions<M, B>,
): Promise<FitResult> {
  check(model, loader, options)
  const { loss: lossOf, optimizer, steps, minutes, clipNorm, callbacks = [], signal } = options
  const epochs = options.epochs ?? (steps === undefined && minutes === undefined ? 1 : Infinity)
  const begin = performance.now()
  const seconds = () => (performance.now() - begin) / 1000
  const ended = () =>
    signal?.aborted ? 'aborted' : minutes !== undefined && seconds() >= minutes * 60 ? 'time' : undefined
  let [step, epoch, loss] = [0, 0, Number.NaN]
  let stopped: FitResult['stopped'] | undefined
  model.train()
  while (!stopped && epoch < epochs && (steps === undefined || step < steps)) {
    let [sum, count, whole] = [0, 0, true]
    for await (const batch of loader) {
      stopped = ended()
      whole = stopped === undefined && (steps === undefined || step < steps)
      if (!whole) break
      checkBatch('fit', batch)
      optimizer.zeroGrad()
      const value = lossOf(model, ...batch)
      if (!isTensor(value))
        throw new OptionError(`fit: the loss function must return a Tensor, got ${describe(value)}`)
      value.backward()
      const norm = clipNorm === undefined ? undefined : clipGradNorm(model.parameters(), clipNorm)
      optimizer.step()
      loss = await value.item()
      sum += loss
      count++
      step++
      const event = { step, steps, epoch, loss, gradNorm: await norm?.item(), seconds: seconds() }
      for (const callback of callbacks) await callback.onStep?.(event)
    }
    if (count === 0 && !stopped)
      throw new OptionError(
        `fit: the loader gave no batch in epoch ${epoch}; is it empty, or an iterator that is used up?`,
      )
    if (!whole) break
    for (const callback of callbacks) await callback.onEpoch?.({ epoch, step, loss: sum / count })
    epoch++
    stopped = ended()
    await breathe()
  }
  const result: FitResult = { steps: step, epochs: epoch, loss, stopped: stopped ?? 'done' }
  for (const callback of callbacks) await callback.onEnd?.({ steps: step, stopped: result.stopped })
  return result
}
