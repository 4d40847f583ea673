import { setFlagsFromString } from 'node:v8'
import type { KernelAttrs, KernelName } from '../src/backends/kernels.js'
import { CommandList } from '../src/backends/wasm/commands.js'
import { scratchBytes } from '../src/backends/wasm/encoders/call.js'
import { type Engine, Families, whole } from '../src/backends/wasm/engine.js'
import { core } from '../src/backends/wasm/generated/families/core.js'
import { type Build, compileBuild, detectRelaxed, loadBuild } from '../src/backends/wasm/load.js'
import { arrayOf, type TypedArray } from '../src/dtype.js'
import { dtypeOf, kernels } from './kernels.expected.js'

export * from './kernels.expected.js'

if (!detectRelaxed()) setFlagsFromString('--experimental-wasm-relaxed-simd')

/** The builds this engine runs. What `wide` computes does not depend on whether V8 packs it. */
export const builds: readonly Build[] = detectRelaxed() ? ['simd', 'relaxed', 'wide'] : ['simd']

const GUARD = 0xa5
const LIST_BYTES = 4096

/** The kernels of one build over a memory of their own, with arrays laid out for each call. */
export class Bench {
  private constructor(
    readonly build: Build | 'families',
    private readonly memory: WebAssembly.Memory,
    private readonly engine: Engine,
  ) {}

  /** `families`: the simd build as the synchronous start has it. */
  static async start(build: Build | 'families', pages = 1024): Promise<Bench> {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: 32768 })
    if (build === 'families') return new Bench(build, memory, new Families(core, memory))
    const base64 = await loadBuild(build)
    // Where V8 can pack the wide build into 256-bit code, that is what is tested: optimised at once.
    const pack = build === 'wide' && Number.parseInt(process.versions.node, 10) >= 24
    const flags = ['liftoff', 'wasm-lazy-compilation']
    if (pack) for (const flag of flags) setFlagsFromString(`--no-${flag}`)
    if (pack) setFlagsFromString('--experimental-wasm-revectorize')
    const engine = whole(compileBuild(base64), memory)
    if (pack) for (const flag of flags) setFlagsFromString(`--${flag}`)
    if (pack) setFlagsFromString('--no-experimental-wasm-revectorize')
    return new Bench(build, memory, engine)
  }

  /**
   * Runs one kernel and returns its outputs. Buffers lie 64-byte aligned with guard bytes around them: inputs are
   * surrounded by NaN-like rubbish, and what surrounds outputs must not change.
   */
  run<K extends KernelName>(
    kernel: K,
    inputs: readonly TypedArray[],
    outputs: readonly TypedArray[],
    attrs: KernelAttrs[K],
  ): TypedArray[] {
    const bytes = new Uint8Array(this.memory.buffer)
    const start = (this.engine.base + 63) & ~63
    let top = start + LIST_BYTES
    const place = (array: TypedArray) => {
      const at = top + 64
      top = (at + array.byteLength + 63) & ~63
      bytes.fill(GUARD, at - 64, top + 64)
      bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at)
      return at
    }
    const x = inputs.map(place)
    const y = outputs.map(place)
    const scratch = top + 64
    const scratchEnd = scratch + scratchBytes(kernels[kernel].wasm, attrs)
    if (scratchEnd + 64 > bytes.length) throw new Error('The test needs more memory.')
    bytes.fill(GUARD, scratchEnd, scratchEnd + 64)
    const list = new CommandList(this.memory.buffer, start, LIST_BYTES)
    kernels[kernel].wasm.encode(list, {
      inputs: x,
      outputs: y,
      inputLengths: inputs.map((array) => array.length),
      outputLengths: outputs.map((array) => array.length),
      inputDTypes: inputs.map(dtypeOf),
      outputDTypes: outputs.map(dtypeOf),
      attrs,
      scratch,
    })
    const before = bytes.slice(start + LIST_BYTES, scratch)
    this.engine.runOf(kernels[kernel].family)(list.offset, list.count)
    outputs.forEach((array, i) => {
      const at = y[i] - start - LIST_BYTES
      before.set(bytes.subarray(y[i], y[i] + array.byteLength), at)
    })
    if (!same(before, bytes.subarray(start + LIST_BYTES, scratch)))
      throw new Error(`${kernel}: wrote outside its outputs`)
    if (bytes.subarray(scratchEnd, scratchEnd + 64).some((byte) => byte !== GUARD)) {
      throw new Error(`${kernel}: wrote beyond its workspace`)
    }
    return outputs.map((array, i) => {
      const copy = arrayOf(dtypeOf(array), array.length)
      new Uint8Array(copy.buffer).set(bytes.subarray(y[i], y[i] + array.byteLength))
      return copy
    })
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
