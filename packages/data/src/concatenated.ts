import { OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import { checkDataset, checkIndex, type Dataset } from './dataset.js'

/**
 * Several datasets as one: first all examples of the first, then those of the second, and so on.
 *
 * @param datasets - at least one, with examples of one kind
 * @returns a dataset as long as all together; loaders put its examples together one by one
 * @example
 * ```ts
 * import { concatDatasets } from '@nn/data'
 * const squares = { length: 3, get: (index: number) => index * index }
 * const tens = { length: 2, get: (index: number) => index * 10 }
 * const both = concatDatasets([squares, tens])
 * both.length // => 5
 * await both.get(4) // => 10
 * ```
 */
export function concatDatasets<Item>(datasets: readonly Dataset<Item, unknown>[]): Dataset<Item> {
  if (!Array.isArray(datasets) || datasets.length === 0)
    throw new OptionError(
      `concatDatasets: expected a list of at least one dataset, as in [a, b], got ${Array.isArray(datasets) ? '[]' : describe(datasets)}`,
    )
  const ends: number[] = []
  for (const dataset of datasets as readonly Dataset<Item, unknown>[]) {
    checkDataset('concatDatasets', dataset)
    ends.push((ends.at(-1) ?? 0) + dataset.length)
  }
  const length = ends.at(-1)!
  return {
    length,
    get: (index) => {
      checkIndex('concatDatasets.get', index, length)
      const which = ends.findIndex((end) => index < end)
      return datasets[which]!.get(index - (which > 0 ? ends[which - 1]! : 0))
    },
  }
}
