import { noGrad, OptionError } from '@core/tensor'
import { breathe, checkOptions } from '@core/tensor/extend'
import type { Module } from '@nn/module'
import { checkBatch, checkRun } from './check.js'
import type { StopSignal } from './events.js'
import { type Batch, type LossFunction, lossIn } from './loss.js'
import { checkMetrics, type Measured, type Metrics } from './metrics/metric.js'

/** Options of {@link evaluate}. */
export interface EvaluateOptions<
  M extends Module,
  B extends Batch,
  Measures extends Metrics = Record<string, never>,
> {
  /** Computes the loss of a batch, its mean over the batch. */
  loss: LossFunction<M, B>
  /** Measure the outputs, for which the loss function gives `{ loss, output, target }`. They are reset at the beginning. */
  metrics?: Measures
  /** Ends the evaluation after the batch at work: an `AbortSignal`. */
  signal?: StopSignal
}

/** What an evaluation gives. */
export interface Evaluation<Measures extends Metrics = Metrics> {
  /** The mean loss, every example counting the same; NaN where the signal was given before the first batch. */
  readonly loss: number
  /** What the metrics measured, by their names. */
  readonly metrics: Measured<Measures>
  /** How many batches there were. */
  readonly batches: number
}

/**
 * Measures a model on data that it does not train on: in evaluation mode and without gradients. Afterwards every module
 * is in the mode in which it was.
 *
 * @param model - what is measured
 * @param loader - gives batches
 * @param options - `loss`, `metrics`, `signal`
 * @returns the mean loss over all examples, and what the metrics measured
 * @throws OptionError where the loader gives no batch, or metrics have nothing to measure
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { mse } from '@nn/losses'
 * import { evaluate, meanAbsoluteError } from '@nn/train'
 * const batches = [[tensor([[1]]), tensor([[2]])] as const]
 * const { loss, metrics } = await evaluate(new Linear(1, 1), batches, {
 *   loss: (net, x, target) => {
 *     const output = net.forward(x)
 *     return { loss: mse(output, target), output, target }
 *   },
 *   metrics: { mae: meanAbsoluteError() },
 * })
 * Math.abs(Math.sqrt(loss) - metrics.mae) < 1e-6 // => true
 * ```
 */
export async function evaluate<
  M extends Module,
  B extends Batch,
  Measures extends Metrics = Record<string, never>,
>(
  model: M,
  loader: AsyncIterable<B> | Iterable<B>,
  options: EvaluateOptions<M, B, Measures>,
): Promise<Evaluation<Measures>> {
  checkOptions('evaluate', options, ['loss', 'metrics', 'signal'])
  checkRun('evaluate', model, loader, options)
  const { loss, metrics = {} as Measures, signal } = options
  checkMetrics('evaluate', metrics)
  const modes = [...model.namedModules()].map(([, module]) => [module, module.training] as const)
  const all = Object.entries(metrics)
  for (const [, metric] of all) metric.reset()
  model.eval()
  let [sum, examples, batches] = [0, 0, 0]
  try {
    for await (const batch of loader) {
      if (signal?.aborted) break
      checkBatch('evaluate', batch)
      const size = batch[0]?.shape[0] ?? 1
      const given = noGrad(() => lossIn('evaluate', loss(model, ...batch)))
      sum += size * (await given.loss.item())
      for (const [name, metric] of all) {
        if (!('output' in given))
          throw new OptionError(
            `evaluate: the metric '${name}' needs what the model gave: let the loss function return { loss, output, target }, not the loss alone`,
          )
        await metric.update(given.output, given.target)
      }
      examples += size
      batches++
      await breathe()
    }
  } finally {
    for (const [module, mode] of modes) module.training = mode
  }
  if (batches === 0 && !signal?.aborted)
    throw new OptionError('evaluate: the loader gave no batch; is it empty, or an iterator that is used up?')
  const measured = Object.fromEntries(all.map(([name, metric]) => [name, metric.compute()]))
  return { loss: sum / examples, metrics: measured as Measured<Measures>, batches }
}
