import type { Launch, Numbers } from '../../lowering.js'
import { divide, kernel, literal } from '../../source.js'
import { type Line, type Plan, partsLine, partsOf, pathOf, straight, threads } from './lines.js'
import { type Load, sums, type Width } from './sums.js'

/** The line of every result of a reduced middle axis: result `u` of [outer, inner]. */
export function axis(outer: number, n: number, inner: number): { setup: string; line: Line } {
  const size = literal(n * inner)
  if (inner === 1) return { setup: '', line: straight(n, `u*${size}`, 1) }
  if (outer === 1) return { setup: '', line: straight(n, 'u', inner) }
  return {
    setup: `${divide('o', 'u', inner)}const base=o*${size}+(u-o*${literal(inner)});`,
    line: straight(n, 'base', inner),
  }
}

/** Sums of products, or whatever a term is, over lines. */
export interface Fold {
  readonly units: number
  readonly across?: boolean
  /** Declares what the bases of the line's variables need of `u`. */
  readonly setup: string
  readonly line: Line
  readonly parameters: readonly string[]
  readonly args: readonly Numbers[]
  readonly load: Load
  readonly width?: Width
}

type Term = (k: string) => string

/** Σ of one or two terms, as [terms, units]: one launch, or more where lines are long. */
export function sumsOf(launch: Launch, fold: Fold, terms: readonly Term[]): Numbers {
  const { units } = fold
  const { partial, plan } = firstStage(launch, fold, terms)
  if (plan.parts === 1) return partial
  if (plan.across && terms.length > 1) {
    const { setup, line } = axis(terms.length, plan.parts, units)
    return totals(launch, partial, units * terms.length, setup, line, true)
  }
  return totals(launch, partial, units * terms.length, '', partsLine(plan), plan.across)
}

/** The same as a buffer for each term. */
export function separateSums(launch: Launch, fold: Fold, terms: readonly Term[]): Numbers[] {
  const { units, line, across = false } = fold
  if (partsOf(units, line.n, true) === 1) return terms.map((term) => sumsOf(launch, fold, [term]))
  const { partial, plan } = firstStage(launch, fold, terms)
  return terms.map((_, index) => {
    const rest = partsLine(plan)
    const p = rest.variables.p!
    const base = `${p.base}+${literal(index * units * plan.parts)}`
    return totals(launch, partial, units, '', { ...rest, variables: { p: { ...p, base } } }, across)
  })
}

function firstStage(
  launch: Launch,
  { units, across = false, setup, line, parameters, args, load, width }: Fold,
  terms: readonly Term[],
): { partial: Numbers; plan: Plan } {
  const plan = { units, parts: partsOf(units, line.n, true), copies: terms.length, across }
  const path = pathOf(line, plan.parts)
  // One loop for all terms: two would take twice as long to compile.
  const chosen = (k: string) =>
    terms
      .map((term, index) => (index === 0 ? `let t${k}=${term(k)};` : `if(which>0.5){t${k}=${term(k)};}`))
      .join('')
  const code = sums('s', path, (k) => load(k) + chosen(k), { sum: (k) => `t${k}` }, width)
  const source = kernel(parameters, `${threads(plan)}${setup}${path.start}${code}return sum;`)
  return { partial: launch(source, terms.length * units * plan.parts, args), plan }
}

/** Plain sums over lines of one buffer. */
function totals(
  launch: Launch,
  x: Numbers,
  units: number,
  setup: string,
  line: Line,
  across = false,
): Numbers {
  const fold = { units, across, setup, line, parameters: ['x'], args: [x] }
  return sumsOf(launch, { ...fold, load: (k) => `const v${k}=x[p];` }, [(k) => `v${k}`])
}
