import { checkBatch } from './check.js'
import type { Batch } from './loss.js'

/** Loaders that know their size, as `DataLoader` and arrays do. */
interface Sized {
  readonly batches?: unknown
  readonly length?: unknown
  readonly state?: { readonly batch?: unknown }
}

/** How many batches are left of the current epoch, after `taken` of them; undefined where the loader does not tell. */
export function batchesLeft(loader: Sized, taken: number): number | undefined {
  const { batches, length, state } = loader
  if (typeof batches === 'number') return batches - (typeof state?.batch === 'number' ? state.batch : taken)
  return Array.isArray(loader) ? (length as number) - taken : undefined
}

/** One pass over a loader's batches. It never asks for a batch that is not used, so the loader's state stays exact. */
export class Pass<B extends Batch> {
  private readonly iterator: AsyncIterator<B> | Iterator<B>
  private taken = 0
  private ended = false

  constructor(private readonly loader: AsyncIterable<B> | Iterable<B>) {
    this.iterator =
      Symbol.asyncIterator in loader ? loader[Symbol.asyncIterator]() : loader[Symbol.iterator]()
  }

  /** Whether there is nothing left, as far as the loader tells. */
  get finished(): boolean {
    return this.ended || (this.taken > 0 && batchesLeft(this.loader as Sized, this.taken) === 0)
  }

  /** The next batches, `count` of them or what is left. */
  async take(count: number): Promise<B[]> {
    const batches: B[] = []
    while (batches.length < count && !this.ended) {
      const result = await this.iterator.next()
      if (result.done) this.ended = true
      else {
        checkBatch('fit', result.value)
        batches.push(result.value)
        this.taken++
      }
    }
    return batches
  }

  /** Tells the loader that no more is wanted. */
  async close(): Promise<void> {
    if (!this.ended) await this.iterator.return?.()
  }
}
