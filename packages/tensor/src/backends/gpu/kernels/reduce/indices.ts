import { filled } from '../../constants.js'
import type { Launch, Lowering, Numbers } from '../../lowering.js'
import { kernel, literal } from '../../source.js'
import { axis } from './fold.js'
import { type Line, type Plan, partsLine, partsOf, pathOf, threads } from './lines.js'
import { inTurn } from './sums.js'

/** The first j at which x[o, j, i] is largest (smallest); the first NaN wins. Long axes in two launches: of parts, and of what these found. */
export const indices: Lowering<'argReduce'> = ({ inputs: [x], inputDTypes, attrs }, launch) => {
  const { op, outer, n, inner } = attrs
  const units = outer * inner
  if (n === 0) return [filled(launch, units, 0)]
  const plan = { units, parts: partsOf(units, n, false), across: inner > 1 }
  const search = {
    x: x!,
    order: op === 'argmax' ? '>' : '<',
    inner,
    whole: inputDTypes[0] === 'int32',
  } as const
  const { setup, line } = axis(outer, n, inner)
  const at = {
    ...line,
    variables: { ...line.variables, j: { base: '0.0', far: 1, near: 0 } },
  }
  const found = find(launch, search, plan, setup, at, [])
  if (plan.parts === 1) return [found]
  // The base is where j = 0 of the result's line lies.
  const start = line.variables.p!.base
  return [find(launch, search, { units, parts: 1 }, setup, partsLine(plan, 'f'), [found], start)]
}

interface Search {
  readonly x: Numbers
  readonly order: '>' | '<'
  readonly inner: number
  /** Of integers: NaN is then no value but poison, and stays. */
  readonly whole: boolean
}

/** Searches all numbers of a line, or those whose indices stand in `found`. */
function find(
  launch: Launch,
  { x, order, inner, whole }: Search,
  plan: Plan,
  setup: string,
  line: Line,
  found: readonly Numbers[],
  start = '',
): Numbers {
  const path = pathOf(line, plan.parts)
  const given = found.length > 0
  const last = given || plan.parts === 1
  const read = (k: string) =>
    given
      ? `const j${k}=found[f];const v${k}=x[${start}+j${k}*${literal(inner)}];`
      : `const j${k}=j;const v${k}=x[p];`
  // Within a thread's own part indices grow, and the first of equals is there already.
  const sooner = (k: string) => (given ? `if(v${k}===best){if(j${k}<index){index=j${k};}}` : '')
  const code =
    `let best=${order === '>' ? '-INF' : 'INF'};let index=16777216.0;let bad=16777216.0;` +
    inTurn(
      'a',
      path,
      (k) =>
        `${read(k)}if(v${k}===v${k}){if(index>16777215.0){best=v${k};index=j${k};}if(v${k}${order}best){best=v${k};index=j${k};}` +
        `${sooner(k)}}else{if(j${k}<bad){bad=j${k};}}`,
    ) +
    `if(bad<16777216.0){${last && whole ? 'return NAN;' : 'return bad;'}}return index;`
  const parameters = ['x', ...(given ? ['found'] : [])]
  return launch(kernel(parameters, threads(plan) + setup + path.start + code), plan.units * plan.parts, [
    x,
    ...found,
  ])
}
