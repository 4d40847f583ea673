import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type MemoryInfo, memory } from '@core/tensor'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Lets the garbage collector find what nobody holds, and its finalizers run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    gc()
    await new Promise((done) => setTimeout(done, 2))
  }
}

let highest = 0

/** The largest resident set of this process so far, in bytes. */
function peak(): number {
  if (process.platform !== 'linux') {
    highest = Math.max(highest, process.memoryUsage.rss())
    return highest
  }
  return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1])
}

/** Looks at the memory of a loop that it does not otherwise touch. */
export class Meter {
  /** After a tenth of the steps, and after the last. */
  readonly at: MemoryInfo[] = []
  /** The largest resident set of the first half, and of all. */
  readonly peaks: number[] = []

  private settling: Promise<void> | undefined

  constructor(private readonly steps: number) {}

  /** Told of every step of a loop that never lets the event loop turn. */
  look(step: number): void {
    if (step === this.steps / 10 || step === this.steps) this.at.push(memory())
    if (step === this.steps / 2 || step === this.steps) this.peaks.push(peak())
    else if (process.platform !== 'linux') peak()
  }

  /** Told of every step of a loop that awaits. What counts is what is held, not where the collector's cycle stands. */
  async turn(step: number): Promise<void> {
    if (step === this.steps / 10 || step === this.steps) this.settling = settle()
    await this.settling // whatever else trains waits, too
    this.settling = undefined
    this.look(step)
  }
}
