import { Generator, OptionError } from '@core/tensor'
import { defaultGenerator, describe } from '@core/tensor/extend'

/** Where a loader or a split takes its random numbers from. */
export interface RandomOptions {
  /** Makes the order repeatable: the same seed gives the same order. */
  seed?: number
  /** Takes random numbers from a stream derived from this generator, which moves on once. Not together with `seed`. */
  generator?: Generator
}

/** Checks a whole number of at least `minimum`; `remedy` ends the message. */
export function checkCount(op: string, name: string, value: unknown, minimum: number, remedy: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < minimum)
    throw new OptionError(
      `${op}: ${name} must be a whole number of at least ${minimum}, got ${describe(value)}; ${remedy}`,
    )
}

/** Checks where random numbers shall come from. */
export function checkRandom(op: string, { seed, generator }: RandomOptions): void {
  if (seed !== undefined && generator !== undefined)
    throw new OptionError(
      `${op}: give either seed or generator, not both; got seed ${describe(seed)} and a generator`,
    )
  if (seed !== undefined) checkCount(op, 'seed', seed, 0, 'any such number will do')
  if (generator !== undefined && typeof generator?.fork !== 'function')
    throw new OptionError(
      `${op}: generator must be a Generator, got ${describe(generator)}; use new Generator(seed)`,
    )
}

/**
 * A generator of the caller's own: from the seed, or forked from the generator given, or from the default one. Nobody
 * else draws from it, so that what happens elsewhere changes nothing here.
 */
export function ownGenerator({ seed, generator }: RandomOptions): Generator {
  return seed === undefined ? (generator ?? defaultGenerator()).fork() : new Generator(seed)
}
