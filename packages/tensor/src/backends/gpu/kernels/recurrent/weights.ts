import type { RecurrentAttrs } from '../../../kernels/recurrent.js'
import type { Launch, Numbers } from '../../lowering.js'
import { divide, kernel } from '../../source.js'
import { matmul } from '../matmul.js'

const COPY = kernel(['given'], 'return given[this.thread.x];')
const BEFORE = kernel(['h0', 'h', 'n'], 'if(i<n){return h0[i];}return h[i-n];')
const AFTER = kernel(['h', 'h0', 'n', 'rest'], 'if(i<rest){return h[i+n];}return h0[i-rest];')
/** Rows that one thread adds up. */
const BLOCK = 64

export const copy = (x: Numbers, launch: Launch) => launch(COPY, x.length, [x])

/** The state before each step, in order of time. */
export function statesBefore(
  h0: Numbers,
  h: Numbers,
  { time, reverse }: RecurrentAttrs,
  launch: Launch,
): Numbers {
  const n = h0.length
  if (time === 1) return h0
  if (reverse) return launch(AFTER, h.length, [h, h0, n, h.length - n])
  return launch(BEFORE, h.length, [h0, h, n])
}

/** aᵀ b over k rows: [m, n]. */
export function product(a: Numbers, b: Numbers, m: number, n: number, k: number, launch: Launch): Numbers {
  const shape = { batch: 1, m, n, k, aBatch: 0, bBatch: 0 }
  const [result] = matmul.matmul(
    {
      inputs: [a, b],
      inputDTypes: ['float32', 'float32'],
      before: [],
      outputLengths: [m * n],
      outputDTypes: ['float32'],
      attrs: { ...shape, transA: true, transB: false, bias: false },
    },
    launch,
  )
  return result!
}

/** The sums of the columns of x [rows, width], in blocks of rows. */
export function columnSums(x: Numbers, width: number, rows: number, launch: Launch): Numbers {
  const source = kernel(
    ['x', 'rows'],
    `${divide('block', 'i', width)}const c=i-block*${width};let row=block*${BLOCK};let p=row*${width}+c;let s=0.0;` +
      `for(let k=0;k<${BLOCK};k++){if(row<rows){s=s+x[p];}row=row+1.0;p=p+${width};}return s;`,
  )
  let [sums, left] = [x, rows]
  do {
    const blocks = Math.ceil(left / BLOCK)
    sums = launch(source, blocks * width, [sums, left])
    left = blocks
  } while (left > 1)
  return sums
}
