import { Generator, OptionError } from '@core/tensor'
import { defaultGenerator } from '@core/tensor/extend'

/** Where a loader or a split takes its random numbers from. */
export interface RandomOptions {
  /** Makes the order repeatable: the same seed gives the same order. */
  seed?: number
  /** Takes random numbers from a stream derived from this generator, which moves on once. Not together with `seed`. */
  generator?: Generator
}

/** Refuses options that do not exist: a misspelt one would silently do nothing. */
export function checkKnown(op: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new OptionError(`${op}: options must be an object with ${known.join(', ')}, got ${String(options)}`)
  for (const name of Object.keys(options))
    if (!known.includes(name))
      throw new OptionError(`${op}: there is no option ${name}; there are ${known.join(', ')}`)
}

/** Checks a whole number of at least `minimum`; `remedy` ends the message. */
export function checkCount(op: string, name: string, value: unknown, minimum: number, remedy: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < minimum)
    throw new OptionError(
      `${op}: ${name} must be a whole number of at least ${minimum}, got ${show(value)}; ${remedy}`,
    )
}

/** Checks a switch that may be left out. */
export function checkSwitch(op: string, name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean')
    throw new OptionError(`${op}: ${name} must be true or false, got ${show(value)}`)
}

/** Checks where random numbers shall come from. */
export function checkRandom(op: string, { seed, generator }: RandomOptions): void {
  if (seed !== undefined && generator !== undefined)
    throw new OptionError(
      `${op}: give either seed or generator, not both; got seed ${show(seed)} and a generator`,
    )
  if (seed !== undefined) checkCount(op, 'seed', seed, 0, 'any such number will do')
  if (generator !== undefined && typeof generator?.fork !== 'function')
    throw new OptionError(
      `${op}: generator must be a Generator, got ${show(generator)}; use new Generator(seed)`,
    )
}

/**
 * A generator of the caller's own: from the seed, or forked from the generator given, or from the default one. Nobody
 * else draws from it, so that what happens elsewhere changes nothing here.
 */
export function ownGenerator({ seed, generator }: RandomOptions): Generator {
  return seed === undefined ? (generator ?? defaultGenerator()).fork() : new Generator(seed)
}

/** A value as it may stand in a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}
