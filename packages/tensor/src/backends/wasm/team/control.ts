/**
 * How threads on one memory work through a list of units, in lock-step and without messages. A unit is cut into shares,
 * independent of one another; a unit begins when all shares of the one before are done. Whoever comes first takes a
 * share, so nobody waits for a thread that is late: alone, the main thread does everything.
 *
 * The control block is a row of 32-bit words, changed by atomic operations only:
 */
export const WORDS = {
  /** The number of the job at hand. */
  JOB: 0,
  /** Units of the job. */
  UNITS: 1,
  /** Where the table of shares is (byte offset). */
  SHARES: 2,
  /** Threads that sleep until the next job. */
  SLEEPERS: 3,
  /** Threads that sleep until a unit is done. */
  WAITERS: 4,
  /** Raised when a share failed. */
  FAILED: 5,
  /** Set when the team is to end. */
  CLOSED: 6,
  /** Threads besides the main one that are within a job. */
  INSIDE: 7,
  /** For each unit: job, shares and shares taken, as {@link claimWord}. */
  CLAIMS: 16,
} as const

/** Units of a job at most; longer lists are several jobs. */
export const MOST_UNITS = 1024
/** Shares of a unit at most. */
export const MOST_SHARES = 64
/** For each unit: job and shares done. */
export const DONE: number = WORDS.CLAIMS + MOST_UNITS
/** For each unit: its first share in the table. */
export const FIRST: number = DONE + MOST_UNITS
/** Bytes of the control block. */
export const CONTROL_BYTES: number = 4 * (FIRST + MOST_UNITS)

/** Jobs are counted modulo this: 15 bits of a word. */
export const JOBS = 0x8000
const JOB_MASK = 0x7fff0000

/** A unit of which nothing was taken yet. */
export function claimWord(job: number, shares: number): number {
  return (job << 16) | (shares << 8)
}

/** Runs `count` commands from a byte offset on. */
export type Run = (list: number, count: number) => void

/** What a thread needs to take part. */
export interface Thread {
  readonly control: Int32Array
  /** The whole memory, as it is now. */
  readonly memory: () => Int32Array
  readonly run: Run
  /** Whether it may sleep; the main thread of a browser may not. */
  readonly maySleep: boolean
}

/** Looks at a word so many times before sleeping: some tens of microseconds. */
const SPINS = 4000
/** Milliseconds of one sleep: a thread that is not woken looks again. */
const NAP = 2
/** Milliseconds after which a share that is not done is taken for lost. */
export const PATIENCE = 20_000

/**
 * Works on a job until all its units are done, or until there is another one.
 *
 * @returns the error of a share that failed on this thread, or null
 */
export function work(thread: Thread, job: number, units: number): unknown {
  const { control } = thread
  const tag = job << 16
  let error: unknown = null
  for (let unit = 0; unit < units; unit++) {
    const claim = WORDS.CLAIMS + unit
    let shares: number
    for (;;) {
      const seen = Atomics.load(control, claim)
      if ((seen & JOB_MASK) !== tag) return error // the job is over
      shares = (seen >> 8) & 0xff
      const taken = seen & 0xff
      if (taken >= shares) break
      if (Atomics.compareExchange(control, claim, seen, seen + 1) !== seen) continue
      // From here to the end of the share the job cannot end, so its tables hold.
      try {
        const at =
          (Atomics.load(control, WORDS.SHARES) >> 2) + 2 * (Atomics.load(control, FIRST + unit) + taken)
        const memory = thread.memory()
        thread.run(memory[at]!, memory[at + 1]!)
      } catch (reason) {
        error ??= reason
        Atomics.store(control, WORDS.FAILED, 1)
      }
      const done = Atomics.add(control, DONE + unit, 1) + 1
      if (done === (tag | shares) && Atomics.load(control, WORDS.WAITERS) > 0)
        Atomics.notify(control, DONE + unit)
    }
    if (!finished(thread, unit, tag, shares)) return error
  }
  return error
}

/** Waits until all shares of a unit are done; false when there is another job, or hope is lost. */
function finished({ control, maySleep }: Thread, unit: number, tag: number, shares: number): boolean {
  const at = DONE + unit
  let since = 0
  for (let spins = 0; ; spins++) {
    const seen = Atomics.load(control, at)
    if (seen === (tag | shares)) return true
    if ((seen & JOB_MASK) !== tag) return false
    if (spins < SPINS) continue
    if (since === 0) since = performance.now()
    if (maySleep) {
      Atomics.add(control, WORDS.WAITERS, 1)
      Atomics.wait(control, at, seen, NAP)
      Atomics.sub(control, WORDS.WAITERS, 1)
    } else spins = 0
    if (performance.now() - since > PATIENCE) return false
  }
}

/** Takes part in one job after the other until the team is closed. */
export function serve(thread: Thread): void {
  const { control } = thread
  let last = Atomics.load(control, WORDS.JOB)
  for (;;) {
    const job = next(control, last)
    if (Atomics.load(control, WORDS.CLOSED) !== 0) return
    last = job
    Atomics.add(control, WORDS.INSIDE, 1)
    work(thread, job, Atomics.load(control, WORDS.UNITS))
    Atomics.sub(control, WORDS.INSIDE, 1)
  }
}

/** Waits for another job than the last one. */
function next(control: Int32Array, last: number): number {
  for (let spins = 0; ; spins++) {
    const job = Atomics.load(control, WORDS.JOB)
    if (job !== last || Atomics.load(control, WORDS.CLOSED) !== 0) return job
    if (spins < SPINS * 4) continue
    Atomics.add(control, WORDS.SLEEPERS, 1)
    Atomics.wait(control, WORDS.JOB, last)
    Atomics.sub(control, WORDS.SLEEPERS, 1)
  }
}
