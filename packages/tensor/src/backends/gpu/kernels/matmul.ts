import type { Launch, Lowering, Numbers } from '../lowering.js'
import { kernel } from '../source.js'
import { addParts, addUp, partsOf, places, plus, sumsOfNothing } from './blocks.js'

/**
 * Each thread forms one element, reading along k. Neighbouring threads have neighbouring columns; they read b side by
 * side, unless it is transposed.
 */
const product: Lowering<'matmul'> = ({ inputs, outputLengths, attrs }, launch) => {
  const { batch, m, n, k, transA, aBatch } = attrs
  const { bBatch } = attrs
  let { transB } = attrs
  const size = outputLengths[0]!
  const bias = attrs.bias ? inputs[2] : undefined
  if (k === 0) return [sumsOfNothing(launch, size, bias, [batch * m, n, 1])]
  const a = inputs[0]!
  let b = inputs[1]!
  if (transB && n > 1 && k > 1 && size * k >= LARGE && (bBatch === 0 || bBatch === n * k)) {
    b = transpose(launch, b, bBatch === 0 ? 1 : batch, n, k)
    transB = false
  }
  const [aRow, aStep] = transA ? [1, m] : [k, 1]
  const [bColumn, bStep] = transB ? [k, 1] : [1, n]
  const parts = partsOf(size, k)
  // The first `rest` parts have a term more.
  const count = Math.floor(k / parts)
  const rest = k - count * parts
  const one = (into: string, u: number) => {
    const at = (name: string, step: number) => (u === 0 ? name : `${name}+${u * step}`)
    return `${into}=${into}+a[${at('p', aStep)}]*b[${at('q', bStep)}];`
  }
  const start = places('i', [
    ['part', parts],
    ['batch', batch],
    ['row', m],
    ['column', n],
  ])
  const added = bias && parts === 1
  const source = kernel(
    added ? ['a', 'b', 'bias'] : ['a', 'b'],
    `${start}let s=${added ? 'bias[column]' : '0.0'};` +
      `let p=0.0${plus([aBatch, 'batch'], [aRow, 'row'], [aStep * count, 'part'])};` +
      `let q=0.0${plus([bBatch, 'batch'], [bColumn, 'column'], [bStep * count, 'part'])};` +
      addUp('s', {
        count,
        unroll: 4,
        add: (u, into) => one(into, u),
        advance: (by) => `p=p+${aStep * by};q=q+${bStep * by};`,
      }) +
      (rest > 0
        ? `if(part<${rest}){` +
          `p=0.0${plus([aBatch, 'batch'], [aRow, 'row'], [aStep, 'part'])}+${aStep * count * parts};` +
          `q=0.0${plus([bBatch, 'batch'], [bColumn, 'column'], [bStep, 'part'])}+${bStep * count * parts};` +
          `${one('s', 0)}}`
        : '') +
      'return s;',
  )
  const y = launch(source, size * parts, added ? [a, b, bias] : [a, b])
  if (parts === 1) return [y]
  if (!bias) return [addParts(launch, y, parts)]
  const code = `${places('i', [
    ['row', size / n],
    ['column', n],
  ])}let s=bias[column];`
  return [addParts(launch, y, parts, { code, inputs: [['bias', bias]] })]
}

/** From so many multiplications on, reading side by side saves more than turning the matrix costs. */
const LARGE = 2 ** 24

/** [matrices, rows, columns] to [matrices, columns, rows]. */
function transpose(launch: Launch, x: Numbers, matrices: number, rows: number, columns: number): Numbers {
  const where = places('i', [
    ['matrix', matrices],
    ['column', columns],
    ['row', rows],
  ])
  const source = kernel(
    ['x'],
    `${where}return x[0.0${plus([rows * columns, 'matrix'], [columns, 'row'], [1, 'column'])}];`,
  )
  return launch(source, matrices * rows * columns, [x])
}

export const matmul = { matmul: product }
