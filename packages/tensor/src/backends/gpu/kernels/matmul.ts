import type { Lowering } from '../lowering.js'
import { divide, kernel } from '../source.js'

const product: Lowering<'matmul'> = ({ inputs, outputLengths: [size], attrs }, launch) => {
  const { m, n, k, transA, transB, aBatch, bBatch, bias } = attrs
  const [aRow, aStep] = transA ? [1, m] : [k, 1]
  const [bColumn, bStep] = transB ? [k, 1] : [1, n]
  const source = kernel(
    bias ? ['a', 'b', 'bias'] : ['a', 'b'],
    `${divide('row', 'i', n)}const c=i-row*${n};${divide('batch', 'row', m)}const r=row-batch*${m};` +
      `let s=${bias ? 'bias[c]' : '0.0'};let p=batch*${aBatch}+r*${aRow};let q=batch*${bBatch}+c*${bColumn};` +
      `for(let j=0;j<${k};j++){s=s+a[p]*b[q];p=p+${aStep};q=q+${bStep};}return s;`,
  )
  return [launch(source, size!, inputs)]
}

export const matmul = { matmul: product }
