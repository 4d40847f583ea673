import { OptionError, ShapeError } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import type { Collated } from './collate.js'
import { checkCount } from './options.js'

/**
 * Examples that can be had by number. Anything with these two members is a dataset: an object literal over an array, a
 * class that reads files.
 *
 * @typeParam Item - one example
 * @typeParam Batch - several of them together
 * @example
 * ```ts
 * import { type Dataset } from '@nn/data'
 * const squares: Dataset<number> = { length: 100, get: (index) => index * index }
 * await squares.get(7) // => 49
 * ```
 */
export interface Dataset<Item, Batch = Collated<Item>> {
  /** How many examples there are. */
  readonly length: number
  /** Example `index`, from 0; at once or as a promise. */
  get(index: number): Item | PromiseLike<Item>
  /** Makes a whole batch at once, where that is faster than one by one. */
  batch?(indices: Int32Array): Batch | PromiseLike<Batch>
}

/**
 * Some of a dataset's examples, in the order given.
 *
 * @param dataset - where they come from
 * @param indices - which ones; an index may come more than once
 * @returns a dataset as long as `indices`; nothing is copied but these
 * @example
 * ```ts
 * import { subset } from '@nn/data'
 * const squares = { length: 100, get: (index: number) => index * index }
 * const some = subset(squares, [9, 3])
 * some.length // => 2
 * await some.get(0) // => 81
 * ```
 */
export function subset<Item, Batch = Collated<Item>>(
  dataset: Dataset<Item, Batch>,
  indices: ArrayLike<number>,
): Dataset<Item, Batch> {
  checkDataset('subset', dataset)
  const chosen = Int32Array.from(indices)
  for (let i = 0; i < chosen.length; i++) checkIndex('subset', indices[i]!, dataset.length)
  const view: Dataset<Item, Batch> = {
    length: chosen.length,
    get: (index) => {
      checkIndex('subset.get', index, chosen.length)
      return dataset.get(chosen[index]!)
    },
  }
  if (dataset.batch) view.batch = (rows) => dataset.batch!(rows.map((row) => chosen[row]!))
  return view
}

/** Refuses an index that is not one of a dataset's examples. */
export function checkIndex(op: string, index: number, length: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= length)
    throw new ShapeError(`${op}: there is no example ${String(index)}; they go from 0 to ${length - 1}`)
}

/** Refuses what is no dataset, or has no examples. */
export function checkDataset(op: string, dataset: Dataset<unknown, unknown>): void {
  if (typeof dataset?.get !== 'function')
    throw new OptionError(
      `${op}: the dataset must have length and get(index), got ${describe(dataset)}; ` +
        'for tensors use tensorDataset(x, y), for an array { length: array.length, get: (i) => array[i] }, for a stream IterableLoader',
    )
  checkCount(op, 'dataset.length', dataset.length, 1, 'a dataset needs examples')
}
