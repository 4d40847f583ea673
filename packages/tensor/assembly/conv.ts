// Convolution forward (and, with reversed weights, its gradient for the input): for each group, weights [outs, rows] times patches [rows, columns], COLUMNS at a time.
import * as plan from './convPlan'
import { depthwise } from './convDirect'
import { KB, MB, strip } from './gemm'
import { NR } from './pack'
import { columnsAt, packPatches } from './patches'

const PANELS: i32 = plan.COLUMNS / NR
const PANEL: usize = (<usize>NR) << 2

/** Where a panel's columns begin in y; 0 where they are not side by side there (or fewer than a panel's). */
@inline function target(j: i32): usize {
  if (plan.columns - j < NR || j / plan.perImage != (j + NR - 1) / plan.perImage) return 0
  return plan.out + <usize>load<u32>(plan.outTable + ((<usize>j) << 2))
}

/** What panels that are cut hold, to where it belongs. */
function scatter(tile: usize, j: i32): void {
  const n = min(NR, plan.columns - j)
  for (let i = 0; i < n; i++) {
    let to = plan.out + <usize>load<u32>(plan.outTable + ((<usize>(j + i)) << 2)), from = tile + ((<usize>i) << 2)
    for (let o = plan.outs; o > 0; o--, from += PANEL, to += (<usize>plan.outSize) << 2)
      store<f32>(to, load<f32>(from))
  }
}

/** Columns j to j + m of the chunk; `shift` holds the bias of each row, NR times. */
function block(weights: usize, j: i32, m: i32, panels: usize, tiles: usize, shift: usize, tmp: usize): void {
  const outs = plan.outs, ldw = (<usize>plan.rows) << 2, ldy = (<usize>plan.outSize) << 2
  const tileSize = <usize>outs * PANEL
  for (let k = 0; k < plan.rows; k += KB) {
    const n = min(KB, plan.rows - k), size = <usize>n * PANEL
    const table = plan.rowTable + ((<usize>k) << 2)
    for (let i = 0, p = panels; i < m; i += NR, p += size)
      packPatches(plan.patches, table, n, columnsAt(plan.columnTable, j + i, plan.columns, NR, tmp), NR, p, PANEL)
    for (let o = 0; o < outs; o += MB) {
      const rows = min(MB, outs - o)
      const a = weights + <usize>o * ldw + ((<usize>k) << 2)
      for (let i = 0, p = panels, tile = tiles; i < m; i += NR, p += size, tile += tileSize) {
        let to = target(j + i), step = ldy
        if (!to) { to = tile; step = PANEL }
        to += <usize>o * step
        let src: usize = 0, lds: usize = 0
        if (k > 0) { src = to; lds = step } else if (shift) { src = shift + <usize>o * PANEL; lds = PANEL }
        strip(a, ldw, p, to, step, src, lds, rows, n)
      }
    }
  }
  for (let i = 0, tile = tiles; i < m; i += NR, tile += tileSize) if (!target(j + i)) scatter(tile, j + i)
}

/** Without a single product: the bias, or zeros. */
function empty(): void {
  let to = plan.y
  for (let b = plan.batch; b > 0; b--)
    for (let o = 0; o < plan.groups * plan.outs; o++) {
      const v = plan.bias ? load<f32>(plan.bias + ((<usize>o) << 2)) : 0
      for (let i = plan.outSize; i > 0; i--, to += 4) store<f32>(to, v)
    }
}

/** Arguments as in convPlan.ts. */
export function conv(args: usize): void {
  plan.open(args)
  const outs = plan.outs
  if (plan.batch * plan.groups * outs * plan.outSize == 0) return
  if (plan.rows == 0) return empty()
  const tmp = plan.take(plan.COLUMNS)
  const direct = outs == 1 && plan.rows <= KB
  const panels = direct ? 0 : plan.take(min(KB, plan.rows) * plan.COLUMNS)
  const tiles = direct ? 0 : plan.take(outs * plan.COLUMNS)
  const turned = plan.reversed ? plan.take(outs * plan.rows) : 0
  const shift = plan.bias && !direct ? plan.take(outs * NR) : 0
  for (let g = 0; g < plan.groups; g++) {
    let weights = plan.w + ((<usize>(g * outs * plan.rows)) << 2)
    if (turned) { plan.reverse(weights, turned); weights = turned }
    if (shift) {
      for (let o = 0, p = shift; o < outs; o++) {
        const v = load<f32>(plan.bias + ((<usize>(g * outs + o)) << 2))
        for (let i = 0; i < NR; i++, p += 4) store<f32>(p, v)
      }
    }
    for (let b = 0; b < plan.batch; b += plan.images)
      for (let r = 0; r < plan.height(); r += plan.band) {
        plan.chunk(b, r, g)
        plan.bring(b, r, g)
        if (direct) depthwise(weights, plan.bias ? load<f32>(plan.bias + ((<usize>g) << 2)) : 0)
        else
          for (let j = 0; j < plan.columns; j += plan.COLUMNS)
            block(weights, j, min(plan.COLUMNS, plan.columns - j), panels, tiles, shift, tmp)
      }
  }
}
