import type { OptionTable, Values } from './options.js'

/** What a mode works in; tests hand in their own. */
export interface Surroundings {
  /** Prints to the terminal (with a line end). */
  print(text: string): void
  /** Aborted by Ctrl-C: finish the current step, store what was learned. */
  readonly signal: AbortSignal
  /** The folder that the user's relative paths start from. */
  readonly cwd: string
}

/** One thing the program can do: `demo NAME [options]`. */
export interface Mode {
  readonly name: string
  /** One line for `--help`. */
  readonly summary: string
  readonly options: OptionTable
  readonly examples: readonly string[]
  /** Checks what was asked for before anything is trained or written. */
  run(args: readonly string[], around: Surroundings): Promise<void>
}

/** A mode whose options keep their types. */
export interface ModeDefinition<T extends OptionTable> extends Omit<Mode, 'options' | 'run'> {
  readonly options: T
  run(values: Values<T>, around: Surroundings): Promise<void>
}
