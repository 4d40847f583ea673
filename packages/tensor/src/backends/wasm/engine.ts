import { link } from './link.js'
import { compileBuild } from './load.js'

/** Runs `count` commands from a byte offset on. */
export type Run = (list: number, count: number) => void

/** Kernels that are compiled together: a module of its own for each family that a program uses. */
export interface Family {
  readonly name: string
  /** Its module, deflated, in base64. */
  readonly code: string
}

/** The kernels over one memory. */
export interface Engine {
  /** First byte of memory that the kernels do not use themselves. */
  readonly base: number
  /** Bytes of the scratch that each instance on the memory has. */
  readonly workBytes: number
  /** What runs the commands of a family. */
  runOf(family: Family): Run
  /** The one module of all kernels, which threads can share, and what runs them; null where there are several. */
  readonly whole: { readonly module: WebAssembly.Module; readonly run: Run } | null
}

/** All kernels in one module. */
export function whole(module: WebAssembly.Module, memory: WebAssembly.Memory): Engine {
  const { run, base, workBytes } = link(module, memory)
  return { base, workBytes, runOf: () => run, whole: { module, run } }
}

/**
 * The kernels in families: `core` at once, each of the others when its first call comes. They lie beside each other in one
 * memory and share one scratch, since one of them works at a time.
 */
export class Families implements Engine {
  readonly base: number
  readonly workBytes: number
  readonly whole = null
  private readonly runs = new Map<Family, Run>()
  private last: Family
  private lastRun: Run

  constructor(
    core: Family,
    private readonly memory: WebAssembly.Memory,
  ) {
    // Its static data lie behind those of all others, and its scratch behind them.
    const { run, base, workBytes } = link(compileBuild(core.code), memory)
    this.base = base
    this.workBytes = workBytes
    this.runs.set(core, run)
    this.last = core
    this.lastRun = run
  }

  runOf(family: Family): Run {
    if (family === this.last) return this.lastRun
    let run = this.runs.get(family)
    if (!run) {
      const kernels = link(compileBuild(family.code), this.memory)
      kernels.setWork(this.base - this.workBytes)
      run = kernels.run
      this.runs.set(family, run)
    }
    this.last = family
    this.lastRun = run
    return run
  }
}
