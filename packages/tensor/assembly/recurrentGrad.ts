// Recurrent layers, backward: from the last step to the first; the weight gradient is one product over all
// steps.
import * as op from '../src/backends/wasm/opcodes'
import { gruGrad, lstmGrad, rnnReluGrad, rnnTanhGrad } from './gates'
import { gemm, packAll } from './gemm'
import { product } from './matmul'
import { at, copyWords, int, stage } from './memory'
import { copyGates, gatesOf } from './recurrent'
import { sum } from './reduce'

function cellRow(
  cell: i32,
  dh: usize,
  rec: usize,
  prev: usize,
  h: usize,
  gates: usize,
  extra: usize,
  dc: usize,
  dx: usize,
  ds: usize,
  out: usize,
  n: i32,
  stride: usize,
): void {
  if (cell == op.LSTM) lstmGrad(dh, rec, prev, gates, extra, dc, dx, out, n, stride)
  else if (cell == op.GRU) gruGrad(dh, rec, prev, gates, extra, dx, ds, out, n, stride)
  else if (cell == op.RNN_TANH) rnnTanhGrad(dh, rec, h, dx, n)
  else rnnReluGrad(dh, rec, h, dx, n)
}
/** Fewer than eight units: by way of a copy in which each gate has eight. */
function narrowRow(
  cell: i32,
  dh: usize,
  rec: usize,
  prev: usize,
  h: usize,
  gates: usize,
  extra: usize,
  dc: usize,
  dx: usize,
  ds: usize,
  out: usize,
  n: i32,
): void {
  const w = stage(),
    G = gatesOf(cell),
    row = (<usize>n) << 2,
    gated = G > 1
  copyWords(dh, w, n)
  copyWords(rec, w + 32, n)
  if (gated) {
    copyWords(prev, w + 64, n)
    copyGates(gates, row, w + 128, 32, G, n)
    copyWords(extra, w + 256, n)
  } else copyWords(h, w + 96, n)
  if (cell == op.LSTM) copyWords(dc, w + 288, n)
  cellRow(cell, w, w + 32, w + 64, w + 96, w + 128, w + 256, w + 288, w + 320, w + 448, w + 576, 8, 32)
  copyGates(w + 320, 32, dx, row, G, n)
  if (cell == op.GRU) copyGates(w + 448, 32, ds, row, G, n)
  if (gated) copyWords(w + 576, out, n)
}

@inline function aligned(words: i32): usize {
  return (((<usize>words) << 2) + 63) & ~63
}

/**
 * [cell, dh, w, h0, h, gates, extra (p of gru, c of lstm), c0, dcLast, dx, dw, dh0, db (gru) or dc0 (lstm),
 * scratch, time, batch, hidden]
 */
export function recurrentGrad(args: usize): void {
  const cell = int(args, 0),
    G = gatesOf(cell),
    T = int(args, 14),
    B = int(args, 15),
    H = int(args, 16),
    N = G * H
  const row = (<usize>H) << 2,
    wide = (<usize>N) << 2,
    step = (<usize>(B * H)) << 2,
    wideStep = <usize>G * step
  const isLstm = cell == op.LSTM,
    isGru = cell == op.GRU
  const dh = at(args, 1),
    h0 = at(args, 3),
    h = at(args, 4),
    gates = at(args, 5),
    extra = at(args, 6),
    dx = at(args, 9),
    dw = at(args, 10)
  if (H == 0) return
  if (T == 0 || B == 0) {
    memory.fill(dw, 0, <usize>H * wide)
    memory.fill(at(args, 11), 0, step)
    if (isGru) memory.fill(at(args, 12), 0, wide)
    if (isLstm) memory.copy(at(args, 12), at(args, 8), step)
    return
  }
  // Two buffers each for the gradients on their way back (of h, of c), and gru's gradient of the hidden
  // projection.
  const size = aligned(B * H),
    back = at(args, 13),
    cells = back + size + size
  const ds = isGru ? cells + size + size : dx,
    panels = cells + size + size + (isGru ? aligned(T * B * N) : 0)
  packAll(at(args, 2), row, false, panels, N, H)
  let rec = back,
    dc = isLstm ? at(args, 8) : 0
  memory.fill(rec, 0, step)
  for (let t = T - 1; t >= 0; t--) {
    const o = <usize>t * step,
      wo = <usize>t * wideStep
    const prev = t > 0 ? (isLstm ? extra : h) + o - step : isLstm ? at(args, 7) : h0
    const nextRec = t == 0 ? at(args, 11) : rec == back ? back + size : back
    const nextDc = t == 0 && isLstm ? at(args, 12) : dc == cells ? cells + size : cells
    const out = isLstm ? nextDc : nextRec
    for (let b = 0; b < B; b++) {
      const i = <usize>b * row,
        wi = wo + <usize>b * wide,
        j = o + i
      if (H >= 8)
        cellRow(
          cell,
          dh + j,
          rec + i,
          prev + i,
          h + j,
          gates + wi,
          extra + j,
          dc + i,
          dx + wi,
          ds + wi,
          out + i,
          H,
          row,
        )
      else
        narrowRow(
          cell,
          dh + j,
          rec + i,
          prev + i,
          h + j,
          gates + wi,
          extra + j,
          dc + i,
          dx + wi,
          ds + wi,
          out + i,
          H,
        )
    }
    gemm(ds + wo, wide, panels, nextRec, row, isGru ? nextRec : 0, row, B, H, N)
    rec = nextRec
    dc = nextDc
  }
  // dw = Σ dsᵀ h′ over all steps and rows: the first step's h′ is h0
  product(ds, wide, true, h0, row, false, dw, row, 0, 0, N, H, B, panels)
  if (T > 1) product(ds + wideStep, wide, true, h, row, false, dw, row, dw, row, N, H, (T - 1) * B, panels)
  if (isGru) sum(ds, at(args, 12), T * B, N)
}
