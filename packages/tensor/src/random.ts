import { OptionError } from './errors.js'
import { checkInteger, describe } from './options.js'
import { philox } from './philox.js'
import { state } from './state.js'

/** All there is to know about a {@link Generator}: restoring it continues the same stream. */
export interface GeneratorState {
  /** The two 32-bit words of the key. */
  readonly key: readonly [number, number]
  /** Blocks of four 32-bit words drawn so far. */
  readonly counter: number
}

/**
 * A stream of random numbers: Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
 * The same seed gives the same bits on every backend and platform. A generator is a key and a counter, so its state
 * is small, exact, and can be saved.
 *
 * @example
 * ```ts
 * import { Generator } from '@core/tensor'
 * const generator = new Generator(7)
 * generator.integer(6) + 1 === new Generator(7).integer(6) + 1 // => true
 * ```
 */
export class Generator {
  private keyLow: number
  private keyHigh: number
  private counter = 0

  /** @param seed - a whole number from 0 to 2⁵³ − 1 */
  constructor(seed: number) {
    checkInteger('Generator', 'seed', seed, 0, Number.MAX_SAFE_INTEGER)
    this.keyLow = seed >>> 0
    this.keyHigh = Math.floor(seed / 2 ** 32) >>> 0
  }

  /** The state, to be stored. */
  get state(): GeneratorState {
    return { key: [this.keyLow, this.keyHigh], counter: this.counter }
  }

  /** Continues from a stored state. */
  set state(saved: GeneratorState) {
    if (!Array.isArray(saved?.key) || saved.key.length !== 2)
      throw new OptionError(
        `Generator.state: expected { key: [low, high], counter }, as state gives it, got ${describe(saved)}`,
      )
    for (const word of saved.key) checkInteger('Generator.state', 'key', word, 0, 2 ** 32 - 1)
    checkInteger('Generator.state', 'counter', saved.counter, 0, Number.MAX_SAFE_INTEGER)
    this.keyLow = saved.key[0]
    this.keyHigh = saved.key[1]
    this.counter = saved.counter
  }

  /**
   * Reserves enough blocks for `count` numbers and tells where they begin: key and counter, two words each, as the
   * kernel `random` takes them.
   */
  reserve(count: number): Int32Array<ArrayBuffer> {
    const words = Int32Array.of(
      this.keyLow,
      this.keyHigh,
      this.counter >>> 0,
      Math.floor(this.counter / 2 ** 32),
    )
    this.counter += Math.ceil(count / 4)
    return words
  }

  /** The next 32 random bits, from 0 to 2³² − 1. Takes a block of its own. */
  next(): number {
    return this.words(1)[0]!
  }

  /** A number from 0 (included) to 1 (excluded), a multiple of 2⁻²⁴. */
  uniform(): number {
    return (this.next() >>> 8) * 2 ** -24
  }

  /** A whole number from 0 to `n` − 1, each equally likely. */
  integer(n: number): number {
    checkInteger('Generator.integer', 'n', n, 1)
    const limit = 2 ** 32 - (2 ** 32 % n)
    for (;;) {
      const word = this.next()
      if (word < limit) return word % n
    }
  }

  /** So many whole numbers from 0 to `n` − 1, each equally likely. */
  integers(count: number, n: number): Int32Array<ArrayBuffer> {
    checkInteger('Generator.integers', 'count', count)
    checkInteger('Generator.integers', 'n', n, 1, 2 ** 32)
    const words = this.words(count)
    // multiply-shift: its bias is below n / 2³²
    return Int32Array.from({ length: count }, (_, i) => Math.floor((words[i]! / 2 ** 32) * n))
  }

  /** The numbers 0 to `n` − 1 in random order (Fisher and Yates). */
  permutation(n: number): Int32Array<ArrayBuffer> {
    checkInteger('Generator.permutation', 'n', n)
    const order = Int32Array.from({ length: n }, (_, i) => i)
    const words = this.words(n)
    for (let i = n - 1; i > 0; i--) {
      // multiply-shift: its bias is below n / 2³²
      const j = Math.floor((words[i]! / 2 ** 32) * (i + 1))
      const held = order[i]!
      order[i] = order[j]!
      order[j] = held
    }
    return order
  }

  /** A new generator with a stream of its own, determined by this one's state; this one moves on. */
  fork(): Generator {
    const [low, high] = this.words(2)
    const child = new Generator(0)
    child.keyLow = low!
    child.keyHigh = high!
    return child
  }

  private words(count: number): Uint32Array {
    const blocks = Math.ceil(count / 4)
    const out = new Uint32Array(blocks * 4)
    for (let i = 0; i < blocks; i++) {
      const at = this.counter + i
      philox(at >>> 0, Math.floor(at / 2 ** 32), this.keyLow, this.keyHigh, out, 4 * i)
    }
    this.counter += blocks
    return out
  }
}

/**
 * The generator that ops use when they are given none; seeded from the clock until `manualSeed` is called.
 *
 * @returns the default generator
 * @example
 * ```ts
 * import { manualSeed } from '@core/tensor'
 * import { defaultGenerator } from '@core/tensor/extend'
 * defaultGenerator() === manualSeed(1) // => false
 * ```
 */
export function defaultGenerator(): Generator {
  state.generator ??= new Generator(Date.now())
  return state.generator
}

/** The generator given, else the default one. */
export function generatorOf(op: string, generator: Generator | undefined): Generator {
  if (generator === undefined) return defaultGenerator()
  if (typeof generator?.reserve !== 'function')
    throw new OptionError(
      `${op}: generator must be a Generator, got ${describe(generator)}; use new Generator(seed)`,
    )
  return generator
}

/**
 * Seeds the default generator, so that everything drawn from it repeats: initial weights, dropout, shuffling.
 *
 * @param seed - a whole number from 0 to 2⁵³ − 1
 * @returns the new default generator
 * @example
 * ```ts
 * import { manualSeed, rand } from '@core/tensor'
 * manualSeed(42)
 * const first = rand([3]).dataSync()
 * manualSeed(42)
 * rand([3]).dataSync() // => first
 * ```
 */
export function manualSeed(seed: number): Generator {
  if (typeof seed !== 'number')
    throw new OptionError(`manualSeed: the seed must be a number, got ${describe(seed)}`)
  state.generator = new Generator(seed)
  return state.generator
}
