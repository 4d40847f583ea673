// The rows of a batch through the element-wise part of a recurrent cell.
import { gru, lstm, reset, rnnRelu, rnnTanh, update } from './gates'
import { gruGrad, lstmGrad, resetGrad, rnnReluGrad, rnnTanhGrad, shownGrad, updateGrad } from './gatesGrad'
import { copyWords, index, stage } from './memory'

type Part = (o: usize, n: i32, stride: usize) => void
/** By number: cells as in opcodes.ts, then what a cell in two parts is made of. */
const PARTS: StaticArray<Part> = [
  rnnTanh,
  rnnRelu,
  gru,
  lstm,
  reset,
  update,
  rnnTanhGrad,
  rnnReluGrad,
  gruGrad,
  lstmGrad,
  resetGrad,
  updateGrad,
  shownGrad,
]
export const RESET: i32 = 4
export const UPDATE: i32 = 5
/** From a cell to its gradient. */
export const GRAD: i32 = 6
export const SHOWN: i32 = 12

// The table of operands, of eight columns: the address in the row at work, the distance of rows in bytes, pieces of n
// words in a row; then the addresses of copies.
const STEPS: usize = 32
const PIECES: usize = 64
const COPIES: usize = 96
/** Bytes of an operand's copy: four pieces of eight words. */
const COPY: usize = 128

/** Operand i: where its first row begins, pieces of n words in a row, bytes from row to row. */
export function operand(i: usize, x: usize, pieces: i32, step: usize): void {
  const o = index() + (i << 2)
  store<u32>(o, x)
  store<u32>(o, step, STEPS)
  store<i32>(o, pieces, PIECES)
  store<u32>(o, stage() + i * COPY, COPIES)
}

/** Copies `pieces` of n < 8 words, `from` and `to` bytes apart. */
function copyPieces(x: usize, from: usize, y: usize, to: usize, pieces: i32, n: i32): void {
  const last = <usize>(n - 4) << 2
  for (; pieces > 0; pieces--, x += from, y += to) {
    if (n < 4) copyWords(x, y, n)
    else {
      const a = v128.load(x), b = v128.load(x + last)
      v128.store(y, a)
      v128.store(y + last, b)
    }
  }
}

/** Fewer than eight units: by way of a copy in which each piece has eight. */
function narrow(f: Part, first: usize, end: usize, n: i32): void {
  const o = index(), row = <usize>n << 2
  for (let i: usize = 0; i < first; i += 4) {
    copyPieces(<usize>load<u32>(o + i), row, <usize>load<u32>(o + i, COPIES), 32, load<i32>(o + i, PIECES), n)
  }
  f(o + COPIES, 8, 32)
  for (let i = first; i < end; i += 4) {
    copyPieces(<usize>load<u32>(o + i, COPIES), 32, <usize>load<u32>(o + i), row, load<i32>(o + i, PIECES), n)
  }
}

/**
 * Runs a part over B rows of n units; of its operands the first `inputs` are read and those up to `operands`
 * written. In padded rows the outputs are zeros.
 */
export function rows(part: i32, inputs: usize, operands: usize, n: i32, B: i32, t: i32, lengths: usize): void {
  const o = index(), f = unchecked(PARTS[part]), first = inputs << 2, end = operands << 2
  let row = <usize>n << 2
  if (!lengths) {
    // Rows that lie one behind the other in all operands are one long row.
    let i: usize = 0
    while (i < end && load<u32>(o + i, STEPS) == row) i += 4
    if (i == end) {
      n *= B
      row *= B
      B = 1
    }
  }
  for (; B > 0; B--, lengths += lengths ? 4 : 0) {
    if (lengths && t >= load<i32>(lengths)) {
      for (let i = first; i < end; i += 4) {
        memory.fill(<usize>load<u32>(o + i), 0, <usize>load<i32>(o + i, PIECES) * row)
      }
    } else if (n >= 8) f(o, n, row)
    else narrow(f, first, end, n)
    v128.store(o, i32x4.add(v128.load(o), v128.load(o, STEPS)))
    v128.store(o, i32x4.add(v128.load(o, 16), v128.load(o, 16 + STEPS)), 16)
  }
}

/** In padded rows: copies what was before the step. */
export function carry(before: usize, after: usize, step: usize, B: i32, t: i32, lengths: usize): void {
  if (!lengths) return
  for (; B > 0; B--, lengths += 4, before += step, after += step) {
    if (t >= load<i32>(lengths)) memory.copy(after, before, step)
  }
}
