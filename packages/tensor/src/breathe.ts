import { state } from './state.js'

/**
 * Lets the event loop turn once where enough tensor memory has piled up, so that the garbage collector's finalizers
 * can run and free it; otherwise it does nothing. `data()`, loaders and `fit` call it.
 *
 * @param always - lets it turn in any case, so that messages, timers and clicks are heard
 * @returns resolves at once or after one turn
 * @example
 * ```ts
 * import { breathe } from '@core/tensor/extend'
 * await breathe()
 * ```
 */
export async function breathe(always = false): Promise<void> {
  if (always || state.backend?.wantsBreath()) await macrotask()
}

function macrotask(): Promise<void> {
  return new Promise((done) => {
    if (typeof setImmediate === 'function') setImmediate(done)
    else {
      // a message channel is not slowed down as nested timers are
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        done()
      }
      port2.postMessage(0)
    }
  })
}
