import { OptionError, type Tensor, tensor } from '@core/tensor'
import { checkOptions, describe } from '@core/tensor/extend'
import { checkIndex, type Dataset, subset } from './dataset.js'
import { DataLoader } from './loader.js'
import { checkCount, type RandomOptions } from './options.js'

/** Inputs and targets: what stands in the text, and what follows each of it. */
export type SequencePair = [x: Tensor, y: Tensor]

/** Options of {@link sequenceDataset}. */
export interface SequenceDatasetOptions {
  /** Tokens in a window. */
  length: number
  /** Distance from one window to the next. Default: `length`, so that they do not overlap. */
  stride?: number
}

/**
 * A sequence of tokens cut into windows of equal length. Example `i` is a pair of int32 tensors `[length]`: the window
 * `x`, and `y`, the same moved on by one token, which is what a language model shall predict.
 *
 * @param tokens - token numbers, at least `length + 1`
 * @param options - `length`, `stride`
 * @returns a dataset of pairs; what does not fill a window at the end is left out
 * @throws OptionError when the tokens are too few
 * @example
 * ```ts
 * import { sequenceDataset } from '@nn/data'
 * const dataset = sequenceDataset([1, 2, 3, 4, 5, 6, 7], { length: 3 })
 * dataset.length // => 2
 * const [x, y] = await dataset.get(1)
 * x.dataSync() // => [4, 5, 6]
 * y.dataSync() // => [5, 6, 7]
 * ```
 */
export function sequenceDataset(
  tokens: ArrayLike<number>,
  options: SequenceDatasetOptions,
): Dataset<SequencePair, SequencePair> {
  checkOptions('sequenceDataset', options, ['length', 'stride'])
  return windows('sequenceDataset', tokens, options)
}

/** Options of {@link sequenceLoader}. */
export interface SequenceLoaderOptions extends RandomOptions {
  /** Tokens in a window. */
  length: number
  /** Windows in a batch. */
  batch: number
  /** Distance from one window to the next. Default: `length`, so that they do not overlap. */
  stride?: number
  /** Whether each epoch visits the windows in a new random order. Default true, with `contiguous` false. */
  shuffle?: boolean
  /**
   * Whether row `i` of each batch goes on where row `i` of the batch before ended, so that the state of a recurrent
   * network can be carried from batch to batch. Default false.
   */
  contiguous?: boolean
  /** Whether to leave out a smaller last batch, so that all have one shape. Default true. */
  dropLast?: boolean
  /** Whether one `for await` goes on with the next epoch for ever. Default false. */
  repeat?: boolean
}

const OPTIONS = ['length', 'batch', 'stride', 'seed', 'generator'] as const
const SWITCHES = ['shuffle', 'contiguous', 'dropLast', 'repeat'] as const

/**
 * Batches for a language model: pairs of int32 tensors `[batch, length]`, where `y` is `x` moved on by one token. Each
 * `for await` is one epoch over all windows of the sequence.
 *
 * @param tokens - token numbers, for example from {@link CharTokenizer}
 * @param options - `length` and `batch` are needed
 * @returns a loader; `batches` is their number in an epoch
 * @throws OptionError when an option is not what it must be or the tokens do not fill one batch
 * @example
 * ```ts
 * import { CharTokenizer, sequenceLoader } from '@nn/data'
 * const text = 'Call me Ishmael. '.repeat(20)
 * const tokenizer = CharTokenizer.fromText(text)
 * const loader = sequenceLoader(tokenizer.encode(text), { length: 16, batch: 4, seed: 7 })
 * loader.batches // => 5
 * const shapes: unknown[] = []
 * for await (const [x, y] of loader) shapes.push([x.shape, y.shape])
 * shapes[0] // => [[4, 16], [4, 16]]
 * ```
 */
export function sequenceLoader(
  tokens: ArrayLike<number>,
  options: SequenceLoaderOptions,
): DataLoader<SequencePair, SequencePair> {
  const op = 'sequenceLoader'
  checkOptions(op, options, OPTIONS, SWITCHES)
  const {
    length,
    batch,
    stride,
    contiguous = false,
    shuffle = !contiguous,
    dropLast = true,
    ...rest
  } = options
  checkCount(op, 'batch', batch, 1, 'it is the number of windows in a batch')
  if (contiguous && (shuffle || (stride !== undefined && stride !== length)))
    throw new OptionError(
      `${op}: contiguous batches go on where the last ones ended, so there can be no shuffle and no stride but length; ` +
        `got shuffle ${shuffle}, stride ${describe(stride)}`,
    )
  const dataset = windows(op, tokens, stride === undefined ? { length } : { length, stride })
  if ((dropLast || contiguous) && dataset.length < batch)
    throw new OptionError(
      `${op}: ${tokens.length} tokens make ${dataset.length} windows of length ${length}, not enough for one batch of ${batch}; ` +
        'give more tokens, or lower length or batch',
    )
  return new DataLoader(contiguous ? inRows(dataset, batch) : dataset, {
    ...rest,
    batchSize: batch,
    shuffle,
    dropLast,
  })
}

// Row r of every batch walks through the r-th part of the windows.
function inRows(
  dataset: Dataset<SequencePair, SequencePair>,
  batch: number,
): Dataset<SequencePair, SequencePair> {
  const steps = Math.floor(dataset.length / batch)
  return subset(
    dataset,
    Int32Array.from({ length: steps * batch }, (_, i) => (i % batch) * steps + Math.floor(i / batch)),
  )
}

function windows(
  op: string,
  tokens: ArrayLike<number>,
  { length, stride = length }: SequenceDatasetOptions,
): Dataset<SequencePair, SequencePair> {
  checkCount(op, 'length', length, 1, 'it is the number of tokens in a window')
  checkCount(op, 'stride', stride, 1, 'it is the distance between windows')
  const ids = toIds(op, tokens)
  if (ids.length <= length)
    throw new OptionError(
      `${op}: a window of length ${length} and its target need ${length + 1} tokens, got ${ids.length}; ` +
        'give more tokens or lower length',
    )
  const count = Math.floor((ids.length - 1 - length) / stride) + 1
  const make = (starts: readonly number[], shape: number[]): SequencePair => {
    const x = new Int32Array(starts.length * length)
    const y = new Int32Array(starts.length * length)
    for (const [row, start] of starts.entries()) {
      x.set(ids.subarray(start, start + length), row * length)
      y.set(ids.subarray(start + 1, start + 1 + length), row * length)
    }
    return [tensor(x, { shape }), tensor(y, { shape })]
  }
  return {
    length: count,
    get: (index) => {
      checkIndex(`${op}.get`, index, count)
      return make([index * stride], [length])
    },
    batch: (indices) =>
      make(
        Array.from(indices, (index) => index * stride),
        [indices.length, length],
      ),
  }
}

function toIds(op: string, tokens: ArrayLike<number>): Int32Array {
  if (tokens instanceof Int32Array) return tokens
  if (typeof tokens !== 'object' || tokens === null || typeof tokens.length !== 'number')
    throw new OptionError(
      `${op}: expected token numbers (an Int32Array or array), got ${describe(tokens)}; encode text first`,
    )
  return Int32Array.from(tokens, (value, i) => {
    if (!Number.isInteger(value) || value < 0 || value > 2 ** 31 - 1)
      throw new OptionError(
        `${op}: token ${i} must be a whole number from 0 to 2³¹ − 1, got ${describe(value)}`,
      )
    return value
  })
}
