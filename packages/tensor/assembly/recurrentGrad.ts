// Recurrent layers, backward: against the order of the steps; each weight gradient is one product over all of them.
import * as op from '../src/backends/wasm/opcodes'
import { gemm, packAll } from './gemm'
import { product } from './matmul'
import { at, int } from './memory'
import { aligned, gatesOf, panelBytes } from './recurrent'
import { sum } from './reduce'
import { carry, GRAD, operand, RESET, rows, SHOWN, UPDATE } from './rows'

/**
 * [cell, dh, dhLast, w, h0, h, gates, extra (p or q of gru, c of lstm), c0, dcLast, projection, m, lengths, dx, dw, dh0,
 * db (gru) or dc0 (lstm), dprojection, scratch, time, batch, hidden, state, reverse, ds (gru), all (projection), rows from
 * one step to the next, columns of the gates from, to]; 0 for what there is not
 *
 * Its first part goes back through the steps. What it writes into dx, ds (gru's gradient of the hidden projection, [time,
 * batch, gates]) and all (the gradients of h, [time, batch, state]) is what the weight gradients are made of.
 */
export function recurrentGrad(args: usize): void {
  const cell = int(args, 0), T = int(args, 19), B = int(args, 20), H = int(args, 21), S = int(args, 22)
  const G = gatesOf(cell), N = G * H
  const isLstm = cell == op.LSTM, isGru = cell == op.GRU, before = cell == op.GRU_RESET_BEFORE
  const row = (<usize>H) << 2, wide = <usize>G * row, size = (<usize>S) << 2, rz = row << 1
  const reverse = int(args, 23) != 0, lengths = at(args, 12), projection = at(args, 10)
  const w = at(args, 3), dx = at(args, 13), last = at(args, 16), far = <usize>int(args, 26)
  if (H == 0) return
  if (T == 0 || B == 0) {
    memory.copy(at(args, 15), at(args, 2), <usize>B * size)
    if (isLstm) memory.copy(last, at(args, 9), <usize>B * row)
    return
  }
  // Two buffers each for the gradients on their way back, of h and of c; without c the second pair holds what passes
  // between the parts of a cell. Then gru's gradient of the hidden projection, and of a projection: all gradients of
  // h, those of m, and a row of zeros.
  const back = at(args, 18), back2 = back + aligned(B * S), cells = back2 + aligned(B * S), cells2 = cells + aligned(B * H)
  let panels = cells2 + aligned(B * H)
  const ds = isGru ? at(args, 24) : dx, all = at(args, 25), dm = panels, none = dm + aligned(B * H)
  if (projection) {
    memory.fill(none, 0, row)
    panels = none + aligned(H)
  }
  const first = before ? N - H : N, wn = w + <usize>first * size, panels2 = panels + panelBytes(first, S)
  packAll(w, size, false, panels, first, S)
  if (before) packAll(wn, row, false, panels2, H, H)
  if (projection) packAll(projection, row, false, panels2, S, H)
  let rec = at(args, 2), dc = at(args, 9)
  for (let i = T - 1; i >= 0; i--) {
    const t = reverse ? T - 1 - i : i, at0 = <usize>t * far, o = at0 * row, wo = at0 * wide, so = at0 * size
    const earlier = <usize>(reverse ? t + 1 : t - 1) * far
    const h0 = i > 0 ? at(args, 5) + earlier * size : at(args, 4)
    const dh = at(args, 1) + so, gates = at(args, 6) + wo, extra = at(args, 7) + o
    const nextRec = i == 0 ? at(args, 15) : rec == back ? back2 : back
    operand(0, dh, 1, size)
    operand(1, rec, 1, size)
    if (projection) {
      operand(2, all + so, 1, size)
      rows(SHOWN, 2, 3, S, B, t, lengths)
      gemm(all + so, size, panels2, dm, row, 0, 0, B, H, S)
      operand(0, dm, 1, row)
      operand(1, none, 1, 0)
    }
    let rest: usize = 0
    if (isLstm) {
      const nextDc = i == 0 ? last : dc == cells ? cells2 : cells
      operand(2, i > 0 ? at(args, 7) + earlier * row : at(args, 8), 1, row)
      operand(3, gates, 4, wide)
      operand(4, extra, 1, row)
      operand(5, dc, 1, row)
      operand(6, dx + wo, 4, wide)
      operand(7, nextDc, 1, row)
      rows(GRAD + cell, 6, 8, H, B, t, lengths)
      carry(dc, nextDc, row, B, t, lengths)
      dc = nextDc
    } else if (isGru) {
      operand(2, h0, 1, row)
      operand(3, gates, 3, wide)
      operand(4, extra, 1, row)
      operand(5, dx + wo, 3, wide)
      operand(6, ds + wo, 3, wide)
      operand(7, nextRec, 1, row)
      rows(GRAD + cell, 5, 8, H, B, t, lengths)
      rest = nextRec
    } else if (before) {
      operand(2, h0, 1, row)
      operand(3, gates + row, 2, wide)
      operand(4, dx + wo + row, 2, wide)
      operand(5, cells, 1, row)
      rows(GRAD + UPDATE, 4, 6, H, B, t, lengths)
      gemm(dx + wo + rz, wide, panels2, cells2, row, 0, 0, B, H, H)
      operand(0, cells2, 1, row)
      operand(1, h0, 1, row)
      operand(2, gates, 1, wide)
      operand(3, cells, 1, row)
      operand(4, dx + wo, 1, wide)
      operand(5, nextRec, 1, row)
      rows(GRAD + RESET, 4, 6, H, B, t, lengths)
      rest = nextRec
    } else {
      operand(2, at(args, 5) + so, 1, row)
      operand(3, dx + wo, 1, row)
      rows(GRAD + cell, 3, 4, H, B, t, lengths)
    }
    gemm(ds + wo, wide, panels, nextRec, size, rest, size, B, S, first)
    carry(rec, nextRec, size, B, t, lengths)
    rec = nextRec
  }
}

