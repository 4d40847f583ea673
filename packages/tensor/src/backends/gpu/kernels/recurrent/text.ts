import { literal } from '../../source.js'
import { addUp } from '../blocks.js'

/**
 * `let name = Σ terms` over `length` terms, by several partial sums, so that rounding errors stay small and reads overlap.
 *
 * @param indices - where each index begins, an expression, and how far it moves from term to term
 * @param term - a term, an expression, from the indices
 */
export function sum<N extends string>(
  name: string,
  length: number,
  indices: Readonly<Record<N, readonly [start: string, step: number]>>,
  term: (at: Readonly<Record<N, string>>) => string,
): string {
  const names = Object.keys(indices) as N[]
  const index = (n: N, u = 0) => `${name}_${n}${u === 0 ? '' : `+${u * indices[n][1]}`}`
  const at = (u: number) => Object.fromEntries(names.map((n) => [n, index(n, u)])) as Record<N, string>
  const start = names.map((n) => `let ${index(n)}=${indices[n][0]};`).join('')
  const terms = addUp(name, {
    count: length,
    unroll: 4,
    add: (u, into) => `${into}=${into}+${term(at(u))};`,
    advance: (by) => names.map((n) => `${index(n)}=${index(n)}+${by * indices[n][1]};`).join(''),
  })
  return `${start}let ${name}=0.0;${terms}`
}

/** Ends a thread with one value or another, by where column `j` is: `[end, value]` before the column `end`, `[value]` for the rest. */
export function byColumn(...parts: readonly (readonly [number, string] | readonly [string])[]): string {
  return parts
    .map((part) =>
      part.length === 2 ? `if(j<${literal(part[0])}){return ${part[1]};}` : `return ${part[0]};`,
    )
    .join('')
}
