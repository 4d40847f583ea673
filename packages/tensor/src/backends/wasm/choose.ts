import { BackendError, OptionError } from '../../errors.js'
import { checkInteger, checkOptions } from '../../options.js'
import type { Backend } from '../backend.js'
import type { BackendChoice } from '../select.js'
import { type Build, compileBuild, detectRelaxed, loadBuild } from './load.js'
import { backendOn } from './start.js'
import { judge } from './wide.js'

/** Options of {@link wasm}. */
export interface WasmOptions {
  /** How many threads work. Only 1 as yet; more are noted in `backendInfo()`. Default 1. */
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
  const { threads = 1, wide = false, build, room } = options
  checkInteger('wasm', 'threads', threads, 1, 1024)
  if (room !== undefined) checkInteger('wasm', 'room', room, 2 ** 20)
  if (build !== undefined && !BUILDS.includes(build))
    throw new OptionError(
      `wasm: there is no build '${String(build)}'; use 'simd', 'relaxed' or 'wide', or leave it out`,
    )
  const notes = threads > 1 ? [`${threads} threads were asked for; this version works on one.`] : []
  return {
    async start(): Promise<Backend> {
      if (build) return backendOn(await compile(build), build, notes, room)
      if (!detectRelaxed()) {
        if (wide) notes.push('The wide build needs relaxed SIMD, which this engine lacks; simd runs.')
        return backendOn(await compile('simd'), 'simd', notes, room)
      }
      if (!wide) return backendOn(await compile('relaxed'), 'relaxed', notes, room)
      const verdict = judge(await loadBuild('relaxed'), await loadBuild('wide'))
      if (verdict.reason) notes.push(verdict.reason)
      return backendOn(verdict.module, verdict.build, notes, room)
    },
  }
}

async function compile(build: Build): Promise<WebAssembly.Module> {
  if (build !== 'simd' && !detectRelaxed())
    throw new BackendError(
      `wasm: the ${build} build needs relaxed SIMD, which this engine lacks; use Node 22 or later, or { build: 'simd' }`,
    )
  try {
    return compileBuild(await loadBuild(build))
  } catch (error) {
    throw new BackendError(
      `wasm: WebAssembly was refused (${error instanceof Error ? error.message : String(error)}); ` +
        "where a content security policy is in force, allow 'wasm-unsafe-eval', or use reference()",
    )
  }
}
