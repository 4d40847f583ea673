import { arrayOf, BYTES, type DType, type TypedArray } from '../../dtype.js'
import { makeCell, Storage } from '../../storage.js'
import type { Backend, BackendInfo, Coverage, MemoryInfo } from '../backend.js'
import type { Kernel } from '../kernel.js'
import { KERNELS, type KernelAttrs, type KernelName } from '../kernels.js'

/**
 * Plain TypeScript on typed arrays: the definition of right, in float32 and float64. The garbage collector owns all
 * of its memory.
 */
class ReferenceBackend implements Backend {
  readonly name = 'reference'
  private handedOut = 0

  supports(): boolean {
    return true
  }

  adopt(values: TypedArray, dtype: DType): Storage {
    return new Storage(this, makeCell(dtype, values.length, values.byteLength, values))
  }

  allocate(dtype: DType, length: number): Storage {
    this.handedOut += length * BYTES[dtype]
    return this.adopt(arrayOf(dtype, length), dtype)
  }

  run<K extends KernelName>(
    kernel: Kernel<K>,
    inputs: readonly Storage[],
    outputs: readonly Storage[],
    attrs: KernelAttrs[K],
  ): void {
    kernel.reference(
      inputs.map((s) => s.cell.home!),
      outputs.map((s) => s.cell.home!),
      attrs,
    )
  }

  async read(storage: Storage): Promise<TypedArray> {
    return this.readSync(storage)
  }

  readSync(storage: Storage): TypedArray {
    return storage.cell.home!.slice()
  }

  peek(storage: Storage): TypedArray {
    return storage.cell.home!
  }

  write(storage: Storage, values: TypedArray): void {
    storage.cell.home!.set(values)
  }

  watch(): void {}

  release(storage: Storage): void {
    storage.cell.home = null
  }

  pin(storage: Storage): void {
    storage.cell.pinned = true
  }

  wantsBreath(): boolean {
    const due = this.handedOut > BREATH
    if (due) this.handedOut = 0
    return due
  }

  memory(): MemoryInfo {
    const none = { bytes: 0, count: 0 }
    return { resident: none, pinned: none, spilled: none, limit: 0 }
  }

  info(): BackendInfo {
    return { name: this.name, threads: 1, notes: [] }
  }

  coverage(): Coverage {
    return { own: KERNELS, reference: [] }
  }
}

/** Typed arrays handed out before the event loop should turn. */
const BREATH = 32 * 2 ** 20

// It holds no tensors and no settings, so one serves all.
const only = /* @__PURE__ */ new ReferenceBackend()

/**
 * The reference backend: plain TypeScript, float32 and float64, on every engine. Slow, and right.
 *
 * @returns a backend, for `setBackend` or as the `backend` option of a creation function
 * @example
 * ```ts
 * import { reference, tensor } from '@core/tensor'
 * tensor([0.1], { dtype: 'float64', backend: reference() }).itemSync() // => 0.1
 * ```
 */
export function reference(): Backend {
  return only
}
