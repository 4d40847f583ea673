// Recurrent layers over all their time steps: per step one matrix product (two where a gate stands before the second,
// or the state is projected) and the gates. Forward.
import * as op from '../src/backends/wasm/opcodes'
import { gemm, packAll } from './gemm'
import { gemv } from './gemv'
import { at, int } from './memory'
import { NR } from './pack'
import { carry, operand, RESET, rows, UPDATE } from './rows'

/** Gates of a cell. */
export function gatesOf(cell: i32): i32 {
  return cell == op.LSTM ? 4 : cell >= op.GRU ? 3 : 1
}

/** Words, as bytes in whole cache lines. */
@inline export function aligned(words: i32): usize {
  return (((<usize>words) << 2) + 63) & ~63
}

/** Bytes of k rows of panels that hold n columns. */
export function panelBytes(k: i32, n: i32): usize {
  return (<usize>(k * ((n + NR - 1) / NR * NR))) << 2
}

/** Y[B, n] = X[B, k] · Wᵀ (+ bias), W packed into panels or, where there are `few` rows in all, as it lies. */
function times(
  x: usize, w: usize, panels: usize, y: usize, bias: usize, few: bool, B: i32, n: i32, k: i32,
): void {
  const row = (<usize>k) << 2
  if (few) gemv(x, w, row, true, y, bias, n, k, panels)
  else gemm(x, row, panels, y, (<usize>n) << 2, bias, 0, B, n, k)
}

/**
 * [cell, x, w, hidden bias, h0, c0, projection, lengths, h, gates, extra (p or q of gru, c of lstm), m, scratch, time,
 * batch, hidden, state, reverse, rows from one step to the next]; 0 for what there is not
 */
export function recurrent(args: usize): void {
  const cell = int(args, 0), T = int(args, 13), B = int(args, 14), H = int(args, 15), S = int(args, 16)
  if (B == 0 || H == 0) return
  const G = gatesOf(cell), N = G * H, before = cell == op.GRU_RESET_BEFORE, isLstm = cell == op.LSTM
  const row = (<usize>H) << 2, wide = <usize>G * row, size = (<usize>S) << 2, rz = row << 1
  const w = at(args, 2), projection = at(args, 6), lengths = at(args, 7), shown = at(args, 11)
  const first = before ? N - H : N // columns of the first product
  const wn = w + <usize>first * size
  const sums = at(args, 12), sums2 = sums + aligned(B * first + 16), panels = sums2 + (before ? aligned(B * H + 16) : 0)
  const panels2 = panels + panelBytes(S, first)
  // For a few rows packing the weights costs more than it saves; the sums are the same.
  const few = B == 1 && T < 4
  if (!few) {
    packAll(w, size, true, panels, S, first)
    if (before) packAll(wn, size, true, panels2, H, H)
    if (projection) packAll(projection, row, true, panels2, H, S)
  }
  let h0 = at(args, 4), c0 = at(args, 5)
  for (let i = 0; i < T; i++) {
    const t = int(args, 17) ? T - 1 - i : i, at0 = <usize>(t * int(args, 18))
    const x = at(args, 1) + at0 * wide, h = at(args, 8) + at0 * size, gates = at(args, 9) + at0 * wide
    const extra = at(args, 10) + at0 * row, m = shown + at0 * row
    times(h0, w, panels, sums, at(args, 3), few, B, first, S)
    if (cell < op.GRU) {
      operand(0, x, 1, row)
      operand(1, sums, 1, row)
      operand(2, h, 1, row)
      rows(cell, 2, 3, H, B, t, lengths)
    } else {
      operand(0, x, G, wide)
      operand(1, sums, before ? 2 : G, before ? rz : wide)
      operand(2, isLstm ? c0 : h0, 1, row)
      operand(3, gates, before ? 2 : G, wide)
      operand(4, extra, 1, row)
      operand(5, projection ? m : h, 1, row)
      rows(before ? RESET : cell, 3, before ? 5 : 6, H, B, t, lengths)
      if (before) {
        times(extra, wn, panels2, sums2, 0, few, B, H, H)
        operand(0, x + rz, 1, wide)
        operand(1, sums2, 1, row)
        operand(2, h0, 1, row)
        operand(3, gates + row, 1, wide)
        operand(4, gates + rz, 1, wide)
        operand(5, h, 1, row)
        rows(UPDATE, 4, 6, H, B, t, lengths)
      }
      if (projection) times(m, projection, panels2, h, 0, few, B, S, H)
      if (isLstm) carry(c0, extra, row, B, t, lengths)
    }
    carry(h0, h, size, B, t, lengths)
    h0 = h
    c0 = extra
  }
}
