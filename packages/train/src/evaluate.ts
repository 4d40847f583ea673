import { noGrad, OptionError } from '@core/tensor'
import { breathe, checkOptions } from '@core/tensor/extend'
import type { Module } from '@nn/module'
import { checkBatch, checkRun } from './check.js'
import type { StopSignal } from './events.js'
import type { Batch, LossFunction } from './fit.js'

/** Options of {@link evaluate}. */
export interface EvaluateOptions<M extends Module, B extends Batch> {
  /** Computes the loss of a batch, its mean over the batch. */
  loss: LossFunction<M, B>
  /** Ends the evaluation after the batch at work: an `AbortSignal`. */
  signal?: StopSignal
}

/** What an evaluation gives. */
export interface Evaluation {
  /** The mean loss, every example counting the same. */
  readonly loss: number
  /** How many batches there were. */
  readonly batches: number
}

/**
 * Measures a model on data that it does not train on: in evaluation mode and without gradients. Afterwards every module
 * is in the mode in which it was.
 *
 * @param model - what is measured
 * @param loader - gives batches
 * @param options - `loss`, `signal`
 * @returns the mean loss over all examples
 * @throws OptionError where the loader gives no batch
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { evaluate } from '@nn/train'
 * const batches = [[tensor([[1]]), tensor([[2]])] as const]
 * const { loss } = await evaluate(new Linear(1, 1), batches, { loss: (net, x, y) => mse(net.forward(x), y) })
 * loss > 0 // => true
 * ```
 */
export async function evaluate<M extends Module, B extends Batch>(
  model: M,
  loader: AsyncIterable<B> | Iterable<B>,
  options: EvaluateOptions<M, B>,
): Promise<Evaluation> {
  checkOptions('evaluate', options, ['loss', 'signal'])
  checkRun('evaluate', model, loader, options)
  const { loss, signal } = options
  const modes = [...model.namedModules()].map(([, module]) => [module, module.training] as const)
  model.eval()
  let [sum, examples, batches] = [0, 0, 0]
  try {
    for await (const batch of loader) {
      if (signal?.aborted) break
      checkBatch('evaluate', batch)
      const size = batch[0]?.shape[0] ?? 1
      sum += size * (await noGrad(() => loss(model, ...batch)).item())
      examples += size
      batches++
      await breathe()
    }
  } finally {
    for (const [module, mode] of modes) module.training = mode
  }
  if (batches === 0)
    throw new OptionError('evaluate: the loader gave no batch; is it empty, or an iterator that is used up?')
  return { loss: sum / examples, batches }
}
