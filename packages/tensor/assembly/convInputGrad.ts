// The gradient of convolution for its input: for each group, weightsᵀ [rows, outs] times y [outs, columns], whose
// columns are then added to the patches from which they came. (Where windows are not strided and input channels
// not few, the encoder asks conv.ts for it instead, with reversed weights: no patch is then added twice.)
import { depthwiseBack } from './convDirect'
import * as plan from './convPlan'
import { KB, strip } from './gemm'
import { NR, transpose } from './pack'
import { addPatches, columnsAt, packPatches } from './patches'

/** Rows that are multiplied at a time: their products stay in the first-level cache. */
const ROWS: i32 = 48
const PANEL: usize = (<usize>NR) << 2
const STEP: usize = (<usize>plan.COLUMNS) << 2

/** x = 0, or the bias. */
function fill(): void {
  let to = plan.x
  if (!plan.bias) {
    memory.fill(to, 0, (<usize>(plan.batch * plan.groups * plan.ins * plan.inSize)) << 2)
    return
  }
  for (let b = plan.batch; b > 0; b--)
    for (let c = 0; c < plan.groups * plan.ins; c++) {
      const v = load<f32>(plan.bias + ((<usize>c) << 2))
      for (let i = plan.inSize; i > 0; i--, to += 4) store<f32>(to, v)
    }
}

/** Columns j to j + m of the chunk. `channels`: offsets of the rows of y. */
function block(
  weights: usize, ldw: usize, j: i32, m: i32, channels: usize, panels: usize, tile: usize, tmp: usize,
): void {
  const outs = plan.outs
  // all of y's rows in panels, block of k after block of k
  for (let k = 0, p = panels; k < outs; k += KB) {
    const n = min(KB, outs - k)
    for (let i = 0; i < m; i += NR, p += <usize>n * PANEL)
      packPatches(plan.out, channels + ((<usize>k) << 2), n, columnsAt(plan.outTable, j + i, plan.columns, NR, tmp), NR, p, PANEL)
  }
  for (let r = 0; r < plan.rows; r += ROWS) {
    const rows = min(ROWS, plan.rows - r)
    for (let k = 0, p = panels; k < outs; k += KB) {
      const n = min(KB, outs - k)
      const a = weights + <usize>r * ldw + ((<usize>k) << 2)
      for (let i = 0, to = tile; i < m; i += NR, to += PANEL, p += <usize>n * PANEL)
        strip(a, ldw, p, to, STEP, k > 0 ? to : 0, STEP, rows, n)
    }
    addPatches(tile, STEP, rows, m, plan.patches, plan.rowTable + ((<usize>r) << 2), plan.columnTable + ((<usize>j) << 2))
  }
}

/** Arguments as in convPlan.ts. */
export function convInputGrad(args: usize): void {
  plan.open(args)
  const outs = plan.outs, rows = plan.rows
  if (plan.batch * plan.groups * plan.ins * plan.inSize == 0) return
  fill()
  if (outs * plan.outSize == 0) return
  const direct = outs == 1
  const tmp = plan.take(plan.COLUMNS)
  const ldw = (<usize>(outs + 16)) << 2
  const weights = direct ? 0 : plan.take(rows * (outs + 16))
  const channels = direct ? 0 : plan.take(outs)
  const panels = direct ? 0 : plan.take(outs * plan.COLUMNS)
  const tile = direct ? 0 : plan.take(ROWS * plan.COLUMNS)
  if (!direct)
    for (let o = 0; o < outs; o++) store<i32>(channels + ((<usize>o) << 2), (o * plan.outSize) << 2)
  for (let g = 0; g < plan.groups; g++) {
    const w = plan.w + ((<usize>(g * outs * rows)) << 2)
    if (!direct) transpose(w, (<usize>rows) << 2, weights, ldw, outs, rows)
    for (let b = 0; b < plan.batch; b += plan.images)
      for (let r = 0; r < plan.height(); r += plan.band) {
        plan.chunk(b, r, g)
        plan.clear()
        if (direct) depthwiseBack(w)
        else
          for (let j = 0; j < plan.columns; j += plan.COLUMNS)
            block(weights, ldw, j, min(plan.COLUMNS, plan.columns - j), channels, panels, tile, tmp)
        plan.giveBack(b, r, g)
      }
  }
}
