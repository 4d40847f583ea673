/**
 * Datasets, loaders, splits, scaling and tokenizers.
 *
 * @packageDocumentation
 */

export { type Collated, collate } from './collate.js'
export { type CollatePaddedOptions, collatePadded } from './collatePadded.js'
export { concatDatasets } from './concatenated.js'
export { type Dataset, subset } from './dataset.js'
export { type KFoldOptions, kFold } from './folds.js'
export type { IterableDataset } from './iterable.js'
export { IterableLoader, type IterableLoaderOptions } from './iterableLoader.js'
export { DataLoader, type DataLoaderOptions } from './loader.js'
export { mapDataset } from './mapped.js'
export { MinMaxScaler, type MinMaxScalerOptions } from './minMaxScaler.js'
export type { RandomOptions } from './options.js'
export {
  type PaddedSequences,
  type PadSequencesOptions,
  padSequences,
  type UnpadSequencesOptions,
  unpadSequences,
} from './padding.js'
export type { PartOptions, Split, SplitInThree } from './parts.js'
export type { LoaderState } from './position.js'
export { Scaler, type ScalerState } from './scaler.js'
export {
  type SequenceDatasetOptions,
  type SequenceLoaderOptions,
  type SequencePair,
  sequenceDataset,
  sequenceLoader,
} from './sequence.js'
export { type SplitSeriesOptions, splitSeries } from './series.js'
export {
  type SplitDatasetOptions,
  type SplitSequenceOptions,
  splitDataset,
  splitSequence,
} from './split.js'
export { Standardizer } from './standardizer.js'
export type { Labels } from './stratify.js'
export { type Tensors, tensorDataset } from './tensors.js'
export { CharTokenizer, type CharTokenizerData, type EncodeOptions } from './tokenizer.js'
export { type WindowDatasetOptions, type WindowPair, windowDataset } from './windows.js'
