import { OptionError } from '@core/tensor'
import type { Module } from '@nn/module'
import { pulse } from './clock.js'
import { type FitCallback, type Stopped, tell } from './events.js'
import { Limits } from './limits.js'
import type { Batch } from './loss.js'
import { Holdings, listOf, ratesOf } from './optimizers.js'
import { checkFit, type FitOptions, type FitResult } from './options.js'
import { Pass } from './pass.js'
import { Steps } from './step.js'
import { Validation } from './validation.js'

/**
 * Trains a model: for every batch loss, gradients, clipping, optimizer step, schedule. Switches the model to training.
 * It lets the event loop turn, so that a page stays alive, a signal is heard, and memory takes care of itself.
 *
 * It draws no random numbers and keeps nothing outside of the call: trainings may run beside each other.
 *
 * @param model - what is trained
 * @param loader - gives batches; it is iterated once an epoch, and never asked for a batch that is not used
 * @param options - `loss` and `optimizer`, how long, with which schedule, callbacks and validation
 * @returns how many steps were done, the last loss and validation, and why it ended
 * @throws OptionError where an option is not allowed, nothing was changed then; DivergenceError where a loss or
 *   gradient is not finite, the parameters are those of the step before then
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
  checkFit(model, loader, options)
  const { callbacks = [] } = options
  try {
    return await run(model, loader, options, callbacks)
  } finally {
    for (const callback of callbacks) await callback.close?.()
  }
}

async function run<M extends Module, B extends Batch>(
  model: M,
  loader: AsyncIterable<B> | Iterable<B>,
  options: FitOptions<M, B>,
  callbacks: readonly FitCallback[],
): Promise<FitResult> {
  const { accumulate = 1, clipNorm, nanGuard = true, minutes, signal, start } = options
  const optimizers = listOf(options.optimizer)
  const warn = options.warn ?? ((message: string) => console.warn(message))
  const holdings = new Holdings(model, optimizers, warn)
  const schedules = listOf(options.schedule)
  const { loss: lossOf, compile: compiled = true } = options
  const training = new Steps<M, B>({
    model,
    loss: lossOf,
    optimizers,
    schedules,
    holdings,
    clipNorm,
    nanGuard,
    compiled,
    warn,
  })
  const limits = new Limits(loader, options)
  const { steps, epochs } = limits
  let { step, epoch } = start ?? { step: 0, epoch: 0 }
  const validation = new Validation(model, options.validation, options.loss, signal, step)
  const { measures } = validation
  const rates = ratesOf(optimizers).length
  for (const callback of callbacks) await callback.onBegin?.({ step, epoch, steps, minutes, rates, measures })

  const seconds = limits.begin()
  const turn = pulse()
  let loss = Number.NaN
  let stopped: Stopped | undefined
  const validate = async (moment: 'step' | 'epoch' | 'end') => {
    if (signal?.aborted || !validation.due(step, moment)) return
    const found = await validation.run(step)
    if (signal?.aborted) return // it was cut short
    const event = { ...found, step, epoch, seconds: seconds() }
    if (await tell(callbacks, (c, e) => c.onValidation?.(e), event)) stopped = 'callback'
  }

  model.train()
  for (const first = epoch; epoch < epochs; epoch++) {
    stopped ??= limits.ended(step)
    if (stopped) break
    const pass = new Pass(loader)
    let [sum, count] = [0, 0]
    try {
      for (; !stopped; stopped ??= limits.ended(step)) {
        const batches = await pass.take(accumulate)
        if (batches.length === 0) break
        const lr = ratesOf(optimizers)
        const outcome = await training.run(step + 1, batches)
        loss = outcome.loss
        sum += loss
        count++
        step++
        const event = { step, steps, epoch, ...outcome, lr, seconds: seconds() }
        if (await tell(callbacks, (c, e) => c.onStep?.(e), event)) stopped = 'callback'
        await validate('step')
        await turn()
      }
    } finally {
      await pass.close()
    }
    if (count > 0) holdings.conclude()
    if (!pass.finished) break
    if (count > 0) {
      await validate('epoch')
      const event = { epoch, step, loss: sum / count, seconds: seconds() }
      if (await tell(callbacks, (c, e) => c.onEpoch?.(e), event)) stopped = 'callback'
    } else if (epoch > first || !start)
      // a training that is resumed may have been stored at the end of its epoch
      throw new OptionError(
        `fit: the loader gave no batch in epoch ${epoch}; is it empty, or an iterator that is used up?`,
      )
  }
  await validate('end')
  stopped ??= 'done'
  for (const callback of callbacks) await callback.onEnd?.({ steps: step, stopped })
  return { steps: step, epochs: epoch, loss, validation: validation.last, stopped }
}
