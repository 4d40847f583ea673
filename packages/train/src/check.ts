import { OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import type { Module } from '@nn/module'
import type { StopSignal } from './events.js'
import type { Batch } from './loss.js'

/** Checks what `fit` and `evaluate` both get. */
export function checkRun(
  op: string,
  model: Module,
  loader: unknown,
  { loss, signal }: { loss: unknown; signal?: StopSignal | undefined },
): void {
  if (typeof model?.namedModules !== 'function' || typeof model.train !== 'function')
    throw new OptionError(`${op}: the model must be a Module, got ${describe(model)}`)
  const iterable = loader as Partial<AsyncIterable<unknown> & Iterable<unknown>> | undefined | null
  if (!iterable?.[Symbol.asyncIterator] && !iterable?.[Symbol.iterator])
    throw new OptionError(
      `${op}: the loader must be iterable (for await), e.g. an array of batches or a DataLoader, got ${describe(loader)}`,
    )
  if (typeof loss !== 'function')
    throw new OptionError(`${op}: loss must be a function (model, ...batch) => Tensor, got ${describe(loss)}`)
  if (signal !== undefined && typeof signal?.aborted !== 'boolean')
    throw new OptionError(
      `${op}: signal must be an AbortSignal, got ${describe(signal)}; of an AbortController pass its signal`,
    )
}

/** Checks what a loader gave. */
export function checkBatch(op: string, batch: Batch): void {
  if (!Array.isArray(batch))
    throw new OptionError(
      `${op}: the loader must give lists of tensors, like [x, y], one list a step, got ${describe(batch)}`,
    )
}
