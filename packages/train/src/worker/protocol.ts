import type { Sent } from './encode.js'
import type { SentError } from './errors.js'

/** Marks the messages of a training among others that a worker may send. */
export const MARK = '@nn/train'

interface Marked {
  readonly mark: typeof MARK
}

/** What a page tells its worker. */
export type ToWorker = Marked &
  (
    | { readonly kind: 'hello' }
    | { readonly kind: 'train'; readonly id: number; readonly args: Sent; readonly aborted: boolean }
    | { readonly kind: 'abort'; readonly id: number }
  )

/** What a worker tells. It says that it is ready when it can hear, and again to who says hello. */
export type FromWorker = Marked &
  (
    | { readonly kind: 'ready'; readonly lifeline: string | null }
    | { readonly kind: 'progress'; readonly id: number; readonly value: Sent }
    | { readonly kind: 'result'; readonly id: number; readonly value: Sent }
    | { readonly kind: 'error'; readonly id: number; readonly error: SentError }
  )

/** Whether a message is one of these. */
export function isMessage<Message extends ToWorker | FromWorker>(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && (data as { mark?: unknown }).mark === MARK
}
