import { narrow, OptionError, pad, ShapeError, select, stack, type Tensor, tensor } from '@core/tensor'
import {
  checkNumber,
  checkOptions,
  checkTensor,
  describe,
  isTensor,
  show,
  valuesNow,
} from '@core/tensor/extend'
import { checkCount } from './options.js'

/** Options of {@link padSequences}. */
export interface PadSequencesOptions {
  /** What stands behind the end of the shorter ones. Default 0. */
  value?: number
  /** Whether the batch stands before time: [batch, time, …] (default), else [time, batch, …]. */
  batchFirst?: boolean
}

/** Sequences of different lengths as one tensor. */
export interface PaddedSequences {
  /** [batch, time, …] (or time first), as long as the longest. */
  readonly padded: Tensor
  /** The length of each, int32 [batch]; recurrent layers take it as `lengths`. */
  readonly lengths: Tensor
}

/**
 * Puts sequences of different lengths together to a batch: the shorter ones are filled up behind their ends. Gradients
 * pass through to each sequence.
 *
 * @param tensors - at least one, each [time, …], alike but for the length
 * @param options - `value` (default 0), `batchFirst` (default true)
 * @returns `padded` and `lengths`
 * @throws ShapeError when they differ in more than the first dimension
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { padSequences } from '@nn/data'
 * const { padded, lengths } = padSequences([tensor([1, 2, 3]), tensor([4])])
 * padded.toArraySync() // => [[1, 2, 3], [4, 0, 0]]
 * lengths.dataSync() // => [3, 1]
 * ```
 */
export function padSequences(tensors: readonly Tensor[], options: PadSequencesOptions = {}): PaddedSequences {
  checkOptions('padSequences', options, ['value'], ['batchFirst'])
  const { value = 0, batchFirst = true } = options
  checkNumber('padSequences', 'value', value)
  return padAll('padSequences', tensors, value, batchFirst ? 0 : 1)
}

/** Options of {@link unpadSequences}. */
export interface UnpadSequencesOptions {
  /** Whether the batch stands before time: [batch, time, …] (default), else [time, batch, …]. */
  batchFirst?: boolean
}

/**
 * Takes padded sequences apart again.
 *
 * @param padded - [batch, time, …] (or time first)
 * @param lengths - the length of each: numbers, or an int32 tensor [batch]
 * @param options - `batchFirst` (default true)
 * @returns the sequences, each [time, …] with its own length
 * @throws ShapeError when the lengths do not fit
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { unpadSequences } from '@nn/data'
 * const sequences = unpadSequences(tensor([[1, 2, 3], [4, 0, 0]]), [3, 1])
 * sequences.map((sequence) => sequence.toArraySync()) // => [[1, 2, 3], [4]]
 * ```
 */
export function unpadSequences(
  padded: Tensor,
  lengths: readonly number[] | Tensor,
  options: UnpadSequencesOptions = {},
): Tensor[] {
  const op = 'unpadSequences'
  checkOptions(op, options, [], ['batchFirst'])
  checkTensor(op, padded, 'the batch')
  const { batchFirst = true } = options
  const list = isTensor(lengths)
    ? Array.from(valuesNow(op, lengths, 'the lengths', 'pass a list: Array.from(await lengths.data())'))
    : lengths
  const [batch, time] = batchFirst ? padded.shape : [padded.shape[1], padded.shape[0]]
  if (padded.rank < 2 || !Array.isArray(list) || list.length !== batch)
    throw new ShapeError(
      `${op}: the batch ${show(padded.shape)} must be ${batchFirst ? '[batch, time, …]' : '[time, batch, …]'}, with one length for ` +
        `each sequence, got ${Array.isArray(list) ? `${list.length} lengths` : describe(list)}`,
    )
  for (const length of list as readonly number[]) {
    checkCount(op, 'a length', length, 0, 'it is the number of steps of a sequence')
    if (length > time!)
      throw new ShapeError(
        `${op}: a length is ${length}, but the sequences of ${show(padded.shape)} have ${time} steps`,
      )
  }
  return (list as readonly number[]).map((length, i) =>
    narrow(select(padded, batchFirst ? 0 : 1, i), 0, 0, length),
  )
}

/** Pads and stacks along a new axis; `what` names the sequences in messages. */
export function padAll(
  op: string,
  tensors: readonly Tensor[],
  value: number,
  axis: number,
  what = 'sequence',
): PaddedSequences {
  if (!Array.isArray(tensors) || tensors.length === 0)
    throw new OptionError(
      `${op}: expected a list of at least one tensor, got ${Array.isArray(tensors) ? '[]' : describe(tensors)}`,
    )
  const list = tensors as readonly Tensor[]
  for (const [i, sequence] of list.entries()) {
    checkTensor(op, sequence, `${what} ${i}`)
    if (sequence.rank === 0 || show(sequence.shape.slice(1)) !== show(list[0]!.shape.slice(1)))
      throw new ShapeError(
        `${op}: ${what} ${i} has shape ${show(sequence.shape)}, ${what} 0 ${show(list[0]!.shape)}; ` +
          'they must be [time, …] and may differ in their first dimension only',
      )
  }
  const lengths = list.map(({ shape }) => shape[0]!)
  const longest = Math.max(...lengths)
  const filled = list.map((sequence, i) =>
    pad(sequence, [...new Array<number>(2 * sequence.rank - 1).fill(0), longest - lengths[i]!], { value }),
  )
  return { padded: stack(filled, axis), lengths: tensor(lengths, { dtype: 'int32' }) }
}
