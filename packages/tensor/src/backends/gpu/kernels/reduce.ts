import type { ReduceOp } from '../../kernels.js'
import { filled } from '../constants.js'
import type { Launch, Lowering, Numbers } from '../lowering.js'
import { kernel } from '../source.js'
import { axis } from './reduce/fold.js'
import { indices } from './reduce/indices.js'
import { type Path, partsOf, pathOf, threads } from './reduce/lines.js'
import { extreme, inTurn, sums } from './reduce/sums.js'

/** What an empty axis gives. */
const START: Readonly<Record<ReduceOp, number>> = {
  sum: 0,
  prod: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
  sumSquares: 0,
  any: 0,
  all: 1,
}

const read = (k: string) => `const v${k}=x[p];`

/** Code that reduces a thread's part of the numbers and returns the result; `last` where that is the final one. */
function body(op: ReduceOp, path: Path, whole: boolean, last: boolean): string {
  switch (op) {
    case 'max':
    case 'any':
      return `${extreme('a', path, '>')}return m;`
    case 'min':
    case 'all':
      return `${extreme('a', path, '<')}return m;`
    case 'prod':
      return whole ? wholeProduct(path, last) : product(path)
    case 'sumSquares':
      return `${sums('a', path, read, { s: (k) => `v${k}*v${k}` })}return s;`
    default:
      return whole ? wholeSum(path) : `${sums('a', path, read, { s: (k) => `v${k}` })}return s;`
  }
}

function product(path: Path): string {
  return `let s=1.0;${inTurn('a', path, () => 's=s*x[p];')}return s;`
}

/**
 * Too large a product stays finite on the way, since a 0 may follow. 2²⁴ + 1, which is rounded to 2²⁴, has odd factors; 2²⁴ itself has
 * none but 1.
 */
function wholeProduct(path: Path, last: boolean): string {
  const step = (k: string) =>
    `const v${k}=x[p];s=s*v${k};` +
    `if(Math.abs(s)===16777216.0){if(Math.abs(v${k})>1.0){if(Math.floor(v${k}*0.5)*2.0<v${k}){s=s*2.0;}}}` +
    'if(s>33554432.0){s=33554432.0;}if(s<-33554432.0){s=-33554432.0;}'
  const check = last ? 'if(s>16777216.0){s=NAN;}if(s<-16777216.0){s=NAN;}' : ''
  return `let s=1.0;${inTurn('a', path, step)}${check}return s;`
}

/** Summed as multiples of 4096 and rests, so that what leaves the exact range on the way does no harm. */
function wholeSum(path: Path): string {
  const load = (k: string) =>
    `const v${k}=x[p];const h${k}=Math.floor(v${k}*${1 / 4096});const l${k}=v${k}-h${k}*4096.0;`
  return (
    sums('a', path, load, { high: (k) => `h${k}`, low: (k) => `l${k}` }) +
    `const carry=Math.floor(low*${1 / 4096});high=high+carry;low=low-carry*4096.0;` +
    'let s=high*4096.0+low;if(high*4096.0>16777216.0-low){s=NAN;}if(high<-4096.0){s=NAN;}return s;'
  )
}

/** Axes that are long beside the number of results are reduced in several launches. */
const alongAxis: Lowering<'reduce'> = ({ inputs: [x], inputDTypes, attrs }, launch) => {
  const { op, outer, n, inner } = attrs
  if (n === 0) return [filled(launch, outer * inner, START[op])]
  return [stages(launch, x!, op, outer, n, inner, inputDTypes[0] === 'int32')]
}

function stages(
  launch: Launch,
  x: Numbers,
  op: ReduceOp,
  outer: number,
  n: number,
  inner: number,
  whole: boolean,
): Numbers {
  const units = outer * inner
  const plan = { units, parts: partsOf(units, n, true), across: inner > 1 }
  const { setup, line } = axis(outer, n, inner)
  const path = pathOf(line, plan.parts)
  const code = threads(plan) + setup + path.start + body(op, path, whole, plan.parts === 1)
  const y = launch(kernel(['x'], code), units * plan.parts, [x])
  if (plan.parts === 1) return y
  const next = op === 'sumSquares' ? 'sum' : op
  return plan.across
    ? stages(launch, y, next, 1, plan.parts, units, whole)
    : stages(launch, y, next, units, plan.parts, 1, whole)
}

/** Kernels: reduce argReduce. */
export const reduce = { reduce: alongAxis, argReduce: indices }
