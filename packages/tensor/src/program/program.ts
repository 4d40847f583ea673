import type { TypedArray } from '../dtype.js'
import type { Storage } from '../storage.js'

/** What a replay gives: the values of the results that are tensors, and of the gradients, by their numbers. */
export interface Replay {
  /** A new storage with the values of this number; at most once for each replay and number. */
  result(value: number): Storage
}

/** A recording that a backend has made ready to be replayed. */
export interface Program {
  /**
   * Runs all kernels of the step.
   *
   * @param args - the storages of the arguments
   * @param live - the numbers of live values, by number
   */
  replay(args: readonly Storage[], live: ReadonlyMap<number, TypedArray>): Replay
  /** Gives its memory back. */
  free(): void
}
