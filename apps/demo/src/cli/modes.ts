import { digitsMode } from '../digits/mode.js'
import { forecastMode } from '../forecast/mode.js'
import { languageMode } from '../language/mode.js'
import { memoryMode } from '../memory/mode.js'
import type { Mode, ModeDefinition } from './mode.js'
import { type OptionTable, parseOptions } from './options.js'

/** Ties a definition's options to what its `run` receives. */
function mode<T extends OptionTable>(definition: ModeDefinition<T>): Mode {
  return {
    ...definition,
    run: async (args, around) => definition.run(parseOptions(args, definition.options), around),
  }
}

/** All modes; the first is the one that runs when none is named. A new one is added here. */
export const modes: readonly [Mode, ...Mode[]] = [
  mode(languageMode),
  mode(digitsMode),
  mode(forecastMode),
  mode(memoryMode),
]
