import type { DType, TypedArray } from '../../dtype.js'
import { BackendError } from '../../errors.js'

/** A WebAssembly memory and typed views of it, renewed whenever it grows. */
export class Heap {
  readonly memory: WebAssembly.Memory
  /** Bytes it can ever have. */
  readonly capacity: number
  f32!: Float32Array
  i32!: Int32Array
  u8!: Uint8Array

  /**
   * @param reserved - bytes at its begin that belong to the kernels
   * @param pages - pages of 64 KB it may grow to
   * @param shared - whether other threads use it, too
   */
  constructor(
    readonly reserved: number,
    pages: number,
    shared = false,
  ) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(reserved / PAGE), maximum: pages, shared })
    this.capacity = pages * PAGE
    this.renew()
  }

  /** Makes sure that memory exists up to an address. */
  commit(end: number): void {
    const size = this.memory.buffer.byteLength
    const missing = end - size
    if (missing <= 0) return
    // by an eighth at least, so that growing is rare; but not beyond the end
    const pages = Math.ceil(missing / PAGE)
    const spare = (this.capacity - size) / PAGE
    try {
      this.memory.grow(Math.max(pages, Math.min(spare, Math.ceil(size / PAGE / 8))))
    } catch {
      throw new BackendError(
        `wasm: the engine refused ${missing} bytes more memory; use smaller batches or a smaller model`,
      )
    }
    this.renew()
  }

  /** Copies values into memory. */
  store(values: TypedArray, offset: number): void {
    if (values instanceof Float32Array) this.f32.set(values, offset >>> 2)
    else if (values instanceof Int32Array) this.i32.set(values, offset >>> 2)
    else this.u8.set(values, offset)
  }

  /** Values in memory, as a new array. */
  copy(dtype: DType, offset: number, length: number): TypedArray {
    if (dtype === 'float32') return this.f32.slice(offset >>> 2, (offset >>> 2) + length)
    if (dtype === 'int32') return this.i32.slice(offset >>> 2, (offset >>> 2) + length)
    return this.u8.slice(offset, offset + length)
  }

  /** Values in memory as they are; valid until the memory grows. */
  view(dtype: DType, offset: number, length: number): TypedArray {
    if (dtype === 'float32') return this.f32.subarray(offset >>> 2, (offset >>> 2) + length)
    if (dtype === 'int32') return this.i32.subarray(offset >>> 2, (offset >>> 2) + length)
    return this.u8.subarray(offset, offset + length)
  }

  private renew(): void {
    const { buffer } = this.memory
    this.f32 = new Float32Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.u8 = new Uint8Array(buffer)
  }
}

const PAGE = 65536
