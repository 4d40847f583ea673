/** The name under which a header keeps what is not a tensor. */
export const METADATA = '__metadata__'

/** A name as it may stand in a message: quoted, escaped, not longer than a line. */
export function quote(name: string): string {
  const text = JSON.stringify(name)
  return text.length > 80 ? `${text.slice(0, 76)}…"` : text
}

/** Any value of a header as it may stand in a message. `String` would run what a hostile file put there. */
export function show(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}

/** Why a string cannot be a name in a file, or null when it can. */
export function refuseName(name: string): string | null {
  if (name === '__proto__')
    return 'the name "__proto__" would change the prototype of objects it is copied into'
  if (/\p{Surrogate}/u.test(name))
    return `the name ${quote(name)} has half a surrogate pair, which UTF-8 cannot hold`
  return null
}
