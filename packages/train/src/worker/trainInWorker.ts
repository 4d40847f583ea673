import { OptionError } from '@core/tensor'
import { checkFunction, checkNumber, checkOptions, describe } from '@core/tensor/extend'
import type { StopSignal } from '../events.js'
import { converse } from './converse.js'
import { pack } from './encode.js'
import type { TrainingFunction } from './expose.js'
import { portOf, type WorkerLike } from './port.js'

/** An `AbortSignal`, by what is used of it. */
export interface WorkerSignal extends StopSignal {
  /** Hears when it is given. */
  addEventListener(type: 'abort', listener: () => void): void
  /** Hears it no more. */
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Options of {@link trainInWorker}. */
export interface TrainInWorkerOptions<Progress> {
  /** Is given what the training tells, in its order. */
  onProgress?: (value: Progress) => void
  /** Asks the training to end, by the signal in its context; what it then returns comes back as ever: an `AbortSignal`. */
  signal?: WorkerSignal
  /** Whether the worker is kept afterwards, for another training; else it is terminated. Default false. */
  keep?: boolean
  /** Seconds that the worker may take to start. Default 60. */
  timeout?: number
}

/**
 * Trains in a worker, so that this thread (a page's, say) stays free. The worker's file calls `exposeTraining` with the
 * training, a function, for functions cannot be sent. In browsers and Node:
 *
 * - `new Worker(new URL('./training.ts', import.meta.url), { type: 'module' })`, written out like this, for bundlers look for just that
 * - `new Worker(new URL('./training.js', import.meta.url))` with `Worker` from `node:worker_threads`
 *
 * Tensors are sent by their values: state dicts can go both ways. They come out on the default backend.
 *
 * @typeParam F - the type of the training function, for the types of the others: `trainInWorker<typeof train>(…)`
 * @param worker - a worker of a browser or of Node
 * @param args - what the function gets: plain data, typed arrays, tensors; no functions, no objects of classes
 * @param options - `onProgress`, `signal`, `keep` (false), `timeout` (60 s)
 * @returns what the function returned
 * @throws OptionError where something cannot be sent, before anything is; what the function throws, as an error of the
 *   same name, message and code; an Error where the worker fails, ends or does not start
 * @example
 * ```ts no-test
 * // page.ts; training.ts stands in the example of exposeTraining
 * import { tensor } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * import { trainInWorker } from '@nn/train'
 * import type { train } from './training.ts'
 * const worker = new Worker(new URL('./training.ts', import.meta.url), { type: 'module' })
 * const args = { x: tensor([[1], [2]]), y: tensor([[3], [5]]), steps: 500 }
 * const weights = await trainInWorker<typeof train>(worker, args, { onProgress: (loss) => console.log(loss) })
 * const model = new Linear(1, 1)
 * model.loadStateDict(weights)
 * ```
 */
export async function trainInWorker<
  F extends TrainingFunction<never, unknown, never> = TrainingFunction<unknown, unknown>,
>(
  worker: WorkerLike,
  args: Parameters<F>[0],
  options: TrainInWorkerOptions<Parameters<Parameters<F>[1]['progress']>[0]> = {},
): Promise<Awaited<ReturnType<F>>> {
  const op = 'trainInWorker'
  const { signal, keep = false } = checkOptions(op, options, ['onProgress', 'signal', 'timeout'], ['keep'])
  if (options.onProgress !== undefined) checkFunction(op, 'onProgress', options.onProgress)
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw new OptionError(
      `${op}: signal must be an AbortSignal, got ${describe(signal)}; of an AbortController pass its signal`,
    )
  checkNumber(op, 'timeout', options.timeout ?? 60, 0, Infinity, 'min')
  portOf(op, worker)
  const sent = await pack(op, 'args', args).sent()
  try {
    return (await converse(portOf(op, worker), sent, options)) as Awaited<ReturnType<F>>
  } finally {
    if (!keep) await worker.terminate()
  }
}
