import { OptionError } from '@core/tensor'
import { checkOptions, describe } from '@core/tensor/extend'
import type { Collated } from './collate.js'
import { checkDataset, type Dataset, subset } from './dataset.js'
import { checkRandom, ownGenerator, type RandomOptions } from './options.js'

/** Data in two parts: one to learn from, one to check what was learned. */
export interface Split<T> {
  /** To learn from. */
  readonly train: T
  /** Held out. */
  readonly validation: T
}

/** Options of {@link splitSequence}. */
export interface SplitSequenceOptions {
  /** The share that is held out, between 0 and 1. Default 0.1. */
  validation?: number
}

/** Options of {@link splitDataset}. */
export interface SplitDatasetOptions extends SplitSequenceOptions, RandomOptions {
  /** Whether the held-out examples are chosen at random, instead of from the end. Default true. */
  shuffle?: boolean
}

/**
 * Splits a sequence by position: its end is held out, so that no text is in both parts.
 *
 * @param tokens - token numbers
 * @param options - `validation`: the share held out, default 0.1
 * @returns two views; nothing is copied
 * @throws OptionError when a part would be empty
 * @example
 * ```ts
 * import { splitSequence } from '@nn/data'
 * const { train, validation } = splitSequence(Int32Array.of(5, 6, 7, 8, 9), { validation: 0.4 })
 * train // => [5, 6, 7]
 * validation // => [8, 9]
 * ```
 */
export function splitSequence(tokens: Int32Array, options: SplitSequenceOptions = {}): Split<Int32Array> {
  checkOptions('splitSequence', options, ['validation'])
  if (!(tokens instanceof Int32Array))
    throw new OptionError(
      `splitSequence: expected an Int32Array of token numbers, got ${describe(tokens)}; encode text first`,
    )
  const cut = cutAt('splitSequence', tokens.length, options)
  return { train: tokens.subarray(0, cut), validation: tokens.subarray(cut) }
}

/**
 * Splits a dataset into two, at random but repeatably. Where neighbouring examples are alike (a time series), use
 * `shuffle: false`, which holds out the last ones.
 *
 * @param dataset - any dataset
 * @param options - `validation` (default 0.1), `shuffle` (default true), `seed` or `generator`
 * @returns two datasets over the same examples; none is in both
 * @throws OptionError when a part would be empty
 * @example
 * ```ts
 * import { arange } from '@core/tensor'
 * import { splitDataset, tensorDataset } from '@nn/data'
 * const { train, validation } = splitDataset(tensorDataset(arange(10)), { validation: 0.2, seed: 3 })
 * const sizes = [train.length, validation.length]
 * sizes // => [8, 2]
 * ```
 */
export function splitDataset<Item, Batch = Collated<Item>>(
  dataset: Dataset<Item, Batch>,
  options: SplitDatasetOptions = {},
): Split<Dataset<Item, Batch>> {
  checkOptions('splitDataset', options, ['validation', 'seed', 'generator'], ['shuffle'])
  const { shuffle = true } = options
  checkRandom('splitDataset', options)
  checkDataset('splitDataset', dataset)
  const { length } = dataset
  const cut = cutAt('splitDataset', length, options)
  const order = shuffle ? ownGenerator(options).permutation(length) : Int32Array.from({ length }, (_, i) => i)
  return { train: subset(dataset, order.subarray(0, cut)), validation: subset(dataset, order.subarray(cut)) }
}

function cutAt(op: string, length: number, { validation = 0.1 }: SplitSequenceOptions): number {
  if (typeof validation !== 'number' || !(validation > 0 && validation < 1))
    throw new OptionError(
      `${op}: validation must be a share between 0 and 1, like 0.1, got ${describe(validation)}`,
    )
  const cut = length - Math.round(length * validation)
  if (cut === 0 || cut === length)
    throw new OptionError(
      `${op}: holding out ${validation} of ${length} leaves ${cut === 0 ? 'nothing to learn from' : 'nothing held out'}; ` +
        'use more data or another share',
    )
  return cut
}
