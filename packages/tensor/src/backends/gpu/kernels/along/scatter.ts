import type { Lowering } from '../../lowering.js'
import { kernel } from '../../source.js'
import { orderOf, readsToSort, rounds } from './order.js'
import { PLACE, READS_A_LAUNCH, split } from './split.js'

/**
 * Whether each of `size` results looks through all `count` indices, or the indices are sorted first and then searched.
 *
 * @param lines - lines of `count` indices
 */
export function looksThrough(size: number, count: number, lines = 1): boolean {
  const sorted = 4 * READS_A_LAUNCH + lines * count * readsToSort(count) + size * 2 * rounds(count)
  return count <= 32 || size * count <= sorted
}

/** Gives NaN for an index out of range, which the device has computed unseen. NaN is one, too. */
export function inRange(index: string, n: string): string {
  return `if(!(${index}>=0&&${index}<${n})){return NAN;}`
}

/** The same for all indices of a sorted line: if they are in range, its ends are. */
export function endsInRange(at: (m: string) => string, n: string): string {
  return ['0', 'count-1']
    .map((m, e) => `const p${e}=${at(m)};const to${e}=index[p${e}];${inRange(`to${e}`, n)}`)
    .join('')
}

/** `lo`: how many indices of a sorted line are before `wanted`, or, by `<=`, not behind it. */
export function search(at: string, test: '<' | '<=', wanted: string): string {
  return (
    'let lo=0.0;let hi=0.0+count;for(let round=0;round<rounds;round++){if(lo<hi){' +
    `const mid=Math.floor((lo+hi)*0.5);const p=${at};if(index[p]${test}${wanted}){lo=mid+1;}else{hi=mid;}}}`
  )
}

/** Goes on from `lo` as long as `test` holds of `at`. */
export function run(at: string, test: string, take: string): string {
  return `for(let k=0;k<count;k++){if(lo+k>=count){break;}const at=${at};if(${test}){${take}}else{break;}}`
}

const GATHER = kernel(
  ['x', 'index', 'n', 'inner', 'count'],
  `${split('q', 'c', 'i', 'inner')}${split('o', 'j', 'q', 'count')}const at=index[i];` +
    `${inRange('at', 'n')}return x[(o*n+at)*inner+c];`,
)

const gatherAlong: Lowering<'gatherAlong'> = ({ inputs, outputLengths: [size], attrs }, launch) => {
  const { n, inner, count } = attrs
  return [launch(GATHER, size!, [...inputs, n, inner, count])]
}

const TAKE = { set: 's=x[at];', add: 's=s+x[at];', multiply: 's=s*x[at];' }
const OWN = `${PLACE}const from=o*count*inner+c;let s=y[i];`

function lookSource(mode: keyof typeof TAKE) {
  const body =
    `${OWN}for(let k=0;k<count;k++){const at=from+k*inner;` +
    `const to=index[at];${inRange('to', 'n')}if(to===j){${TAKE[mode]}}}return s;`
  return kernel(['y', 'x', 'index', 'n', 'inner', 'count'], body)
}

function searchSource(mode: keyof typeof TAKE) {
  const at = (m: string) => `from+order[from+(${m})*inner]*inner`
  // Where values are set, the last one stands; else all are taken in turn.
  const take =
    mode === 'set'
      ? `${search(at('mid'), '<=', 'j')}if(lo>0){const at=${at('lo-1')};if(index[at]===j){s=x[at];}}`
      : `${search(at('mid'), '<', 'j')}${run(at('lo+k'), 'index[at]===j', TAKE[mode])}`
  const body = `${OWN}${endsInRange(at, 'n')}${take}return s;`
  return kernel(['y', 'x', 'index', 'order', 'n', 'inner', 'count', 'rounds'], body)
}

// Threads cannot write elsewhere: each place of y looks for the values that go to it.
const scatterAlong: Lowering<'scatterAlong'> = (call, launch) => {
  const { inputs, before, attrs } = call
  const [x, index] = inputs
  const [y] = before
  const { outer, n, inner, count, mode } = attrs
  const size = outer * n * inner
  if (count === 0) return [launch(kernel(['y'], 'return y[i];'), size, [y!])]
  if (looksThrough(size, count, outer * inner))
    return [launch(lookSource(mode), size, [y!, x!, index!, n, inner, count])]
  const order = orderOf(launch, index!, { outer, n: count, inner })
  return [launch(searchSource(mode), size, [y!, x!, index!, order, n, inner, count, rounds(count)])]
}

export const picking = { gatherAlong, scatterAlong }
