import { inflate } from './inflate.js'
import { type Kernels, link } from './link.js'

/** The builds of the kernels: plain 128-bit SIMD; with fused multiply-add; the same for V8 to turn into 256-bit code. */
export type Build = 'simd' | 'relaxed' | 'wide'

export { type Kernels, link } from './link.js'

/** The kernels of a build, deflated, in base64. */
export async function loadBuild(build: Build): Promise<string> {
  if (build === 'relaxed') return (await import('./generated/relaxed.js')).kernels
  if (build === 'wide') return (await import('./generated/wide.js')).kernels
  return (await import('./generated/simd.js')).kernels
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/**
 * Compiles a build at once; throws where WebAssembly is refused or lacks what the build needs.
 *
 * @param base64 - the build, deflated
 * @param shared - whether its memory is shared between threads
 */
export function compileBuild(base64: string, shared = false): WebAssembly.Module {
  const bytes = inflate(decode(base64))
  if (shared) bytes[limitsAt(bytes)] = 3 // has a maximum (1), is shared (2)
  return new WebAssembly.Module(bytes)
}

// "env" "memory", kind 2: the import that names the memory; the flags of its limits follow.
const MEMORY = [3, 101, 110, 118, 6, 109, 101, 109, 111, 114, 121, 2]

function limitsAt(bytes: Uint8Array): number {
  const at = bytes.findIndex((_, i) => MEMORY.every((b, k) => bytes[i + k] === b))
  return at + MEMORY.length
}

/** Compiles and links at once. */
export function instantiate(base64: string, memory: WebAssembly.Memory): Kernels {
  return link(compileBuild(base64), memory)
}

// (module (func (result v128) (f32x4.relaxed_madd (v128.const 0) ×3)))
const RELAXED = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0,
  253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
]

/** Whether the engine has relaxed SIMD. */
export function detectRelaxed(): boolean {
  return WebAssembly.validate(new Uint8Array(RELAXED))
}
