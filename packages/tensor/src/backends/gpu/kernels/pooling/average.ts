import type { AvgPoolAttrs } from '../../../kernels/pooling.js'
import type { Launch, Lowering, Numbers } from '../../lowering.js'
import { kernel, literal } from '../../source.js'
import { places, sumsOfNothing } from '../blocks.js'
import { countIn, coveringRun, sumOver, visit, windowRun } from './windows.js'

/** Where a thread stands. */
const thread = (planes: number, [rows, columns]: readonly [number, number]) =>
  places('i', [
    ['plane', planes],
    ['r', rows],
    ['c', columns],
  ])

/** What the sum of a window is divided by: an expression of where the window begins. */
function divisorOf(attrs: AvgPoolAttrs, row: string, column: string): { text: string; fixed: boolean } {
  if (attrs.divisor) return { text: `(${literal(attrs.divisor)})`, fixed: true }
  const [rows, columns] = [countIn(attrs, 0, row), countIn(attrs, 1, column)]
  if (typeof rows === 'number' && typeof columns === 'number')
    return { text: literal(rows * columns), fixed: true }
  const factor = (count: number | string) => (typeof count === 'number' ? literal(count) : count)
  return { text: `(${factor(rows)}*${factor(columns)})`, fixed: false }
}

/** Windows so large, where there are few of them, are added up along rows first, by more threads. */
const LARGE = 2048
const FEW = 32768

export const avgPool: Lowering<'avgPool'> = ({ inputs, outputLengths, attrs }, launch) => {
  const size = outputLengths[0]!
  const { planes, input, output } = attrs
  const [rows, columns] = [windowRun(attrs, 0, 'r'), windowRun(attrs, 1, 'c')]
  let x = inputs[0]!
  let width = input[1]
  let term = (at: string, into: string) =>
    `const ${into}r=plane*${literal(input[0] * width)}+${at}*${literal(width)};let ${into}t=0.0;` +
    `${sumOver(columns, 'c', 'x', `${into}t`, (column, sum) => `${sum}=${sum}+xs[${into}r+${column}];`)}${into}=${into}+${into}t;`
  if (x.length > 0 && rows.most > 1 && rows.most * columns.most >= LARGE && size < FEW) {
    x = rowSums(launch, x, attrs)
    width = output[1]
    term = (at, into) => `${into}=${into}+xs[plane*${literal(input[0] * width)}+(${at})*${literal(width)}+c];`
  }
  const divisor = divisorOf(attrs, 'r', 'c').text
  const begin = `${thread(planes, output)}${rows.code}${columns.code}`
  if (x.length === 0) return [launch(kernel(['zero'], `${begin}return zero/${divisor};`), size, [0])]
  return [
    launch(
      kernel(['xs'], `${begin}let s=0.0;${sumOver(rows, 'r', 'y', 's', term, 1)}return s/${divisor};`),
      size,
      [x],
    ),
  ]
}

/** The sums of all rows over the columns of each window: [planes, rows, windows]. */
function rowSums(launch: Launch, x: Numbers, attrs: AvgPoolAttrs): Numbers {
  const { planes, input, output } = attrs
  const columns = windowRun(attrs, 1, 'c')
  const sum = sumOver(columns, 'c', 'x', 's', (at, into) => `${into}=${into}+xs[row+${at}];`)
  const source = kernel(
    ['xs'],
    `${thread(planes, [input[0], output[1]])}${columns.code}` +
      `const row=(plane*${literal(input[0])}+r)*${literal(input[1])};let s=0.0;${sum}return s;`,
  )
  return launch(source, planes * input[0] * output[1], [x])
}

export const avgPoolGrad: Lowering<'avgPoolGrad'> = ({ inputs: [g], outputLengths, attrs }, launch) => {
  const size = outputLengths[0]!
  const { planes, input, output } = attrs
  if (g!.length === 0) return [sumsOfNothing(launch, size, undefined, [1, 1, 1])]
  const [rows, columns] = [coveringRun(attrs, 0, 'r'), coveringRun(attrs, 1, 'c')]
  const divisor = divisorOf(attrs, 'y', 'x')
  const value = `gs[plane*${literal(output[0] * output[1])}+y*${literal(output[1])}+x]`
  const share = divisor.fixed
    ? `t=t+${value};`
    : `${windowRun(attrs, 1, 'x').code}t=t+${value}/${divisor.text};`
  const inner = visit(columns, 'c', 'x', share)
  const body = visit(
    rows,
    'r',
    'y',
    `${divisor.fixed ? '' : windowRun(attrs, 0, 'y').code}let t=0.0;${inner}s=s+t;`,
  )
  const source = kernel(
    ['gs'],
    `${thread(planes, input)}${rows.code}${columns.code}let s=0.0;${body}return s${divisor.fixed ? `/${divisor.text}` : ''};`,
  )
  return [launch(source, size, [g!])]
}
