import { closest } from './closest.js'
import { Failure, UsageError } from './errors.js'
import { helpText } from './help.js'
import type { Mode, Surroundings } from './mode.js'

/** What the shell sees: done, something went wrong, the user's mistake, stopped by Ctrl-C. */
export const EXIT = { done: 0, failed: 1, usage: 2, stopped: 130 } as const

/**
 * Runs the mode that `args` names (the first of `modes` where they name none) and tells the exit code.
 * What the user can understand becomes one sentence through `complain`; anything else is thrown on.
 */
export async function run(
  args: readonly string[],
  modes: readonly [Mode, ...Mode[]],
  version: string,
  around: Surroundings & { complain(sentence: string): void },
): Promise<number> {
  try {
    const named = args.length > 0 && !args[0].startsWith('-')
    const mode = named ? find(args[0], modes) : modes[0]
    const rest = named ? args.slice(1) : args
    if (rest.some((arg) => arg === '--help' || arg === '-h')) around.print(helpText(mode, modes))
    else if (rest.some((arg) => arg === '--version' || arg === '-v')) around.print(version)
    else await mode.run(rest, around)
    return around.signal.aborted ? EXIT.stopped : EXIT.done
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof Failure)) throw error
    around.complain(error.message)
    return error instanceof UsageError ? EXIT.usage : EXIT.failed
  }
}

function find(name: string, modes: readonly Mode[]): Mode {
  const found = modes.find((mode) => mode.name === name)
  if (found) return found
  const names = modes.map((mode) => mode.name)
  const meant = closest(name, names)
  throw new UsageError(
    `Unknown mode '${name}'; ${meant ? `did you mean ${meant}?` : `there is: ${names.join(', ')}.`}`,
  )
}