/** The second part, with the same arguments: the weight gradients; of the gates those of columns `from` to `to`. */
export function recurrentWeights(args: usize): void {
  const cell = int(args, 0), T = int(args, 19), B = int(args, 20), H = int(args, 21), S = int(args, 22)
  const N = gatesOf(cell) * H, isGru = cell == op.GRU, before = cell == op.GRU_RESET_BEFORE
  const row = (<usize>H) << 2, wide = (<usize>N) << 2, size = (<usize>S) << 2
  const reverse = int(args, 23) != 0, projection = at(args, 10), dx = at(args, 13), dwp = at(args, 17)
  const from = int(args, 27), scratch = at(args, 18), last = at(args, 16)
  const dw = at(args, 14) + <usize>from * size
  if (H == 0) return
  if (T == 0 || B == 0) {
    memory.fill(at(args, 14), 0, <usize>N * size)
    if (isGru) memory.fill(last, 0, wide)
    if (projection) memory.fill(dwp, 0, <usize>H * size)
    return
  }
  const first = before ? N - H : N, to = min(int(args, 28), first)
  const ds = isGru ? at(args, 24) : dx
  // dw = Σ dsᵀ h′ over all steps and rows: the first step's h′ is h0
  const steps = <usize>(B * (T - 1)), h = at(args, 5), part = ds + ((<usize>from) << 2)
  product(part + (reverse ? steps * wide : 0), wide, true, at(args, 4), size, false, dw, size, 0, 0, to - from, S, B, scratch)
  if (T > 1) {
    const one = <usize>B
    const a = part + (reverse ? 0 : one * wide), b = h + (reverse ? one * size : 0)
    product(a, wide, true, b, size, false, dw, size, dw, size, to - from, S, (T - 1) * B, scratch)
  }
  if (from != 0) return
  if (before) {
    const q = <usize>first << 2
    product(dx + q, wide, true, at(args, 7), row, false, dw + <usize>first * size, row, 0, 0, H, H, T * B, scratch)
  }
  if (projection) product(at(args, 25), size, true, at(args, 11), row, false, dwp, row, 0, 0, S, H, T * B, scratch)
  if (isGru) sum(ds, last, T * B, N)
}
