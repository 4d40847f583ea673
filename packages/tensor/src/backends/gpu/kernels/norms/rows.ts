import type { RowNormAttrs } from '../../../kernels/norms.js'
import { filled } from '../../constants.js'
import type { Launch, Lowering, Numbers } from '../../lowering.js'
import { divide, kernel, literal } from '../../source.js'
import { separateSums, sumsOf } from '../reduce/fold.js'
import { firstWeight, normal, rowLine, statistics, weightedRow, weightLine } from './lines.js'
import { measure } from './measure.js'

/** `u`, the row of number `i`, and `w`, the index of its weight. */
function place(n: number, groups: number, inner: number, weight: boolean): string {
  const row = divide('u', 'i', n)
  if (!weight) return row
  const { setup, base } = firstWeight('u', n / inner, groups)
  return `${row}${setup}${divide('c', `(i-u*${literal(n)})`, inner)}const w=${base}+c;`
}

export const rowNorm: Lowering<'rowNorm'> = ({ inputs, attrs }, launch) => {
  const { rows, n, groups, inner, eps, centred, weight, bias } = attrs
  if (n === 0) return [null, filled(launch, 4 * rows, Number.NaN)]
  const [x, ...affine] = inputs
  const stats = measure(launch, { x: x!, units: rows, line: rowLine(n), across: false, centred }, eps)
  const source = kernel(
    ['x', 'stats', ...(weight ? ['weight'] : []), ...(bias ? ['bias'] : [])],
    `${place(n, groups, inner, weight || bias)}${statistics(rows, 'u')}` +
      `return ${normal('i')}${weight ? '*weight[w]' : ''}${bias ? '+bias[w]' : ''};`,
  )
  return [launch(source, rows * n, [x!, stats, ...affine]), stats]
}

/** Gradient of the input, by two sums of each row; then those of weight and bias, sums over rows. */
export const rowNormGrad: Lowering<'rowNormGrad'> = ({ inputs, attrs, outputLengths }, launch) => {
  const { rows, n, groups, inner, centred, weight } = attrs
  if (rows * n === 0) return outputLengths.map((size) => (size ? filled(launch, size, 0) : null))
  const buffers = ['g', 'x', 'stats', ...(weight ? ['weight'] : [])]
  const dp = (at: string, w: string) => `g[${at}]${weight ? `*weight[${w}]` : ''}`
  const places = weight ? weightedRow(attrs) : { setup: '', line: rowLine(n) }
  const load = (k: string) => `const p${k}=${dp('p', 'k')};const z${k}=${normal('p')};`
  const fold = {
    units: rows,
    setup: statistics(rows, 'u') + places.setup,
    line: places.line,
    parameters: buffers,
    args: inputs,
    load,
    width: 4 as const,
  }
  const product = (k: string) => `p${k}*z${k}`
  const sums = sumsOf(launch, fold, centred ? [(k) => `p${k}`, product] : [product])
  const over = literal(n)
  const source = kernel(
    [...buffers, 'sums'],
    `${place(n, groups, inner, weight)}${statistics(rows, 'u')}const p=${dp('i', 'w')};` +
      `return factor*(p${centred ? `-sums[u]/${over}` : ''}` +
      `-(${normal('i')})*sums[u${centred ? `+${literal(rows)}` : ''}]/${over});`,
  )
  const dx = launch(source, rows * n, [...inputs, sums])
  return weight ? [dx, ...affineGrads(launch, inputs, attrs)] : [dx]
}

/** Σ g z and Σ g over the numbers of each weight. */
function affineGrads(launch: Launch, [g, x, stats]: readonly Numbers[], attrs: RowNormAttrs): Numbers[] {
  const { rows, n, groups, inner } = attrs
  const z = `((x[p]-stats[row])-stats[row+${literal(rows)}])*stats[row+${literal(2 * rows)}]`
  const value = (k: string) => `const z${k}=${z};const g${k}=g[p];`
  const within = (k: string) =>
    `let z${k}=0.0;let g${k}=0.0;if(p<${literal(rows * n)}){z${k}=${z};g${k}=g[p];}`
  const fold = {
    units: (groups * n) / inner,
    across: inner === 1,
    ...weightLine(attrs),
    parameters: ['g', 'x', 'stats'],
    args: [g!, x!, stats!],
    load: rows % groups === 0 ? value : within,
    width: 4 as const,
  }
  return separateSums(launch, fold, [(k) => `g${k}*z${k}`, (k) => `g${k}`])
}
