import { watchLifeline } from './alive.js'
import { buffersOf, type Sent, unpack } from './encode.js'
import { unpackError } from './errors.js'
import type { Port } from './port.js'
import { type FromWorker, isMessage, MARK, type ToWorker } from './protocol.js'
import type { TrainInWorkerOptions } from './trainInWorker.js'

/** Has a worker train, and waits for what it returns. Whatever becomes of the worker, this comes to an end. */
export async function converse<Progress>(
  port: Port,
  args: Sent,
  { onProgress, signal, timeout = 60 }: TrainInWorkerOptions<Progress>,
): Promise<unknown> {
  const id = Math.random() // others may train in the same worker
  const endings: (() => void)[] = []
  const say = (message: ToWorker, transfer?: ArrayBuffer[]) => port.send(message, transfer)
  try {
    return await new Promise<unknown>((resolve, reject) => {
      let started = false
      const gone = (why: string, cause?: Error) => {
        const hint = started ? '' : '; does its file call exposeTraining?'
        reject(new Error(`trainInWorker: ${why}${hint}`, { cause }))
      }
      const late = setTimeout(
        () => gone(`the worker did not start within ${timeout} seconds`),
        1000 * timeout,
      )
      endings.push(() => clearTimeout(late))
      const abort = () => say({ mark: MARK, kind: 'abort', id })
      const start = (lifeline: string | null) => {
        started = true
        clearTimeout(late)
        if (lifeline !== null) endings.push(watchLifeline(lifeline, () => gone('the worker was terminated')))
        say({ mark: MARK, kind: 'train', id, args, aborted: signal?.aborted === true }, buffersOf(args))
        signal?.addEventListener('abort', abort)
        endings.push(() => signal?.removeEventListener('abort', abort))
      }
      const hear = (message: FromWorker) => {
        if (message.kind === 'ready') {
          if (!started) start(message.lifeline)
        } else if (message.id !== id) return
        else if (message.kind === 'error') reject(unpackError(message.error))
        else if (message.kind === 'result') resolve(unpack(message.value))
        else onProgress?.(unpack(message.value) as Progress)
      }
      const message = (data: unknown) => {
        try {
          if (isMessage<FromWorker>(data)) hear(data)
        } catch (error) {
          reject(error) // of onProgress, or of what cannot be sent after all
        }
      }
      endings.push(port.listen({ message, end: (error) => gone(error.message, error) }))
      say({ mark: MARK, kind: 'hello' })
    })
  } finally {
    for (const end of endings) end()
  }
}
