import { OptionError } from '@core/tensor'
import { breathe, checkOptions } from '@core/tensor/extend'
import { ahead, type Source } from './ahead.js'
import { type Collated, collate } from './collate.js'
import { checkIterable, type IterableDataset, openStream } from './iterable.js'
import { checkCollate } from './loader.js'
import { checkCount, checkRandom, ownGenerator, type RandomOptions } from './options.js'
import { type LoaderState, Position } from './position.js'
import { shuffled } from './shuffle.js'

/** Options of an {@link IterableLoader}. */
export interface IterableLoaderOptions<Item, Batch> extends RandomOptions {
  /** Examples in a batch. Default 1. */
  batchSize?: number
  /**
   * How many examples are held back to be handed out in random order: each that comes takes the place of one chosen
   * at random. The more, the better mixed. Default 1: the order of the stream.
   */
  shuffleBuffer?: number
  /** Whether to leave out the last batch of an epoch where it would be smaller. Default false. */
  dropLast?: boolean
  /** Whether one `for await` goes on with the next epoch for ever, instead of ending. Default false. */
  repeat?: boolean
  /** How many batches are read before they are asked for. Default 0. It changes nothing about order or state. */
  prefetch?: number
  /** Puts examples together to a batch. Default {@link collate}. */
  collate?: (items: Item[]) => Batch | PromiseLike<Batch>
}

const OP = 'IterableLoader'
const OPTIONS = ['batchSize', 'shuffleBuffer', 'prefetch', 'seed', 'generator', 'collate'] as const
const SWITCHES = ['dropLast', 'repeat'] as const

/**
 * Hands out a stream of examples in batches: data whose length is not known, or that does not fit into memory. Each
 * `for await` is one epoch, which reads the stream from its beginning. What {@link DataLoader} says about random
 * numbers and `prefetch` holds here, too; only the examples are always read one after the other.
 *
 * @typeParam Item - one example
 * @typeParam Batch - what is handed out
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { IterableLoader } from '@nn/data'
 * async function* lines() {
 *   for (let i = 0; i < 5; i++) yield [tensor([i, i * i])] as const
 * }
 * const loader = new IterableLoader(lines, { batchSize: 2, shuffleBuffer: 4, seed: 1 })
 * const shapes: unknown[] = []
 * for await (const [x] of loader) shapes.push(x.shape)
 * shapes // => [[2, 2], [2, 2], [1, 2]]
 * ```
 */
export class IterableLoader<Item, Batch = Collated<Item>> implements AsyncIterable<Batch> {
  /** Where the examples come from. */
  readonly dataset: IterableDataset<Item>
  /** Examples in a batch. */
  readonly batchSize: number
  private readonly shuffleBuffer: number
  private readonly dropLast: boolean
  private readonly repeat: boolean
  private readonly prefetch: number
  private readonly build: (items: Item[]) => Batch | PromiseLike<Batch>
  private readonly position: Position

  /**
   * @param dataset - something that can be iterated again and again, or a function that begins a stream anew
   * @param options - `batchSize`, `shuffleBuffer`, `seed` or `generator`, `dropLast`, `repeat`, `prefetch`, `collate`
   * @throws OptionError when an option is not what it must be, or the stream can be read only once
   */
  constructor(dataset: IterableDataset<Item>, options: IterableLoaderOptions<Item, Batch> = {}) {
    checkIterable(OP, dataset)
    checkOptions(OP, options, OPTIONS, SWITCHES)
    const { batchSize = 1, shuffleBuffer = 1, dropLast = false, repeat = false, prefetch = 0 } = options
    checkCount(OP, 'batchSize', batchSize, 1, 'it is the number of examples in a batch')
    checkCount(OP, 'shuffleBuffer', shuffleBuffer, 1, 'it is the number of examples among which one is drawn')
    checkCount(OP, 'prefetch', prefetch, 0, 'it is the number of batches read ahead')
    checkRandom(OP, options)
    checkCollate(OP, options.collate)
    this.dataset = dataset
    this.batchSize = batchSize
    this.shuffleBuffer = shuffleBuffer
    this.dropLast = dropLast
    this.repeat = repeat
    this.prefetch = prefetch
    this.build = options.collate ?? (collate as unknown as (items: Item[]) => Batch)
    this.position = new Position(shuffleBuffer > 1 ? ownGenerator(options) : null)
  }

  /**
   * Where the loader is: the batch handed out last counts as done. Set on a loader made alike, its next `for await`
   * reads the stream from its beginning, skips what was handed out, and goes on. That is exact where the stream gives
   * the same examples again.
   *
   * @example
   * ```ts
   * import { IterableLoader } from '@nn/data'
   * const make = () => new IterableLoader([1, 2, 3, 4, 5], { batchSize: 2, collate: (items) => items })
   * const first = make()
   * for await (const _ of first) break
   * const second = make()
   * second.state = JSON.parse(JSON.stringify(first.state))
   * const left: number[][] = []
   * for await (const batch of second) left.push(batch)
   * left // => [[3, 4], [5]]
   * ```
   */
  get state(): LoaderState {
    return { ...this.position.current }
  }

  /** Continues from a stored state at the next `for await`. */
  set state(saved: LoaderState) {
    this.position.restore(`${OP}.state`, saved)
  }

  /** Hands out the batches of one epoch, or of all to come with `repeat`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    do {
      let at = this.position.begin()
      for await (const batch of ahead(this.source(at), this.prefetch)) {
        at = this.position.current = { ...at, batch: at.batch + 1 }
        yield batch
        await breathe()
      }
    } while (this.repeat)
  }

  // Reads the epoch that has begun. Closing it takes effect at the next example, though batches are still asked for.
  private source(at: LoaderState): Source<Batch> {
    const reading = { closed: false }
    const batches = this.batches(at, reading)
    return {
      next: () => batches.next(),
      return: () => {
        reading.closed = true
        return batches.return()
      },
    }
  }

  private async *batches({ epoch, batch: skipped }: LoaderState, reading: { readonly closed: boolean }) {
    // A generator for each epoch: how far it is read changes nothing for the next one.
    const generator = this.position.generator?.fork()
    const stream = openStream(OP, this.dataset, epoch)
    let items: Item[] = []
    let count = 0
    for await (const item of generator ? shuffled(stream, this.shuffleBuffer, generator) : stream) {
      if (reading.closed) return
      items.push(item)
      if (items.length < this.batchSize) continue
      if (++count > skipped) yield await this.build(items)
      items = []
    }
    if (items.length > 0 && !this.dropLast && ++count > skipped) yield await this.build(items)
    if (count < skipped)
      throw new OptionError(
        `${OP}: the stream ended after ${count} batches, but the state tells of ${skipped} handed out; ` +
          'continue with the same data and batchSize',
      )
    if (count === 0)
      throw new OptionError(
        `${OP}: the stream gave no batch in epoch ${epoch}: ${items.length} examples, batchSize ${this.batchSize}` +
          `${this.dropLast ? ' with dropLast' : ''}; give a stream that begins anew each time it is iterated`,
      )
  }
}
