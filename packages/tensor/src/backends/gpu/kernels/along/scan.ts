import type { Lowering } from '../../lowering.js'
import { kernel, type Source } from '../../source.js'
import { READS_A_LAUNCH, split } from './split.js'

/** Most values that one launch collects, one after the other. */
const MOST_SUMMED = 64
/** Lines up to this length are multiplied in one go: stretches multiplied apart may overflow where the product from the start on does not. */
const MOST_MULTIPLIED = 256

/**
 * How far each launch reaches back: after launches of radix r each value holds r, r², … of those before it. Many launches read less,
 * few launches wait less.
 */
function radixOf(n: number, size: number, most: number): number {
  let best = 2
  let least = Number.POSITIVE_INFINITY
  for (let launches = 1; 2 ** (launches - 1) < n || launches === 1; launches++) {
    let radix = Math.max(2, Math.floor(n ** (1 / launches)))
    while (radix ** launches < n) radix++
    const cost = launches * (READS_A_LAUNCH + size * radix)
    if (radix > most || cost >= least) continue
    least = cost
    best = radix
  }
  return best
}

const radixOfProducts = (n: number, size: number) =>
  n <= MOST_MULTIPLIED ? Math.max(2, n) : radixOf(n, size, MOST_MULTIPLIED)

/** Sizes, the reach of a launch and the distance of what it collects: arguments behind the buffers. */
const SIZES = ['n', 'inner', 'radix', 'stride']

/**
 * Collects the values at j − (radix − 1) · stride, …, j − stride, j of a line, the oldest first, counted from the end that the scan
 * starts from.
 *
 * @param start - statements before
 * @param step - how the value at `at` is taken in; the way to the one before it is `back`
 */
function window(buffers: readonly string[], reverse: boolean, start: string, step: string): Source {
  const place = `${split('q', 'c', 'i', 'inner')}${split('o', 'p', 'q', 'n')}`
  const from = reverse ? 'const j=n-1-p;const back=0.0-stride*inner;' : 'const j=p;const back=stride*inner;'
  return kernel(
    [...buffers, ...SIZES],
    `${place}${from}${start}for(let k=0;k<radix;k++){const d=radix-1-k;` +
      `if(d*stride<=j){const at=i-d*back;${step}}}return s;`,
  )
}

/** s + x and s · x of whole numbers, NaN beyond ±2²⁴: told from halves and from factors, where that is exact. */
const WHOLE = {
  sum: 'const v=x[at];if(s>0){if((s-8388608)+(v-8388608)>0){s=NAN;}}else{if((s+8388608)+(v+8388608)<0){s=NAN;}}s=s+v;',
  prod:
    'const v=x[at];const big=Math.abs(s);let out=s*v;if(big*(Math.abs(v)-1)>16777216-big){out=NAN;}' +
    'if(v===0){out=0;}if(s===0){out=0;}s=out;', // anything times 0 is 0, however far it left the range
}
const REAL = { sum: 's=s+x[at];', prod: 's=s*x[at];' }

const scan: Lowering<'scan'> = ({ inputs: [x], inputDTypes: [dtype], attrs }, launch) => {
  const { op, outer, n, inner, reverse } = attrs
  const size = outer * n * inner
  const radix = op === 'sum' ? radixOf(n, size, MOST_SUMMED) : radixOfProducts(n, size)
  const step = (dtype === 'int32' ? WHOLE : REAL)[op]
  const source = window(['x'], reverse, `let s=${op === 'sum' ? '0.0' : '1.0'};`, step)
  let y = x!
  for (let stride = 1; stride === 1 || stride < n; stride *= radix)
    y = launch(source, size, [y, n, inner, radix, stride])
  return [y]
}

/** As a pair (a, b) stands for s → b + a s, two in a row are (a a′, b′ + a′ b). */
const affineScan: Lowering<'affineScan'> = ({ inputs: [a, b], attrs }, launch) => {
  const { outer, n, inner, reverse } = attrs
  const size = outer * n * inner
  const radix = radixOfProducts(n, size)
  let factors = a!
  let s = b!
  for (let stride = 1; stride === 1 || stride < n; stride *= radix) {
    const first = stride === 1
    const sizes = [n, inner, radix, stride]
    const next = launch(states(reverse, first), size, [factors, s, ...sizes])
    if (stride * radix < n) factors = launch(products(reverse, first), size, [factors, ...sizes])
    s = next
  }
  return [s]
}

// Going back, a value's own factor stands beside the one before it. A line has no state before its first value, so that the factor there
// is never read.

function states(reverse: boolean, first: boolean): Source {
  const carried = first
    ? `s=b[at]+a[${reverse ? 'at-back' : 'at'}]*s;`
    : // The product of many finite factors may overflow where the state that it meets is 0.
      'const f=a[at];if(s===0&&Math.abs(f)===INF){s=b[at];}else{s=b[at]+f*s;}'
  const step = `if(met>0.5){${carried}}else{s=b[at];}met=1.0;`
  return window(['a', 'b'], reverse, 'let s=0.0;let met=0.0;', step)
}

function products(reverse: boolean, first: boolean): Source {
  const step = reverse && first ? 'if(d*stride<j){s=s*a[at-back];}' : 's=s*a[at];'
  return window(['a'], reverse, 'let s=1.0;', step)
}

export const scans = { scan, affineScan }
