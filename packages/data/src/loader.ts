import { type Generator, type GeneratorState, OptionError } from '@core/tensor'
import { breathe, checkOptions, describe } from '@core/tensor/extend'
import { type Collated, collate } from './collate.js'
import { checkDataset, type Dataset } from './dataset.js'
import { checkCount, checkRandom, ownGenerator, type RandomOptions } from './options.js'

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
  /** Puts examples together to a batch. Default: the dataset's own `batch`, else {@link collate}. */
  collate?: (items: Item[]) => Batch | PromiseLike<Batch>
}

/** Where in the data a loader is: all that is needed to go on from there, and plain enough for JSON. */
export interface LoaderState {
  /** The epoch, from 0. */
  readonly epoch: number
  /** How many of its batches were handed out. */
  readonly batch: number
  /** The state of the loader's generator when the epoch began; null for a loader that does not shuffle. */
  readonly generator: GeneratorState | null
}

const OPTIONS = ['batchSize', 'seed', 'generator', 'collate'] as const
const SWITCHES = ['shuffle', 'dropLast', 'repeat'] as const

/**
 * Hands out a dataset in batches. Each `for await` is one epoch; the next one goes on with a new order where
 * `shuffle` is set. The orders come from a generator of the loader's own (from `seed`, else derived from `generator`,
 * else from the default generator when the loader is made), so nothing drawn elsewhere changes them.
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
  private readonly generator: Generator | null
  private readonly repeat: boolean
  private readonly build: (indices: Int32Array) => Batch | PromiseLike<Batch>
  private position: LoaderState
  private begun = false

  /**
   * @param dataset - where the examples come from
   * @param options - `batchSize`, `shuffle`, `seed` or `generator`, `dropLast`, `repeat`, `collate`
   * @throws OptionError when an option is not what it must be, or there would be no batch at all
   */
  constructor(dataset: Dataset<Item, Batch>, options: DataLoaderOptions<Item, Batch> = {}) {
    checkDataset('DataLoader', dataset)
    checkOptions('DataLoader', options, OPTIONS, SWITCHES)
    const { batchSize = 1, shuffle = false, dropLast = false, repeat = false } = options
    checkCount('DataLoader', 'batchSize', batchSize, 1, 'it is the number of examples in a batch')
    checkRandom('DataLoader', options)
    if (options.collate !== undefined && typeof options.collate !== 'function')
      throw new OptionError(
        `DataLoader: collate must be a function of examples, got ${describe(options.collate)}`,
      )
    if (dropLast && dataset.length < batchSize)
      throw new OptionError(
        `DataLoader: with dropLast there is no batch at all: ${dataset.length} examples, batchSize ${batchSize}; ` +
          'lower batchSize or leave dropLast out',
      )
    this.dataset = dataset
    this.batchSize = batchSize
    this.batches = dropLast ? Math.floor(dataset.length / batchSize) : Math.ceil(dataset.length / batchSize)
    this.generator = shuffle ? ownGenerator(options) : null
    this.repeat = repeat
    this.build = builder(dataset, options.collate)
    this.position = { epoch: 0, batch: 0, generator: this.generator?.state ?? null }
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
    return { ...this.position }
  }

  /** Continues from a stored state at the next `for await`. */
  set state(saved: LoaderState) {
    const { epoch, batch, generator } = saved
    checkCount('DataLoader.state', 'epoch', epoch, 0, 'give what the state of a loader was')
    checkCount('DataLoader.state', 'batch', batch, 0, 'give what the state of a loader was')
    if (batch > this.batches)
      throw new OptionError(
        `DataLoader.state: batch is ${batch}, but an epoch of this loader has ${this.batches}; ` +
          'continue with the same data and batchSize',
      )
    if ((generator === null) !== (this.generator === null))
      throw new OptionError(
        `DataLoader.state: the state is of a loader with shuffle: ${generator !== null}, this one has ` +
          `shuffle: ${this.generator !== null}; make them alike`,
      )
    if (generator) this.generator!.state = generator
    this.position = { epoch, batch, generator }
    this.begun = false
  }

  /** Hands out the batches of one epoch, or of all to come with `repeat`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    do {
      const order = this.begin()
      for (let at = this.position; at.batch < this.batches; ) {
        const start = at.batch * this.batchSize
        const batch = await this.build(order.slice(start, start + this.batchSize))
        at = this.position = { ...at, batch: at.batch + 1 }
        yield batch
        await breathe()
      }
    } while (this.repeat)
  }

  // Starts the next epoch, or the one that was restored, and returns its order.
  private begin(): Int32Array {
    if (this.begun)
      this.position = { epoch: this.position.epoch + 1, batch: 0, generator: this.generator?.state ?? null }
    this.begun = true
    const { length } = this.dataset
    return this.generator?.permutation(length) ?? Int32Array.from({ length }, (_, i) => i)
  }
}

function builder<Item, Batch>(
  dataset: Dataset<Item, Batch>,
  own: DataLoaderOptions<Item, Batch>['collate'],
): (indices: Int32Array) => Batch | PromiseLike<Batch> {
  if (!own && dataset.batch) return (indices) => dataset.batch!(indices)
  const together = own ?? (collate as unknown as (items: Item[]) => Batch)
  return async (indices) => together(await Promise.all(Array.from(indices, (index) => dataset.get(index))))
}
