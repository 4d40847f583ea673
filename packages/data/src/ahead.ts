/** What {@link ahead} takes from. `next` may be called again before it has answered, as an async generator's may. */
export interface Source<T> {
  next(): Promise<IteratorResult<T, void>>
  return?(): Promise<unknown>
}

/**
 * Takes up to `count` values from a source before they are asked for, and hands all out in the source's order. A failure
 * waits for its turn. However it ends, nothing that it began is at work afterwards.
 */
export async function* ahead<T>(source: Source<T>, count: number): AsyncGenerator<T, void, undefined> {
  const waiting: Promise<IteratorResult<T, void>>[] = []
  try {
    for (;;) {
      while (waiting.length <= count) {
        const taken = source.next()
        taken.catch(() => {}) // where nobody asks for it any more
        waiting.push(taken)
      }
      const result = await waiting.shift()!
      if (result.done) return
      yield result.value
    }
  } finally {
    const closed = source.return?.()
    await Promise.allSettled([...waiting, closed])
    await closed
  }
}
