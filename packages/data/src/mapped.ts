import { checkFunction } from '@core/tensor/extend'
import { checkDataset, checkIndex, type Dataset } from './dataset.js'

/**
 * A dataset whose examples are another one's, changed by a function: decoded, normalised, augmented. It is called
 * whenever an example is asked for, so nothing is stored.
 *
 * @param dataset - where the examples come from
 * @param fn - gets an example and its index, returns what takes its place, at once or as a promise
 * @returns a dataset of the same length; loaders put its examples together one by one
 * @example
 * ```ts
 * import { arange } from '@core/tensor'
 * import { mapDataset, tensorDataset } from '@nn/data'
 * const pairs = mapDataset(tensorDataset(arange(4)), ([x]) => ({ x, y: x.mul(x) }))
 * const { y } = await pairs.get(3)
 * y.itemSync() // => 9
 * ```
 */
export function mapDataset<Item, Mapped>(
  dataset: Dataset<Item, unknown>,
  fn: (item: Item, index: number) => Mapped | PromiseLike<Mapped>,
): Dataset<Mapped> {
  checkDataset('mapDataset', dataset)
  checkFunction('mapDataset', 'fn', fn)
  const { length } = dataset
  return {
    length,
    get: (index) => {
      checkIndex('mapDataset.get', index, length)
      const item = dataset.get(index)
      return isPromise(item) ? item.then((value) => fn(value, index)) : fn(item, index)
    },
  }
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function'
}
