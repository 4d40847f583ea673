// The gradient of convolution for its weights: for each group, patches [rows, columns] times yᵀ [columns, outs],
// summed over the columns in blocks of KB; it is [rows, outs], and transposed at last.
import { depthwiseFinish, depthwiseWeights } from './convDirect'
import * as plan from './convPlan'
import { strip } from './gemm'
import { NR, packB, transpose } from './pack'
import { packPatches } from './patches'

/** Rows of patches that are formed at a time: they stay in the caches while they are multiplied by all panels. */
const ROWS: i32 = 48
/** Columns that are summed one after the other before the sum is added: short, for the error grows with it. */
const KB: i32 = 32
/** Floats from one of these rows to the next: not a power of 2, so that they do not share few sets of the cache. */
const LDR: i32 = KB + 16
const PANEL: usize = (<usize>NR) << 2

/** yᵀ [n, outs] of columns j to j + n, in panels. */
function packOut(j: i32, n: i32, panels: usize): void {
  const ldy = (<usize>plan.outSize) << 2
  for (let o = 0, p = panels; o < plan.outs; o += NR, p += <usize>n * PANEL) {
    for (let i = 0; i < n; ) {
      // as far as this image goes
      const run = min(n - i, plan.perImage - (j + i) % plan.perImage)
      const from = plan.out + <usize>load<u32>(plan.outTable + ((<usize>(j + i)) << 2)) + <usize>o * ldy
      packB(from, ldy, true, p + <usize>i * PANEL, run, min(NR, plan.outs - o))
      i += run
    }
  }
}

/** Columns j to j + n of the chunk; `first`: the sums begin here. */
function block(j: i32, n: i32, panels: usize, patches: usize, sums: usize, lds: usize, first: bool): void {
  packOut(j, n, panels)
  const n4 = n & ~3
  for (let r = 0; r < plan.rows; r += ROWS) {
    const rows = min(ROWS, plan.rows - r), table = plan.rowTable + ((<usize>r) << 2)
    const columns = plan.columnTable + ((<usize>j) << 2)
    packPatches(plan.patches, table, rows, columns, n4, patches, (<usize>LDR) << 2)
    for (let i = n4; i < n; i++) {
      const q = plan.patches + <usize>load<u32>(columns + ((<usize>i) << 2))
      for (let k = 0; k < rows; k++)
        store<f32>(patches + ((<usize>(k * LDR + i)) << 2), load<f32>(q + <usize>load<u32>(table + ((<usize>k) << 2))))
    }
    for (let o = 0, p = panels, to = sums + <usize>r * lds; o < plan.outs; o += NR, p += <usize>n * PANEL, to += PANEL)
      strip(patches, (<usize>LDR) << 2, p, to, lds, first ? 0 : to, lds, rows, n)
  }
}

/** Arguments as in convPlan.ts. */
export function convWeightGrad(args: usize): void {
  plan.open(args)
  const outs = plan.outs, rows = plan.rows
  const weights = (<usize>(outs * rows)) << 2
  if (weights == 0) return
  const none = plan.batch * plan.outSize == 0, direct = outs == 1
  if (none) return memory.fill(plan.w, 0, <usize>plan.groups * weights)
  const wide = (outs + 15) & ~15, lds = (<usize>wide) << 2
  const panels = direct ? 0 : plan.take(KB * wide)
  const patches = direct ? 0 : plan.take(ROWS * LDR)
  const sums = plan.take(rows * (direct ? 4 : wide))
  for (let g = 0; g < plan.groups; g++) {
    const w = plan.w + <usize>g * weights
    let first = true
    if (direct) memory.fill(sums, 0, (<usize>rows) << 4)
    for (let b = 0; b < plan.batch; b += plan.images)
      for (let r = 0; r < plan.height(); r += plan.band) {
        plan.chunk(b, r, g)
        plan.bring(b, r, g)
        if (direct) depthwiseWeights(sums)
        else
          for (let j = 0; j < plan.columns; j += KB, first = false)
            block(j, min(KB, plan.columns - j), panels, patches, sums, lds, first)
      }
    if (direct) depthwiseFinish(sums, w)
    else transpose(sums, lds, w, plan.ldw, rows, outs)
  }
}
