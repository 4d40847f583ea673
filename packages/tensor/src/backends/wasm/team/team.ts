import { BackendError } from '../../../errors.js'
import { workerSource } from '../generated/worker.js'
import {
  CONTROL_BYTES,
  claimWord,
  DONE,
  FIRST,
  JOBS,
  MOST_UNITS,
  type Run,
  type Thread,
  WORDS,
  work,
} from './control.js'
import type { Start } from './worker.js'

export { CONTROL_BYTES }

/** A worker of Node or of a browser, as far as both are alike here. */
interface Worker {
  postMessage(message: unknown): void
  terminate(): unknown
  unref?(): void
  on?(event: string, listener: (value: unknown) => void): void
  onmessage?: ((event: { data: unknown }) => void) | null
  onerror?: ((event: unknown) => void) | null
}

/** A list of commands cut into units. */
export interface Units {
  /** Shares of each unit. */
  readonly shares: readonly number[]
  /** Byte offset of the table of all shares: offset and number of their commands, two words each. */
  readonly table: number
}

/** Milliseconds a worker has for starting. */
const START = 10_000

/** The threads of one backend, which work on lists of commands together. */
export class Team {
  private readonly control: Int32Array
  private readonly thread: Thread
  private readonly workers: Worker[] = []
  private job = 0
  private broken = false

  /**
   * @param memory - shared by all
   * @param words - all of it, as it is now
   * @param block - byte offset of the control block, {@link CONTROL_BYTES} long
   * @param run - runs commands on this thread
   */
  constructor(
    private readonly memory: WebAssembly.Memory,
    words: () => Int32Array,
    private readonly block: number,
    run: Run,
  ) {
    this.control = new Int32Array(memory.buffer, block, CONTROL_BYTES >> 2)
    this.thread = { control: this.control, memory: words, run, maySleep: maySleep() }
  }

  /** Threads at work, this one included. */
  get size(): number {
    return this.broken ? 1 : this.workers.length + 1
  }

  /**
   * Starts workers.
   *
   * @param module - the kernels
   * @param scratch - byte offsets of the scratch of each, as many as shall be started
   * @throws the reason where they cannot be started; those that run by then are ended
   */
  async start(module: WebAssembly.Module, scratch: readonly number[]): Promise<void> {
    try {
      await Promise.all(scratch.map((at) => this.add(module, at)))
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Runs a list of units, with everybody who has time. */
  run({ shares, table }: Units): void {
    for (let first = 0, share = 0; first < shares.length; first += MOST_UNITS) {
      const part = shares.slice(first, first + MOST_UNITS)
      this.runPart(part, table, share)
      for (const n of part) share += n
    }
  }

  /** Ends the workers. */
  close(): void {
    this.broken = true
    Atomics.store(this.control, WORDS.CLOSED, 1)
    Atomics.notify(this.control, WORDS.JOB)
    for (const worker of this.workers.splice(0)) worker.terminate()
  }

  private runPart(shares: readonly number[], table: number, firstShare: number): void {
    const { control } = this
    this.job = (this.job + 1) % JOBS
    // The number comes round: nobody may still be within the job that had it before.
    if (this.job === 0) while (Atomics.load(control, WORDS.INSIDE) !== 0);
    const tag = this.job << 16
    let share = firstShare
    for (let unit = 0; unit < shares.length; unit++) {
      Atomics.store(control, FIRST + unit, share)
      Atomics.store(control, DONE + unit, tag)
      Atomics.store(control, WORDS.CLAIMS + unit, claimWord(this.job, shares[unit]!))
      share += shares[unit]!
    }
    Atomics.store(control, WORDS.SHARES, table)
    Atomics.store(control, WORDS.UNITS, shares.length)
    Atomics.store(control, WORDS.JOB, this.job)
    if (Atomics.load(control, WORDS.SLEEPERS) > 0) Atomics.notify(control, WORDS.JOB)
    const error = work(this.thread, this.job, shares.length)
    const lost = Atomics.load(control, DONE + shares.length - 1) !== (tag | shares.at(-1)!)
    if (Atomics.exchange(control, WORDS.FAILED, 0) === 0 && !lost) return
    this.close()
    if (error) throw error
    throw new BackendError(
      `wasm: a worker thread ${lost ? 'ended in the middle of its work' : 'failed'}; what was being computed is lost. ` +
        'From now on one thread works; repeat the step from a checkpoint, or set the backend anew',
    )
  }

  private async add(module: WebAssembly.Module, scratch: number): Promise<void> {
    const worker = makeWorker()
    const start: Start = { module, memory: this.memory, control: this.block, scratch }
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      await new Promise<void>((ready, fail) => {
        const failed = (reason: unknown) => {
          this.broken = true // what it had taken is found missing by the next who waits for it
          fail(reason instanceof Error ? reason : new Error('it could not be loaded'))
        }
        if (worker.on) {
          worker.on('message', () => ready())
          worker.on('error', failed)
          worker.on('exit', failed)
        } else {
          worker.onmessage = () => ready()
          worker.onerror = failed
        }
        timer = setTimeout(() => failed(new Error('it did not answer in time')), START)
        worker.postMessage(start)
      })
    } finally {
      clearTimeout(timer)
    }
    worker.unref?.() // a script ends by itself
    this.workers.push(worker)
  }
}

/** Whether this thread may sleep: all but the main one of a browser. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
    return true
  } catch {
    return false
  }
}

interface NodeThreads {
  readonly Worker: new (source: string, options: { eval: true }) => Worker
}

function makeWorker(): Worker {
  const scope = globalThis as {
    process?: { getBuiltinModule?(name: string): NodeThreads | undefined }
    Worker?: new (url: string) => Worker
  }
  const node = scope.process?.getBuiltinModule?.('node:worker_threads')
  if (node) return new node.Worker(workerSource, { eval: true })
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }))
  try {
    return new scope.Worker!(url)
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), START)
  }
}
