import { OptionError } from '@core/tensor'
import { breathe, checkOptions, describe } from '@core/tensor/extend'
import { ahead, type Source } from './ahead.js'
import { type Collated, collate } from './collate.js'
import { checkDataset, type Dataset } from './dataset.js'
import { checkCount, checkRandom, ownGenerator, type RandomOptions } from './options.js'
import { type LoaderState, Position } from './position.js'

/** Options of a {@link DataLoader}. */
export interface DataLoaderOptions<Item, Batch> extends RandomOptions {
  /** Examples in a batch. Default 1. */
  batchSize?: number
  /** Whether each epoch visits the examples in a new random order. Default false. */
  shuffle?: boolean
  /** Whether to leave out the last batch of an epoch where it would be smaller. Default false. */
  dropLast?: boolean
  /** Whether one `for await` goes on with the next epoch for ever, instead of ending. Default false. */
  repeat?: boolean
  /**
   * How many batches of an epoch are made before they are asked for, so that reading goes on while a step computes.
   * Default 0. It changes nothing about order or state.
   */
  prefetch?: number
  /** Puts examples together to a batch. Default: the dataset's own `batch`, else {@link collate}. */
  collate?: (items: Item[]) => Batch | PromiseLike<Batch>
}

const OPTIONS = ['batchSize', 'prefetch', 'seed', 'generator', 'collate'] as const
const SWITCHES = ['shuffle', 'dropLast', 'repeat'] as const

/**
 * Hands out a dataset in batches. Each `for await` is one epoch; the next one goes on with a new order where
 * `shuffle` is set. The orders come from a generator of the loader's own (from `seed`, else derived from `generator`,
 * else from the default generator when the loader is made), so nothing drawn elsewhere changes them.
 *
 * `prefetch: n` begins up to n batches before they are asked for. It gains time where examples come as promises (read
 * from files, from the network); they may then be asked for while others are still on their way. An error comes out at
 * the turn of its batch. Leaving the loop waits for what was begun. Examples that draw random numbers of their own draw
 * them ahead, too: where a checkpoint stores their generator, leave `prefetch` at 0.
 *
 * @typeParam Item - one example
 * @typeParam Batch - what is handed out
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { DataLoader, tensorDataset } from '@nn/data'
 * const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
 * const y = tensor([0, 1, 1, 0])
 * const loader = new DataLoader(tensorDataset(x, y), { batchSize: 3, shuffle: true, seed: 1 })
 * loader.batches // => 2
 * const sizes: number[] = []
 * for await (const [inputs, targets] of loader) sizes.push(inputs.shape[0]!, targets.shape[0]!)
 * sizes // => [3, 3, 1, 1]
 * ```
 */
export class DataLoader<Item, Batch = Collated<Item>> implements AsyncIterable<Batch> {
  /** Where the examples come from. */
  readonly dataset: Dataset<Item, Batch>
  /** Examples in a batch. */
  readonly batchSize: number
  /** Batches in an epoch. */
  readonly batches: number
  private readonly repeat: boolean
  private readonly prefetch: number
  private readonly build: (indices: Int32Array) => Batch | PromiseLike<Batch>
  private readonly position: Position

  /**
   * @param dataset - where the examples come from
   * @param options - `batchSize`, `shuffle`, `seed` or `generator`, `dropLast`, `repeat`, `prefetch`, `collate`
   * @throws OptionError when an option is not what it must be, or there would be no batch at all
   */
  constructor(dataset: Dataset<Item, Batch>, options: DataLoaderOptions<Item, Batch> = {}) {
    checkDataset('DataLoader', dataset)
    checkOptions('DataLoader', options, OPTIONS, SWITCHES)
    const { batchSize = 1, shuffle = false, dropLast = false, repeat = false, prefetch = 0 } = options
    checkCount('DataLoader', 'batchSize', batchSize, 1, 'it is the number of examples in a batch')
    checkCount('DataLoader', 'prefetch', prefetch, 0, 'it is the number of batches made ahead')
    checkRandom('DataLoader', options)
    checkCollate('DataLoader', options.collate)
    if (dropLast && dataset.length < batchSize)
      throw new OptionError(
        `DataLoader: with dropLast there is no batch at all: ${dataset.length} examples, batchSize ${batchSize}; ` +
          'lower batchSize or leave dropLast out',
      )
    this.dataset = dataset
    this.batchSize = batchSize
    this.batches = dropLast ? Math.floor(dataset.length / batchSize) : Math.ceil(dataset.length / batchSize)
    this.repeat = repeat
    this.prefetch = prefetch
    this.build = builder(dataset, options.collate)
    this.position = new Position(shuffle ? ownGenerator(options) : null)
  }

  /**
   * Where the loader is: the batch handed out last counts as done. Store it in a checkpoint; set on a loader made
   * alike, its next `for await` hands out what was left of that epoch.
   *
   * @example
   * ```ts
   * import { arange } from '@core/tensor'
   * import { DataLoader, tensorDataset } from '@nn/data'
   * const make = () => new DataLoader(tensorDataset(arange(6)), { batchSize: 2, shuffle: true, seed: 5 })
   * const first = make()
   * for await (const _ of first) break // one batch of three
   * const second = make()
   * second.state = JSON.parse(JSON.stringify(first.state))
   * let left = 0
   * for await (const _ of second) left++
   * left // => 2
   * ```
   */
  get state(): LoaderState {
    return { ...this.position.current }
  }

  /** Continues from a stored state at the next `for await`. */
  set state(saved: LoaderState) {
    this.position.restore('DataLoader.state', saved, this.batches)
  }

  /** Hands out the batches of one epoch, or of all to come with `repeat`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    do {
      let at = this.position.begin()
      for await (const batch of ahead(this.source(at.batch), this.prefetch)) {
        at = this.position.current = { ...at, batch: at.batch + 1 }
        yield batch
        await breathe()
      }
    } while (this.repeat)
  }

  // Makes the batches of the epoch that has begun, from number `at` on.
  private source(at: number): Source<Batch> {
    const { length } = this.dataset
    const order = this.position.generator?.permutation(length) ?? Int32Array.from({ length }, (_, i) => i)
    let next = at
    return {
      next: async () => {
        if (next >= this.batches) return { done: true, value: undefined }
        const start = next++ * this.batchSize
        return { value: await this.build(order.slice(start, start + this.batchSize)) }
      },
    }
  }
}

/** Refuses a collate function that is none. */
export function checkCollate(op: string, own: unknown): void {
  if (own !== undefined && typeof own !== 'function')
    throw new OptionError(`${op}: collate must be a function of examples, got ${describe(own)}`)
}

function builder<Item, Batch>(
  dataset: Dataset<Item, Batch>,
  own: DataLoaderOptions<Item, Batch>['collate'],
): (indices: Int32Array) => Batch | PromiseLike<Batch> {
  if (!own && dataset.batch) return (indices) => dataset.batch!(indices)
  const together = own ?? (collate as unknown as (items: Item[]) => Batch)
  return async (indices) => {
    // All settle before one failure comes out, so that nothing is left at work behind it.
    const read = await Promise.allSettled(Array.from(indices, async (index) => dataset.get(index)))
    return together(
      read.map((result) => {
        if (result.status === 'rejected') throw result.reason
        return result.value
      }),
    )
  }
}
