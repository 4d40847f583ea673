/**
 * Datasets, loaders and tokenizers.
 *
 * @packageDocumentation
 */

export { type Collated, collate } from './collate.js'
export { type Dataset, subset } from './dataset.js'
export { DataLoader, type DataLoaderOptions, type LoaderState } from './loader.js'
export type { RandomOptions } from './options.js'
export {
  type SequenceDatasetOptions,
  type SequenceLoaderOptions,
  type SequencePair,
  sequenceDataset,
  sequenceLoader,
} from './sequence.js'
export {
  type Split,
  type SplitDatasetOptions,
  type SplitSequenceOptions,
  splitDataset,
  splitSequence,
} from './split.js'
export { type Tensors, tensorDataset } from './tensors.js'
export { CharTokenizer, type CharTokenizerData, type EncodeOptions } from './tokenizer.js'
