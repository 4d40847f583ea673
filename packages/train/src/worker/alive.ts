/** What is needed of a browser's `navigator.locks`. */
interface Locks {
  request(name: string, options: { signal?: AbortSignal }, held: () => Promise<void>): Promise<void>
}

function locks(): Locks | undefined {
  return (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks
}

/**
 * Within a browser's worker: takes a lock that it holds as long as it lives, and gives its name, or null where there are
 * no locks. Browsers say nothing when a worker is terminated, but they release its locks.
 */
export async function lifeline(): Promise<string | null> {
  const all = locks()
  if (!all) return null
  const name = `@nn/train:${Date.now()}:${Math.random()}`
  return new Promise((done) => {
    all
      .request(name, {}, () => {
        done(name)
        return new Promise(() => {})
      })
      .catch(() => done(null))
  })
}

/** Calls a function when the worker that holds a lock is no more; gives a function that ends the watch. */
export function watchLifeline(name: string, ended: () => void): () => void {
  const watch = new AbortController()
  locks()
    ?.request(name, { signal: watch.signal }, async () => ended())
    .catch(() => {}) // the watch was ended
  return () => watch.abort()
}
