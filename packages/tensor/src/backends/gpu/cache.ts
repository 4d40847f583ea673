import type { CompiledKernel } from './gpujs.js'
import type { Source } from './source.js'

/** A compiled kernel, and how many of its outputs are still needed: gpu.js cannot read them once the kernel is gone. */
export interface CachedKernel {
  readonly run: CompiledKernel
  needed: number
}

/**
 * Kernels by the text of their source. Shapes are part of it, so a program whose shapes vary makes new ones all the time: beyond `most`, the longest
 * unused go, unless an output of theirs is alive.
 */
export class KernelCache {
  /** From the longest unused to the last used. */
  private readonly kernels = new Map<string, CachedKernel>()

  /**
   * @param compile - makes a kernel
   * @param most - how many are kept
   */
  constructor(
    private readonly compile: (source: Source) => CompiledKernel,
    private readonly most: number,
  ) {}

  /** How many there are. */
  get size(): number {
    return this.kernels.size
  }

  /** The kernel of a source, compiled where it is not there. */
  get(source: Source): CachedKernel {
    const { text } = source
    let found = this.kernels.get(text)
    if (found) this.kernels.delete(text)
    else {
      found = { run: this.compile(source), needed: 0 }
      this.makeRoom()
    }
    this.kernels.set(text, found)
    return found
  }

  private makeRoom(): void {
    for (const [text, { run, needed }] of this.kernels) {
      if (this.kernels.size < this.most) return
      if (needed > 0) continue
      this.kernels.delete(text)
      run.destroy()
    }
  }
}
