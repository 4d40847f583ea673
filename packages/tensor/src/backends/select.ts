import { OptionError } from '../errors.js'
import { state } from '../state.js'
import type { Backend, BackendInfo, Coverage, MemoryInfo } from './backend.js'
import { startNow } from './wasm/start.js'

/** A backend that is chosen but not started yet, as {@link wasm} makes it. */
export interface BackendChoice {
  /** Starts it. */
  start(): Promise<Backend>
}

/** The backend of tensors for which none is named: the chosen one, else wasm on one thread, started now. */
export function defaultBackend(): Backend {
  state.backend ??= startNow()
  return state.backend
}

/**
 * Chooses where tensors live from now on. Those that exist stay where they are. Without it the first op starts wasm
 * with the 128-bit kernels that every engine has; awaiting `setBackend(wasm())` finds the fastest build for this one.
 *
 * @param backend - `wasm({…})`, `reference()`, `gpu({…})` of `@core/tensor/gpu`, or any other backend
 * @returns resolves when it is ready
 * @throws BackendError where it cannot run here
 * @example
 * ```ts
 * import { backendInfo, setBackend, wasm } from '@core/tensor'
 * await setBackend(wasm({ build: 'simd' }))
 * backendInfo().build // => 'simd'
 * ```
 */
export async function setBackend(backend: Backend | BackendChoice): Promise<void> {
  if (typeof backend !== 'object' || backend === null || !('start' in backend || 'run' in backend))
    throw new OptionError(`setBackend: expected wasm({…}), reference() or gpu({…}), got ${String(backend)}`)
  state.backend = 'start' in backend ? await backend.start() : backend
}

/**
 * Which backend runs, which build of its kernels, on how many threads, and why it is not what was asked for, if so.
 *
 * @returns a plain object
 * @example
 * ```ts
 * import { backendInfo } from '@core/tensor'
 * backendInfo().threads >= 1 // => true
 * ```
 */
export function backendInfo(): BackendInfo {
  const info = defaultBackend().info()
  return state.notes.length > 0 ? { ...info, notes: [...info.notes, ...state.notes] } : info
}

/**
 * How much the backend's own memory holds at this moment: on wasm a cache of at most a few dozen megabytes plus parameters; on gpu the
 * tensors on the device, without temporaries of ops and compiled steps. Tensors outside of it are the garbage collector's.
 *
 * @returns a plain object with bytes and counts
 * @example
 * ```ts
 * import { memory } from '@core/tensor'
 * memory().resident.bytes <= memory().limit // => true
 * ```
 */
export function memory(): MemoryInfo {
  return defaultBackend().memory()
}

/**
 * Which kernels the backend runs itself, and which it has the reference backend compute.
 *
 * @returns lists of names
 * @example
 * ```ts
 * import { coverage } from '@core/tensor'
 * coverage().own.includes('matmul') // => true
 * ```
 */
export function coverage(): Coverage {
  return defaultBackend().coverage()
}
