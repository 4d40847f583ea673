import { divide, literal } from '../../source.js'

/**
 * The numbers of which one result is made: number f = far · run + near, f < n, is where each variable is base + far · its far step +
 * near · its near step.
 */
export interface Line {
  readonly n: number
  readonly run: number
  readonly variables: Readonly<Record<string, Variable>>
}

/** A number that depends linearly on the place in a line; `base` is an expression. */
export interface Variable {
  readonly base: string
  readonly far: number
  readonly near: number
}

/** Numbers with one distance. */
export function straight(n: number, base: string, step: number, name = 'p'): Line {
  return { n, run: 1, variables: { [name]: { base, far: step, near: 0 } } }
}

/** How one thread goes along its part of a line: every `parts`-th number from the q-th on, so that neighbours read neighbours. */
export interface Path {
  /** Sets the variables to the thread's first number. */
  readonly start: string
  /** Moves them to its next one. */
  readonly advance: string
  /** So many numbers every thread has at least; those with q < extra have one more. */
  readonly count: number
  readonly extra: number
}

export function pathOf({ n, run, variables }: Line, parts: number): Path {
  const count = Math.floor(n / parts)
  const path = { count, extra: n - count * parts }
  const all = Object.entries(variables)
  const single = (step: (v: Variable) => number) => ({
    ...path,
    start: all.map(([name, v]) => `let ${name}=${v.base}+q*${literal(step(v))};`).join(''),
    advance: all.map(([name, v]) => `${name}=${name}+${literal(step(v) * parts)};`).join(''),
  })
  if (run === 1) return single((v) => v.far)
  if (n <= run || all.every(([, v]) => v.far === v.near * run)) return single((v) => v.near)
  // The place within the run is carried along instead of being divided anew for each number.
  const jumps = Math.floor(parts / run)
  const rest = parts - jumps * run
  const moves = all.map(([name, v]) => `${name}=${name}+${literal(v.far * jumps + v.near * rest)};`).join('')
  const carry = all.map(([name, v]) => `${name}=${name}+${literal(v.far - v.near * run)};`).join('')
  return {
    ...path,
    start:
      `${divide('far', 'q', run)}let near=q-far*${literal(run)};` +
      all.map(([name, v]) => `let ${name}=${v.base}+far*${literal(v.far)}+near*${literal(v.near)};`).join(''),
    advance:
      moves +
      (rest === 0
        ? ''
        : `near=near+${literal(rest)};if(near>=${literal(run)}){near=near-${literal(run)};${carry}}`),
  }
}

/**
 * Into how many parts lines are cut, a power of two: a result that one thread makes of many numbers leaves the others of a GPU
 * idle, but each further launch costs as much as some hundred numbers in a row.
 *
 * @param deep - whether parts may be cut again when they are put together
 */
export function partsOf(units: number, n: number, deep: boolean): number {
  if (n <= 512 || (n <= 1024 && units >= 1024) || units >= 8192) return 1
  const parts = deep && n > 2 ** 21 ? n / 256 : Math.sqrt(n)
  return 2 ** Math.ceil(Math.log2(parts))
}

/** What the threads of a launch are for: `u` is a thread's result, `q` its part, `which` of several copies it makes. */
export interface Plan {
  readonly units: number
  readonly parts: number
  readonly copies?: number
  /** Whether neighbouring results are made of neighbouring numbers; then parts lie [parts, units], else [units, parts]. */
  readonly across?: boolean
}

export function threads({ units, parts, copies = 1, across = false }: Plan): string {
  const each = units * parts
  const code = copies === 1 ? 'const r=i;' : `${divide('which', 'i', each)}const r=i-which*${literal(each)};`
  if (parts === 1) return `${code}const u=r;const q=0.0;`
  return across
    ? `${code}${divide('q', 'r', units)}const u=r-q*${literal(units)};`
    : `${code}${divide('u', 'r', parts)}const q=r-u*${literal(parts)};`
}

/** The line of the parts of a result, as a launch of that plan left them. */
export function partsLine({ units, parts, across = false }: Plan, name = 'p'): Line {
  return across ? straight(parts, 'u', units, name) : straight(parts, `u*${literal(parts)}`, 1, name)
}
