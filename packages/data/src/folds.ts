import { OptionError } from '@core/tensor'
import { checkOptions } from '@core/tensor/extend'
import type { Collated } from './collate.js'
import { checkDataset, type Dataset, subset } from './dataset.js'
import { checkCount, checkRandom, type RandomOptions } from './options.js'
import type { Split } from './parts.js'
import { divide } from './split.js'
import type { Labels } from './stratify.js'

/** Options of {@link kFold}. */
export interface KFoldOptions extends RandomOptions {
  /** How many folds, at least 2. Default 5. */
  folds?: number
  /** Whether examples are put into folds at random, instead of in stretches. Default true. */
  shuffle?: boolean
  /** The class of each example; each fold then gets its share of each class, as near as whole examples allow. */
  stratify?: Labels
}

/**
 * Cross-validation: divides a dataset into folds of (nearly) equal size, each of which is held out once while the others
 * are to learn from.
 *
 * @param dataset - any dataset
 * @param options - `folds` (default 5), `shuffle` (default true), `stratify`, `seed` or `generator`
 * @returns as many splits as folds; every example is held out in exactly one of them
 * @throws OptionError when there are fewer examples than folds
 * @example
 * ```ts
 * import { arange } from '@core/tensor'
 * import { kFold, tensorDataset } from '@nn/data'
 * const splits = kFold(tensorDataset(arange(7)), { folds: 3, seed: 1 })
 * const sizes = splits.map(({ train, validation }) => [train.length, validation.length])
 * sizes // => [[4, 3], [5, 2], [5, 2]]
 * ```
 */
export function kFold<Item, Batch = Collated<Item>>(
  dataset: Dataset<Item, Batch>,
  options: KFoldOptions = {},
): Split<Dataset<Item, Batch>>[] {
  checkOptions('kFold', options, ['folds', 'stratify', 'seed', 'generator'], ['shuffle'])
  const { folds = 5, ...rest } = options
  checkCount('kFold', 'folds', folds, 2, 'one is held out, the others are to learn from')
  checkRandom('kFold', options)
  checkDataset('kFold', dataset)
  const { length } = dataset
  if (length < folds)
    throw new OptionError(
      `kFold: ${length} examples cannot be divided into ${folds} folds; use fewer folds or more data`,
    )
  const sizes = Array.from(
    { length: folds },
    (_, i) => Math.floor(length / folds) + (i < length % folds ? 1 : 0),
  )
  const parts = divide('kFold', length, sizes, rest)
  return parts.map((part) => ({
    train: subset(
      dataset,
      Int32Array.from(parts.filter((other) => other !== part).flatMap((other) => [...other])),
    ),
    validation: subset(dataset, part),
  }))
}
