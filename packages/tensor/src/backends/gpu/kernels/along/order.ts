import type { Line } from '../../../kernels/along.js'
import type { Launch, Numbers } from '../../lowering.js'
import { kernel, type Source } from '../../source.js'
import { PLACE } from './split.js'

/** Longest stretch that is sorted by counting what comes before each value; longer lines are merged from shorter ones. */
const MOST_COUNTED = 256
const BLOCK = 64

/** Reads of each number that are made where lines of n are cut into sorted stretches. */
export function readsToSort(n: number): number {
  return n <= MOST_COUNTED ? 2 * n : 2 * BLOCK + 4 * Math.log2(n) * Math.log2(n / BLOCK)
}

/** Rounds that a search among `count` values takes. */
export function rounds(count: number): number {
  return Math.ceil(Math.log2(count + 1)) + 1
}

/** `let name = 1` where a stands strictly before b, else 0; NaN is larger than all others. */
function precedes(name: string, a: string, b: string, descending: boolean): string {
  const [less, more] = descending ? [b, a] : [a, b]
  return `let ${name}=0.0;if(${less}<=INF){if(${less}<${more}){${name}=1.0;}if(!(${more}<=INF)){${name}=1.0;}}`
}

/**
 * Where in its line each value of the sorted line stood; equal values keep their order.
 *
 * @returns positions, [outer, n, inner] as x
 */
export function orderOf(launch: Launch, x: Numbers, line: Line, descending = false): Numbers {
  const { outer, n, inner } = line
  const size = outer * n * inner
  const block = n <= MOST_COUNTED ? MOST_COUNTED : BLOCK
  const sizes = [n, inner, Math.min(n, block), block, 1 / block]
  const rank = launch(rankSource(descending), size, [x, ...sizes])
  let order = launch(PLACES, size, [rank, ...sizes])
  for (let width = block; width < n; width *= 2)
    order = launch(mergeSource(descending), size, [x, order, n, inner, width, 0.5 / width, rounds(width)])
  return order
}

const STRETCH = ['n', 'inner', 'most', 'block', 'inverse']

/** The stretch of thread `i`: from `start` on, `k` runs over it. */
function stretch(each: string): string {
  return (
    `${PLACE}const start=Math.floor(j*inverse)*block;` + // exact: blocks are powers of 2
    `for(let k=0;k<most;k++){const at=start+k;if(at<n){const where=base+at*inner;${each}}}`
  )
}

/** How many of its stretch come before each value. */
function rankSource(descending: boolean): Source {
  const each =
    `const w=x[where];if(at<j){${precedes('after', 'v', 'w', descending)}r=r+1.0-after;}` +
    `if(at>j){${precedes('before', 'w', 'v', descending)}r=r+before;}`
  return kernel(['x', ...STRETCH], `const v=x[i];let r=0.0;${stretch(each)}return r;`)
}

/** Which value of the stretch has the rank of this place. */
const PLACES = kernel(
  ['rank', ...STRETCH],
  `let found=0.0;${stretch('if(rank[where]===j-start){found=at;}')}return found;`,
)

/** Merges pairs of sorted stretches: each place searches how many of the values up to it come from the left one. */
function mergeSource(descending: boolean): Source {
  const order = (at: string) => `order[base+(${at})*inner]`
  const value = (at: string) => `x[base+${at}*inner]`
  return kernel(
    ['x', 'order', 'n', 'inner', 'width', 'inverse', 'rounds'],
    `${PLACE}const left=Math.floor(j*inverse)*2*width;` +
      'const lefts=Math.min(width,n-left);const right=left+lefts;' +
      'const rights=Math.min(width,n-right);const p=j-left;' +
      'let lo=Math.max(0,p-rights);let hi=Math.min(p,lefts);' +
      'for(let k=0;k<rounds;k++){if(lo<hi){const mid=Math.floor((lo+hi)*0.5);' +
      `const l=${order('left+mid')};const r=${order('right+p-1-mid')};` +
      `const u=${value('l')};const v=${value('r')};${precedes('swap', 'v', 'u', descending)}` +
      'if(swap>0.5){hi=mid;}else{lo=mid+1;}}}' +
      'const b=p-lo;let found=0.0;' +
      `if(lo<lefts){const l=${order('left+lo')};found=l;` +
      `if(b<rights){const r=${order('right+b')};const u=${value('l')};const v=${value('r')};` +
      `${precedes('swap', 'v', 'u', descending)}if(swap>0.5){found=r;}}}` +
      `else{found=${order('right+b')};}return found;`,
  )
}
