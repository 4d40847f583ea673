import { OptionError, stack, type Tensor } from '@core/tensor'
import { checkNumber, checkOptions, describe, isTensor } from '@core/tensor/extend'
import { padAll } from './padding.js'
import type { Tensors } from './tensors.js'

/** Options of {@link collatePadded}. */
export interface CollatePaddedOptions {
  /** What stands behind the end of the shorter ones: for all members of an example, or one for each. Default 0. */
  value?: number | readonly number[]
}

/**
 * Puts examples whose sequences differ in length together to a batch, for the option `collate` of a loader. Members with
 * a first dimension are padded to the longest of the batch, single numbers are stacked; at the end come the lengths of
 * the first member, for the option `lengths` of recurrent layers.
 *
 * @param items - examples: lists of tensors, alike but for the lengths
 * @param options - `value`: `[0, -100]` pads inputs with 0 and targets with what `crossEntropy` leaves out
 * @returns the members [batch, time, …] or [batch], and their lengths, int32 [batch]
 * @throws OptionError or ShapeError when the examples are not alike
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { collatePadded, DataLoader } from '@nn/data'
 * const words = ['sea', 'whale'].map((word) => [tensor([...word].map((c) => c.charCodeAt(0) - 96)), tensor(word.length % 2)])
 * const dataset = { length: 2, get: (index: number) => words[index]! }
 * const loader = new DataLoader(dataset, { batchSize: 2, collate: (items) => collatePadded(items) })
 * const batches: unknown[] = []
 * for await (const [x, y, lengths] of loader) batches.push([x!.toArraySync(), y!.shape, lengths!.toArraySync()])
 * batches // => [[[[19, 5, 1, 0, 0], [23, 8, 1, 12, 5]], [2], [3, 5]]]
 * ```
 */
export function collatePadded<Item extends readonly Tensor[]>(
  items: readonly Item[],
  options: CollatePaddedOptions = {},
): [...Tensors<Item>, lengths: Tensor] {
  const op = 'collatePadded'
  checkOptions(op, options, ['value'])
  const { value = 0 } = options
  if (!Array.isArray(items) || items.length === 0)
    throw new OptionError(
      `${op}: expected a list of at least one example, got ${Array.isArray(items) ? '[]' : describe(items)}`,
    )
  const width = (items[0] as Partial<Item>)?.length ?? 0
  for (const [i, item] of (items as readonly Item[]).entries())
    if (!Array.isArray(item) || item.length === 0 || item.length !== width || !item.every(isTensor))
      throw new OptionError(
        `${op}: example ${i} is ${Array.isArray(item) ? `a list of ${item.length}` : describe(item)}; all must be lists of the same ` +
          'number of tensors, like [x, y]; for another structure call padSequences in a collate function of your own',
      )
  if (typeof value !== 'number' && (!Array.isArray(value) || value.length !== width))
    throw new OptionError(
      `${op}: value must be a number, or a list of ${width}, one for each member of an example, got ` +
        `${Array.isArray(value) ? `a list of ${value.length}` : describe(value)}`,
    )
  const values =
    typeof value === 'number' ? new Array<number>(width).fill(value) : (value as readonly number[])
  for (const one of values) checkNumber(op, 'value', one)
  if (items[0]![0]!.rank === 0)
    throw new OptionError(
      `${op}: the first member of an example is a single number; it must be the sequence whose length counts`,
    )
  const members = values.map((fill, k) => {
    const tensors = items.map((item) => item[k]!)
    if (tensors[0]!.rank === 0) return { padded: stack(tensors), lengths: undefined }
    return padAll(op, tensors, fill, 0, `member ${k} of example`)
  })
  return [...members.map(({ padded }) => padded), members[0]!.lengths!] as unknown as [
    ...Tensors<Item>,
    lengths: Tensor,
  ]
}
