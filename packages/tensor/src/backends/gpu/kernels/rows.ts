import { filled } from '../constants.js'
import type { Launch, Lowering, Numbers } from '../lowering.js'
import { kernel } from '../source.js'
import { orderOf, rounds } from './along/order.js'
import { endsInRange, inRange, looksThrough, run, search } from './along/scatter.js'
import { split } from './along/split.js'

const GATHER = kernel(
  ['table', 'index', 'width', 'size'],
  `${split('row', 'c', 'i', 'width')}const at=index[row];${inRange('at', 'size')}return table[at*width+c];`,
)

const gatherRows: Lowering<'gatherRows'> = ({ inputs, outputLengths: [length], attrs }, launch) => {
  const { width, size } = attrs
  return [launch(GATHER, length!, [...inputs, width, size])]
}

/** Where each row begins among sorted indices. */
const STARTS = kernel(['index', 'order', 'count', 'rounds'], `${search('order[mid]', '<', 'i')}return lo;`)

/** How the sums of one kernel are formed: each thread knows its `row`, and what to take from index `at` if that is its row. */
interface Sums {
  readonly buffers: readonly string[]
  readonly sizes: readonly string[]
  readonly own: string
  readonly take: string
}

/** `index` is compared with `row`, of which there are `rows`; so many that go to a row, so many are added up there, in order. */
function collect(
  launch: Launch,
  { buffers, sizes, own, take }: Sums,
  size: number,
  {
    index,
    more,
    count,
    rows,
    numbers,
  }: {
    readonly index: Numbers
    readonly more: readonly Numbers[]
    readonly count: number
    readonly rows: number
    readonly numbers: readonly number[]
  },
): Numbers {
  const last = ['count', 'rows', 'rounds', ...sizes]
  const values = [count, rows, rounds(count), ...numbers]
  if (looksThrough(size, count)) {
    const each = `const to=index[at];${inRange('to', 'rows')}if(to===row){${take}}`
    const body = `${own}let s=0.0;for(let at=0;at<count;at++){${each}}return s;`
    return launch(kernel(['index', ...buffers, ...last], body), size, [index, ...more, ...values])
  }
  const order = orderOf(launch, index, { outer: 1, n: count, inner: 1 })
  const starts = launch(STARTS, rows, [index, order, count, rounds(count)])
  const body =
    `${own}${endsInRange((m) => `order[${m}]`, 'rows')}let s=0.0;const lo=starts[row];` +
    `${run('order[lo+k]', 'index[at]===row', take)}return s;`
  const source = kernel(['index', ...buffers, 'order', 'starts', ...last], body)
  return launch(source, size, [index, ...more, order, starts, ...values])
}

const ROWS: Sums = {
  buffers: ['x'],
  sizes: ['width'],
  own: split('row', 'c', 'i', 'width'),
  take: 's=s+x[at*width+c];',
}

const scatterAddRows: Lowering<'scatterAddRows'> = ({ inputs: [x, index], attrs }, launch) => {
  const { count, width, size } = attrs
  if (count === 0) return [filled(launch, size * width, 0)]
  const call = { index: index!, more: [x!], count, rows: size, numbers: [width] }
  return [collect(launch, ROWS, size * width, call)]
}

const RESAMPLE = kernel(
  ['x', 'index', 'weight', 'n', 'm', 'taps', 'inner'],
  `${split('q', 'c', 'i', 'inner')}${split('o', 'p', 'q', 'm')}const from=p*taps;let s=0.0;` +
    'for(let t=0;t<taps;t++){const at=index[from+t];s=s+weight[from+t]*x[(o*n+at)*inner+c];}return s;',
)

const resample: Lowering<'resample'> = ({ inputs, outputLengths: [size], attrs }, launch) => {
  const { n, m, taps, inner } = attrs
  if (taps === 0) return [filled(launch, size!, 0)]
  return [launch(RESAMPLE, size!, [...inputs, n, m, taps, inner])]
}

const TAPS: Sums = {
  buffers: ['g', 'weight'],
  sizes: ['m', 'taps', 'inner'],
  own: `${split('q', 'c', 'i', 'inner')}${split('o', 'row', 'q', 'rows')}`,
  take: `const w=weight[at];${split('r', 't', 'at', 'taps')}s=s+w*g[(o*m+r)*inner+c];`,
}

const resampleGrad: Lowering<'resampleGrad'> = ({ inputs: [g, index, weight], attrs }, launch) => {
  const { outer, n, m, taps, inner } = attrs
  const count = m * taps
  if (count === 0) return [filled(launch, outer * n * inner, 0)]
  const call = { index: index!, more: [g!, weight!], count, rows: n, numbers: [m, taps, inner] }
  return [collect(launch, TAPS, outer * n * inner, call)]
}

export const rows = { gatherRows, scatterAddRows, resample, resampleGrad }
