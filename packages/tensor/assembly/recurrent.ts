// Recurrent layers over all their time steps: per step one matrix product and the gates. Forward.
import * as op from '../src/backends/wasm/opcodes'
import { gru, lstm, rnnRelu, rnnTanh } from './gates'
import { gemm, packAll } from './gemm'
import { gemv } from './gemv'
import { at, copyWords, int, stage } from './memory'

/** Gates of a cell. */
export function gatesOf(cell: i32): i32 {
  return cell == op.LSTM ? 4 : cell == op.GRU ? 3 : 1
}

/** Copies `gates` pieces of n < 8 words, `from` and `to` bytes apart. */
export function copyGates(x: usize, from: usize, y: usize, to: usize, gates: i32, n: i32): usize {
  const start = y
  for (; gates > 0; gates--, x += from, y += to) copyWords(x, y, n)
  return start
}

function cellRow(
  cell: i32,
  x: usize,
  s: usize,
  h0: usize,
  c0: usize,
  gates: usize,
  extra: usize,
  h: usize,
  n: i32,
  stride: usize,
): void {
  if (cell == op.LSTM) lstm(x, s, c0, gates, extra, h, n, stride)
  else if (cell == op.GRU) gru(x, s, h0, gates, extra, h, n, stride)
  else if (cell == op.RNN_TANH) rnnTanh(x, s, h, n)
  else rnnRelu(x, s, h, n)
}
/** Fewer than eight units: by way of a copy in which each gate has eight. */
function narrowRow(
  cell: i32,
  x: usize,
  s: usize,
  h0: usize,
  c0: usize,
  gates: usize,
  extra: usize,
  h: usize,
  n: i32,
): void {
  const w = stage(),
    G = gatesOf(cell),
    row = (<usize>n) << 2
  copyGates(x, row, w, 32, G, n)
  copyGates(s, row, w + 128, 32, G, n)
  if (cell == op.GRU) copyWords(h0, w + 256, n)
  if (cell == op.LSTM) copyWords(c0, w + 288, n)
  cellRow(cell, w, w + 128, w + 256, w + 288, w + 320, w + 448, w + 480, 8, 32)
  if (G > 1) {
    copyGates(w + 320, 32, gates, row, G, n)
    copyWords(w + 448, extra, n)
  }
  copyWords(w + 480, h, n)
}

/** [cell, x, w, hidden bias, h0, c0, h, gates, extra (p of gru, c of lstm), scratch, time, batch, hidden] */
export function recurrent(args: usize): void {
  const cell = int(args, 0),
    G = gatesOf(cell),
    T = int(args, 10),
    B = int(args, 11),
    H = int(args, 12),
    N = G * H
  if (B == 0 || H == 0) return
  const bias = cell == op.GRU ? at(args, 3) : 0,
    row = (<usize>H) << 2,
    wide = (<usize>N) << 2
  let x = at(args, 1),
    h0 = at(args, 4),
    c0 = at(args, 5),
    h = at(args, 6),
    gates = at(args, 7),
    extra = at(args, 8)
  const sums = at(args, 9),
    panels = sums + ((((<usize>(B * N)) << 2) + 127) & ~63)
  // For a few rows packing the weights costs more than it saves; the sums are the same.
  const few = B == 1 && T < 4
  if (!few) packAll(at(args, 2), row, true, panels, H, N)
  for (let t = 0; t < T; t++) {
    if (few) gemv(h0, at(args, 2), row, true, sums, bias, N, H, panels)
    else gemm(h0, row, panels, sums, wide, bias, 0, B, N, H)
    const next = h
    let cells = c0
    if (cell == op.LSTM) c0 = extra
    for (let b = 0, s = sums; b < B; b++) {
      if (H >= 8) cellRow(cell, x, s, h0, cells, gates, extra, h, H, row)
      else narrowRow(cell, x, s, h0, cells, gates, extra, h, H)
      x += wide
      s += wide
      h0 += row
      cells += row
      gates += wide
      extra += row
      h += row
    }
    h0 = next
  }
}
