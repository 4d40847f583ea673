import { BackendError, OptionError } from '../../errors.js'
import { checkInteger, checkOptions } from '../../options.js'
import type { Backend } from '../backend.js'
import type { BackendChoice } from '../select.js'
import { whole } from './engine.js'
import { type Build, compileBuild, detectRelaxed, loadBuild } from './load.js'
import { MOST } from './parts.js'
import { backendOn } from './start.js'
import type { WasmBackend } from './wasm.js'

/** Options of {@link wasm}. */
export interface WasmOptions {
  /**
   * How many threads work, this one included; the results are the same, bit for bit. More than one need shared memory: in
   * browsers a page that is cross-origin isolated. Without it one works, and `backendInfo()` says so. Default: as many as
   * the machine has cores, at most 16, since no call is cut into more parts.
   */
  threads?: number
  /**
   * Also tries the *wide* build: the same kernels, which V8 can turn into 256-bit code (Node 24 and later, x64 with
   * AVX2). It sets a process-wide, experimental V8 flag; the build is checked against the relaxed one, raced with it
   * for a millisecond, and dropped when it differs or is slower. Default false.
   */
  wide?: boolean
  /** Takes exactly this build instead of the best one: for tests and measurements. */
  build?: Build
  /** Bytes that tensors may fill before the longest unused are moved out to typed arrays. Default 64 MB; grows by itself. */
  room?: number
}

const BUILDS: readonly Build[] = ['simd', 'relaxed', 'wide']

/**
 * The WebAssembly backend: SIMD kernels, float32. Which build of the kernels runs is decided by what the engine can:
 * *relaxed* where it has fused multiply-add, else *simd*.
 *
 * @param options - `wide`, `threads`, `build`, `room`
 * @returns a choice for `setBackend`
 * @throws BackendError, when started, where the build asked for cannot run here
 * @example
 * ```ts
 * import { backendInfo, setBackend, wasm } from '@core/tensor'
 * await setBackend(wasm({ wide: true }))
 * backendInfo().name // => 'wasm'
 * ```
 */
export function wasm(options: WasmOptions = {}): BackendChoice {
  checkOptions('wasm', options, ['threads', 'build', 'room'], ['wide'])
  const { threads = Math.min(cores(), MOST), wide = false, build, room } = options
  checkInteger('wasm', 'threads', threads, 1, 1024)
  if (room !== undefined) checkInteger('wasm', 'room', room, 2 ** 20)
  if (build !== undefined && !BUILDS.includes(build))
    throw new OptionError(
      `wasm: there is no build '${String(build)}'; use 'simd', 'relaxed' or 'wide', or leave it out`,
    )
  return {
    async start(): Promise<Backend> {
      const notes: string[] = []
      const shared = threads > 1 && maySharing(notes)
      const backend = await one(shared, notes)
      if (shared) await hire(backend, threads - 1, notes)
      return backend
    },
  }

  async function one(shared: boolean, notes: string[]): Promise<WasmBackend> {
    const on = async (chosen: Build) => {
      const module = await compile(chosen, shared)
      return backendOn((memory) => whole(module, memory), chosen, notes, room, shared)
    }
    if (build) return on(build)
    if (!detectRelaxed()) {
      if (wide) notes.push('The wide build needs relaxed SIMD, which this engine lacks; simd runs.')
      return on('simd')
    }
    if (!wide) return on('relaxed')
    // Bundled by itself: it knows all kernels, and shares nothing with what is loaded at first.
    const { judge } = (await import('./generated/judge.js')) as typeof import('./wide.js')
    const verdict = judge(await loadBuild('relaxed'), await loadBuild('wide'), shared)
    const { module, build: taken, reason } = verdict
    if (reason) notes.push(reason)
    return backendOn((memory) => whole(module, memory), taken, notes, room, shared)
  }
}

/** The machine's cores, as far as the engine tells. */
function cores(): number {
  const scope = globalThis as {
    navigator?: { hardwareConcurrency?: number }
    process?: { getBuiltinModule?(name: string): { availableParallelism(): number } | undefined }
  }
  const system = scope.process?.getBuiltinModule?.('node:os')
  return system?.availableParallelism() ?? scope.navigator?.hardwareConcurrency ?? 1
}

/** Whether threads may share memory; else the reason is noted. */
function maySharing(notes: string[]): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean }
  if (typeof SharedArrayBuffer === 'function' && crossOriginIsolated !== false) return true
  notes.push(
    'One thread works: threads share memory only in a page that is cross-origin isolated ' +
      '(headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp).',
  )
  return false
}

async function hire(backend: WasmBackend, helpers: number, notes: string[]): Promise<void> {
  try {
    const { CONTROL_BYTES, Team } = await import('./team/team.js')
    const { cut } = await import('./cuts.js')
    await backend.hire(cut, (...parts) => new Team(...parts), CONTROL_BYTES, helpers)
  } catch (error) {
    notes.push(
      `One thread works: workers could not be started (${error instanceof Error ? error.message : String(error)}); ` +
        "where a content security policy is in force, allow 'worker-src blob:'.",
    )
  }
}

async function compile(build: Build, shared: boolean): Promise<WebAssembly.Module> {
  if (build !== 'simd' && !detectRelaxed())
    throw new BackendError(
      `wasm: the ${build} build needs relaxed SIMD, which this engine lacks; use Node 22 or later, or { build: 'simd' }`,
    )
  try {
    return compileBuild(await loadBuild(build), shared)
  } catch (error) {
    throw new BackendError(
      `wasm: WebAssembly was refused (${error instanceof Error ? error.message : String(error)}); ` +
        "where a content security policy is in force, allow 'wasm-unsafe-eval', or use reference()",
    )
  }
}
