/** The kernels in one memory. */
export interface Kernels {
  /** Runs `count` commands of the list at this byte offset. */
  run(list: number, count: number): void
  /** First byte of memory that the kernels do not use themselves. */
  readonly base: number
  /** Gives this instance scratch of its own, where several work on one memory. */
  setWork(at: number): void
  /** Bytes of that scratch. */
  readonly workBytes: number
}

/** The kernels over this memory. */
export function link(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const { run, base, setWork, workBytes } = exports as {
    run(list: number, count: number): void
    base(): number
    setWork(at: number): void
    workBytes(): number
  }
  return { run, base: base(), setWork, workBytes: workBytes() }
}
