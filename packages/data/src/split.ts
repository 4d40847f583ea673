import { OptionError } from '@core/tensor'
import { checkOptions, describe } from '@core/tensor/extend'
import type { Collated } from './collate.js'
import { checkDataset, type Dataset, subset } from './dataset.js'
import { checkRandom, ownGenerator, type RandomOptions } from './options.js'
import { cut, named, type PartOptions, partSizes, type Split, type SplitInThree } from './parts.js'
import { type Labels, readLabels, stratified } from './stratify.js'

/** Options of {@link splitSequence}. */
export interface SplitSequenceOptions extends PartOptions {}

/** Options of {@link splitDataset}. */
export interface SplitDatasetOptions extends PartOptions, RandomOptions {
  /** Whether the held-out examples are chosen at random, instead of from the end. Default true. */
  shuffle?: boolean
  /** The class of each example; each part then gets its share of each class, as near as whole examples allow. */
  stratify?: Labels
}

/**
 * Splits a sequence by position: its end is held out, so that no text is in two parts.
 *
 * @param tokens - token numbers
 * @param options - `validation` (default 0.1) and `test` (default none): shares, or numbers of tokens
 * @returns views of `train`, `validation` and, where asked for, `test`, in this order; nothing is copied
 * @throws OptionError when a part would be empty
 * @example
 * ```ts
 * import { splitSequence } from '@nn/data'
 * const { train, validation } = splitSequence(Int32Array.of(5, 6, 7, 8, 9), { validation: 0.4 })
 * train // => [5, 6, 7]
 * validation // => [8, 9]
 * ```
 */
export function splitSequence(
  tokens: Int32Array,
  options: SplitSequenceOptions & { test: number },
): SplitInThree<Int32Array>
export function splitSequence(tokens: Int32Array, options?: SplitSequenceOptions): Split<Int32Array>
export function splitSequence(tokens: Int32Array, options: SplitSequenceOptions = {}): Split<Int32Array> {
  checkOptions('splitSequence', options, ['validation', 'test'])
  if (!(tokens instanceof Int32Array))
    throw new OptionError(
      `splitSequence: expected an Int32Array of token numbers, got ${describe(tokens)}; encode text first`,
    )
  return named(cut(tokens, partSizes('splitSequence', tokens.length, options)))
}

/**
 * Splits a dataset into two or three, at random but repeatably. Where neighbouring examples are alike (a time series),
 * use `shuffle: false`, which holds out the last ones.
 *
 * @param dataset - any dataset
 * @param options - `validation` (default 0.1) and `test` (default none): shares, or numbers of examples; `shuffle`
 * (default true), `stratify`, `seed` or `generator`
 * @returns datasets `train`, `validation` and, where asked for, `test` over the same examples; none is in two of them
 * @throws OptionError when a part would be empty
 * @example
 * ```ts
 * import { arange } from '@core/tensor'
 * import { splitDataset, tensorDataset } from '@nn/data'
 * const dataset = tensorDataset(arange(10))
 * const { train, validation, test } = splitDataset(dataset, { validation: 0.2, test: 1, seed: 3 })
 * const sizes = [train.length, validation.length, test.length]
 * sizes // => [7, 2, 1]
 * ```
 */
export function splitDataset<Item, Batch = Collated<Item>>(
  dataset: Dataset<Item, Batch>,
  options: SplitDatasetOptions & { test: number },
): SplitInThree<Dataset<Item, Batch>>
export function splitDataset<Item, Batch = Collated<Item>>(
  dataset: Dataset<Item, Batch>,
  options?: SplitDatasetOptions,
): Split<Dataset<Item, Batch>>
export function splitDataset<Item, Batch = Collated<Item>>(
  dataset: Dataset<Item, Batch>,
  options: SplitDatasetOptions = {},
): Split<Dataset<Item, Batch>> {
  const op = 'splitDataset'
  checkOptions(op, options, ['validation', 'test', 'stratify', 'seed', 'generator'], ['shuffle'])
  checkRandom(op, options)
  checkDataset(op, dataset)
  const sizes = partSizes(op, dataset.length, options)
  return named(divide(op, dataset.length, sizes, options).map((part) => subset(dataset, part)))
}

/** Which examples each part gets. */
export function divide(
  op: string,
  length: number,
  sizes: readonly number[],
  { shuffle = true, stratify, ...random }: Pick<SplitDatasetOptions, 'shuffle' | 'stratify'> & RandomOptions,
): Int32Array[] {
  const labels = stratify === undefined ? undefined : readLabels(op, stratify, length)
  const order = shuffle ? ownGenerator(random).permutation(length) : Int32Array.from({ length }, (_, i) => i)
  return labels ? stratified(order, labels, sizes) : cut(order, sizes)
}
