import { OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'

/** What is needed of a worker: one of a browser, or of Node's `node:worker_threads`. */
export interface WorkerLike {
  /** Sends a message to it. */
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  /** Ends it. */
  terminate(): unknown
}

/** One end of a line between two threads. */
export interface Port {
  send(message: unknown, transfer?: ArrayBuffer[]): void
  /** Hears messages, and how the other end fails or ends where that can be heard; gives a function that hangs up. */
  listen(on: { message(data: unknown): void; end?(error: Error): void }): () => void
}

interface Target {
  addEventListener(type: string, listener: (event: never) => void): void
  removeEventListener(type: string, listener: (event: never) => void): void
}

interface Emitter {
  on(type: string, listener: (value: never) => void): unknown
  off(type: string, listener: (value: never) => void): unknown
}

type Listener = (value: never) => void

/** The end at which a worker is held. */
export function portOf(op: string, worker: WorkerLike): Port {
  const given = worker as WorkerLike & Partial<Target & Emitter>
  if (typeof given?.postMessage !== 'function' || typeof given.terminate !== 'function')
    throw new OptionError(
      `${op}: expected a worker, as in new Worker(new URL('./training.js', import.meta.url), { type: 'module' }), got ${describe(worker)}`,
    )
  return lineTo(given)
}

function lineTo(end: Pick<WorkerLike, 'postMessage'> & Partial<Target & Emitter>): Port {
  return {
    send: (message, transfer = []) => end.postMessage(message, transfer),
    listen: ({ message, end: ended }) => {
      const listeners: [string, Listener][] = end.on
        ? [
            ['message', message as Listener],
            ['error', ((error: Error) => ended?.(error)) as Listener],
            ['messageerror', ((error: Error) => ended?.(error)) as Listener],
            [
              'exit',
              ((code: number) => ended?.(new Error(`the worker ended, with exit code ${code}`))) as Listener,
            ],
          ]
        : [
            ['message', ((event: { data: unknown }) => message(event.data)) as Listener],
            ['error', ((event: { message?: string }) => ended?.(new Error(failure(event)))) as Listener],
            [
              'messageerror',
              (() => ended?.(new Error('a message of the worker could not be read'))) as Listener,
            ],
          ]
      for (const [type, listener] of listeners)
        end.on ? end.on(type, listener) : end.addEventListener!(type, listener)
      return () => {
        for (const [type, listener] of listeners)
          end.off ? end.off(type, listener) : end.removeEventListener!(type, listener)
      }
    },
  }
}

function failure({ message }: { message?: string }): string {
  return message
    ? `the worker failed: ${message}`
    : 'the worker could not be started: its file was not found, or is no JavaScript'
}

/** What is needed of the global scope. */
interface Scope {
  readonly WorkerGlobalScope?: abstract new () => object
  readonly process?: {
    getBuiltinModule?(name: string): { parentPort: (Emitter & WorkerLike) | null } | undefined
  }
}

/** Within a worker: the end that leads to who started it; null outside of one. */
export function portInWorker(): Port | null {
  const scope = globalThis as unknown as Scope & WorkerLike & Target
  if (scope.WorkerGlobalScope && scope instanceof scope.WorkerGlobalScope) return lineTo(scope)
  const parent = scope.process?.getBuiltinModule?.('node:worker_threads')?.parentPort
  return parent ? lineTo(parent) : null
}
