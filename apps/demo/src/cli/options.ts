import { parseArgs } from 'node:util'
import { closest } from './closest.js'
import { UsageError } from './errors.js'

interface Described {
  /** One line for `--help`. */
  readonly help: string
  readonly short?: string
}
export interface FlagOption extends Described {
  readonly kind: 'flag'
}
export interface FileOption extends Described {
  readonly kind: 'file'
}
export interface ChoiceOption<C extends string = string> extends Described {
  readonly kind: 'choice'
  readonly of: readonly C[]
}
export interface WholeOption extends Described {
  readonly kind: 'whole'
  readonly min: number
  readonly max: number
}
export interface PositiveOption extends Described {
  readonly kind: 'positive'
  readonly max: number
}
export type Option = FlagOption | FileOption | ChoiceOption | WholeOption | PositiveOption
export type OptionTable = Readonly<Record<string, Option>>

type Value<O extends Option> = O extends FlagOption
  ? boolean
  : O extends FileOption
    ? string | undefined
    : O extends ChoiceOption<infer C>
      ? C | undefined
      : number | undefined
/** What a table's options were given as; `undefined` where the user said nothing, so that a mode knows. */
export type Values<T extends OptionTable> = { readonly [K in keyof T]: Value<T[K]> }

/**
 * Reads arguments by a table. Values stay the strings that were typed until their option's kind reads them,
 * so that a file may be called `007`; whatever does not fit is a {@link UsageError}.
 */
export function parseOptions<T extends OptionTable>(args: readonly string[], table: T): Values<T> {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(table).map(([name, o]) => [
        name,
        { type: o.kind === 'flag' ? 'boolean' : 'string', ...(o.short && { short: o.short }) },
      ]),
    ),
    strict: false,
    tokens: true,
  })
  const values = new Map<string, boolean | number | string | undefined>(
    Object.entries(table).map(([name, o]) => [name, o.kind === 'flag' ? false : undefined]),
  )
  const seen = new Set<string>()
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw new UsageError(`Unexpected argument '${token.value}'.`)
    const { name, rawName, value } = token
    const option = Object.hasOwn(table, name) ? table[name] : undefined
    if (!option) throw new UsageError(unknownOption(rawName, name, table))
    if (seen.has(name)) throw new UsageError(`--${name} is given twice.`)
    seen.add(name)
    const missing = value === undefined || (!token.inlineValue && value.startsWith('--'))
    values.set(name, read(name, option, missing ? undefined : value))
  }
  return Object.fromEntries(values) as Values<T>
}

function unknownOption(rawName: string, name: string, table: OptionTable): string {
  const meant = name.length > 1 ? closest(name, Object.keys(table)) : undefined
  return `Unknown option ${rawName}${meant ? `; did you mean --${meant}?` : '; --help lists them.'}`
}

function read(name: string, option: Option, text: string | undefined): boolean | number | string {
  const wants = (what: string) =>
    new UsageError(`--${name} needs ${what}${text === undefined ? '.' : `, not '${text}'.`}`)
  switch (option.kind) {
    case 'flag':
      if (text !== undefined) throw new UsageError(`--${name} takes no value.`)
      return true
    case 'file':
      if (!text || text.includes('\0')) throw new UsageError(`--${name} needs a file name.`)
      return text
    case 'choice':
      if (text === undefined || !option.of.includes(text)) throw wants(`one of ${option.of.join(', ')}`)
      return text
    case 'whole': {
      const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN
      if (!(value >= option.min && value <= option.max))
        throw wants(`a whole number from ${option.min} to ${option.max}`)
      return value
    }
    case 'positive': {
      const value = text !== undefined && /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN
      if (!(value > 0 && value <= option.max)) throw wants(`a number above 0, at most ${option.max}`)
      return value
    }
  }
}
