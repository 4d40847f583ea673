import { OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'

/**
 * Examples that come one after the other, as many as there are: an array, an object with `[Symbol.asyncIterator]()`, or
 * a function that begins a stream for each epoch, as every generator function does. It is read anew in each epoch.
 *
 * @typeParam Item - one example
 * @example
 * ```ts
 * import { type IterableDataset } from '@nn/data'
 * const squares: IterableDataset<number> = function* (epoch) {
 *   for (let i = 0; i < 3; i++) yield epoch + i * i
 * }
 * const first = [...(squares as (epoch: number) => Iterable<number>)(0)]
 * first // => [0, 1, 4]
 * ```
 */
export type IterableDataset<Item> =
  | Iterable<Item>
  | AsyncIterable<Item>
  | ((epoch: number) => Iterable<Item> | AsyncIterable<Item>)

type Stream<Item> = Iterable<Item> | AsyncIterable<Item>

const canIterate = (value: unknown): value is Stream<unknown> => {
  const stream = value as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined
  return (
    typeof stream?.[Symbol.asyncIterator] === 'function' || typeof stream?.[Symbol.iterator] === 'function'
  )
}

/** Refuses what cannot be iterated, or only once. */
export function checkIterable(op: string, dataset: unknown): void {
  if (typeof dataset === 'function') return
  if (!canIterate(dataset))
    throw new OptionError(
      `${op}: the dataset must be iterable, or a function that returns what is, got ${describe(dataset)}; ` +
        'for examples by number, { length, get }, use DataLoader',
    )
  if (typeof (dataset as Partial<Iterator<unknown>>).next === 'function')
    throw new OptionError(
      `${op}: the dataset is an iterator, which can be read only once; give the function that makes it, so that every epoch ` +
        'begins anew',
    )
}

/** Begins the stream of an epoch. */
export function openStream<Item>(op: string, dataset: IterableDataset<Item>, epoch: number): Stream<Item> {
  const stream = typeof dataset === 'function' ? dataset(epoch) : dataset
  if (!canIterate(stream))
    throw new OptionError(
      `${op}: the function given as dataset must return something iterable, got ${describe(stream)}; ` +
        'use a generator function, function* or async function*',
    )
  return stream
}
