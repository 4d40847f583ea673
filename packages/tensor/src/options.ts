import { OptionError } from './errors.js'
import { isTensor } from './make.js'
import { show } from './shape.js'

/** Any value in a few words, for messages. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `the string '${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (typeof value === 'function') return 'a function'
  if (isTensor(value)) return `a Tensor ${show(value.shape)}`
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}

/**
 * Checks the trailing object of options: that it is one, that no name is misspelt (it would silently do nothing), and
 * that switches are true or false. Gives the options back.
 */
export function checkOptions<T extends object>(
  op: string,
  options: T,
  names: readonly (keyof T & string)[],
  switches: readonly (keyof T & string)[] = [],
): T {
  if (typeof options !== 'object' || options === null || isTensor(options) || Array.isArray(options))
    throw new OptionError(
      `${op}: options must be an object like { ${[...names, ...switches].join(', ')} }, got ${describe(options)}`,
    )
  for (const name in options) // allocates nothing: ops come through here
    if (!names.includes(name) && !switches.includes(name))
      throw new OptionError(
        `${op}: there is no option '${name}'; there is ${[...names, ...switches].join(', ')}`,
      )
  for (const name of switches) {
    const value: unknown = options[name]
    if (value !== undefined && typeof value !== 'boolean')
      throw new OptionError(`${op}: ${name} must be true or false, got ${describe(value)}`)
  }
  return options
}

/** Checks that an option is a number within bounds. */
export function checkNumber(
  op: string,
  name: string,
  value: number,
  min = -Infinity,
  max = Infinity,
  open: 'min' | 'max' | 'both' | 'none' = 'none',
): number {
  const low = open === 'min' || open === 'both' ? value > min : value >= min
  const high = open === 'max' || open === 'both' ? value < max : value <= max
  if (typeof value !== 'number' || Number.isNaN(value) || !low || !high)
    throw new OptionError(`${op}: ${name} must be a number ${bounds(min, max, open)}, got ${describe(value)}`)
  return value
}

/** Checks that an option is a whole number of at least `min`. */
export function checkInteger(op: string, name: string, value: number, min = 0, max = 2 ** 31 - 1): number {
  if (!Number.isInteger(value) || value < min || value > max)
    throw new OptionError(
      `${op}: ${name} must be a whole number ${bounds(min, max, 'none')}, got ${describe(value)}`,
    )
  return value
}

/** Checks that an argument can be called. */
export function checkFunction(op: string, name: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new OptionError(`${op}: ${name} must be a function, got ${describe(value)}`)
}

function bounds(min: number, max: number, open: string): string {
  const parts: string[] = []
  if (min !== -Infinity) parts.push(`${open === 'min' || open === 'both' ? '>' : '≥'} ${min}`)
  if (max !== Infinity && max !== 2 ** 31 - 1)
    parts.push(`${open === 'max' || open === 'both' ? '<' : '≤'} ${max}`)
  if (max === Infinity && (open === 'max' || open === 'both')) parts.push('finite')
  return parts.join(' and ')
}
