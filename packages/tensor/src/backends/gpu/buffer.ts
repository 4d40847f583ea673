import type { CachedKernel } from './cache.js'
import type { Handle } from './gpujs.js'
import type { Numbers } from './lowering.js'

/** A buffer on the device; before its launch has been carried out, the promise of one. */
export class DeviceBuffer implements Numbers {
  /** @internal */
  handle: Handle | null = null
  /** @internal The kernel that made it. */
  kernel: CachedKernel | null = null
  /** @internal Given back; the handle goes when the queue comes to it. */
  freed = false

  constructor(readonly length: number) {}
}

/** gpu.js gives, and wants, plain arrays in its cpu mode. */
export class OnHost implements Handle {
  constructor(readonly values: ArrayLike<number>) {}
  toArray() {
    return Float32Array.from(this.values)
  }
  delete() {}
}

/** What gpu.js is given for a buffer. */
export function argument({ handle }: DeviceBuffer): unknown {
  return handle instanceof OnHost ? handle.values : handle
}
