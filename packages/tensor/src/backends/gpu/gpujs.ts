import { BackendError } from '../../errors.js'
import type { Mode } from './modes.js'

/** What gpu.js keeps on the device: the output of one launch. In its `cpu` mode it is a plain array. */
export interface Handle {
  toArray(): ArrayLike<number> | Promise<ArrayLike<number>>
  delete(): void
}

/** A kernel of gpu.js: called with arrays or handles and numbers, it gives a handle, or the promise of one. */
export interface CompiledKernel {
  (...args: readonly unknown[]): Handle | ArrayLike<number> | Promise<Handle>
  setOutput(size: readonly number[]): unknown
  destroy(): void
  /** The kernel behind the shortcut; its class knows where it really runs. */
  readonly kernel: {
    readonly constructor: { readonly mode: string }
    /** In webgpu, once it is built. */
    readonly context?: { readonly device?: EventTarget } | null
  }
  readonly fallbackReason?: string | null
}

/** A function beside a kernel, all of whose values are floats. */
export interface Helper {
  readonly source: string
  readonly settings: { readonly argumentTypes: readonly string[]; readonly returnType: string }
}

/** The part of gpu.js that is used. */
export interface GpuJs {
  createKernel(source: string, settings: Readonly<Record<string, unknown>>): CompiledKernel
  /** The WebGL context of the kernels; missing in the other modes. */
  readonly context?: {
    isContextLost?(): boolean
    getParameter?(name: number): unknown
    getError?(): number
  } | null
}

/** The name by which gpu.js knows a mode; never its automatic choice, which falls back in silence. */
const NAMES: Readonly<Record<Mode, string>> = { webgpu: 'webgpu', webgl2: 'webgl2', cpu: 'cpu' }

/**
 * Loads gpu.js, which is not installed with this package, and starts an instance in one mode.
 *
 * @throws BackendError where it is not installed
 */
export async function loadGpuJs(mode: Mode): Promise<GpuJs> {
  let found: { GPU?: unknown; default?: unknown }
  try {
    found = (await import('gpu.js')) as typeof found
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BackendError(
      `gpu: this backend runs its kernels by gpu.js, which could not be loaded (${reason}); install it beside @core/tensor: npm install gpu.js`,
    )
  }
  const inner = found.default as { GPU?: unknown } | undefined
  const GPU = (found.GPU ?? inner?.GPU ?? inner) as new (options: { mode: string }) => GpuJs
  return new GPU({ mode: NAMES[mode] })
}

/**
 * Makes a kernel of one dimension whose output stays on the device.
 *
 * @throws BackendError where gpu.js would run it elsewhere
 */
export function compileKernel(
  gpu: GpuJs,
  mode: Mode,
  source: string,
  helpers: readonly Helper[],
): CompiledKernel {
  const kernel = gpu.createKernel(source, {
    output: [1],
    pipeline: true,
    immutable: true, // each launch gives a buffer of its own
    dynamicOutput: true,
    dynamicArguments: true,
    precision: 'single',
    tactic: 'precision', // else webgl2 computes small outputs in low precision, and a change of size is lost
    loopMaxIterations: 2e9, // else loops whose bounds are not literals end after 1000 rounds
    functions: helpers,
  })
  checkMode(kernel, mode)
  return kernel
}

/** Throws where a kernel does not run where it was asked to. */
export function checkMode(kernel: CompiledKernel, mode: Mode): void {
  const runs = kernel.kernel.constructor.mode
  if (runs === (mode === 'webgl2' ? 'gpu' : mode) && !kernel.fallbackReason) return
  throw new BackendError(
    `gpu: gpu.js runs a kernel in its mode '${runs}' instead of '${NAMES[mode]}'` +
      `${kernel.fallbackReason ? ` (${kernel.fallbackReason})` : ''}; choose another mode, or setBackend(wasm())`,
  )
}
