// Comparisons and selection. Masks are bytes, 0 or 1.
import * as op from '../src/backends/wasm/opcodes'
import { at, int } from './memory'
import { walk } from './walk'

@inline function apply(f: i32, a: v128, b: v128): v128 {
  if (f == op.EQ) return f32x4.eq(a, b)
  if (f == op.NE) return f32x4.ne(a, b)
  if (f == op.LT) return f32x4.lt(a, b)
  if (f == op.LE) return f32x4.le(a, b)
  if (f == op.EQ + op.COMPARE_INT) return i32x4.eq(a, b)
  if (f == op.NE + op.COMPARE_INT) return i32x4.ne(a, b)
  if (f == op.LT + op.COMPARE_INT) return i32x4.lt_s(a, b)
  return i32x4.le_s(a, b)
}
@inline function map(f: i32, a: usize, b: usize, y: usize, n: i32): void {
  const last = n - 8
  for (let i = 0; ; i = i + 8 < last ? i + 8 : last) {
    const p = a + (<usize>i << 2), q = b + (<usize>i << 2)
    const s = apply(f, v128.load(p), v128.load(q)), t = apply(f, v128.load(p, 16), v128.load(q, 16))
    const m = i16x8.narrow_i32x4_s(s, t)
    v128.store64_lane(y + i, i8x16.neg(i8x16.narrow_i16x8_s(m, m)), 0)
    if (i == last) break
  }
}
function eq(a: usize, b: usize, y: usize, n: i32): void { map(op.EQ, a, b, y, n) }
function ne(a: usize, b: usize, y: usize, n: i32): void { map(op.NE, a, b, y, n) }
function lt(a: usize, b: usize, y: usize, n: i32): void { map(op.LT, a, b, y, n) }
function le(a: usize, b: usize, y: usize, n: i32): void { map(op.LE, a, b, y, n) }
function gt(a: usize, b: usize, y: usize, n: i32): void { lt(b, a, y, n) }
function ge(a: usize, b: usize, y: usize, n: i32): void { le(b, a, y, n) }
function eqInt(a: usize, b: usize, y: usize, n: i32): void { map(op.EQ + op.COMPARE_INT, a, b, y, n) }
function neInt(a: usize, b: usize, y: usize, n: i32): void { map(op.NE + op.COMPARE_INT, a, b, y, n) }
function ltInt(a: usize, b: usize, y: usize, n: i32): void { map(op.LT + op.COMPARE_INT, a, b, y, n) }
function leInt(a: usize, b: usize, y: usize, n: i32): void { map(op.LE + op.COMPARE_INT, a, b, y, n) }
function gtInt(a: usize, b: usize, y: usize, n: i32): void { ltInt(b, a, y, n) }
function geInt(a: usize, b: usize, y: usize, n: i32): void { leInt(b, a, y, n) }

const FUNCTIONS: StaticArray<(a: usize, b: usize, y: usize, n: i32) => void> = [
  eq, ne, lt, le, gt, ge, eqInt, neInt, ltInt, leInt, gtInt, geInt,
]

/**
 * [function, bytes of an operand's element, y, rank, a, b, shape…, strides of a…, strides of b…]; bytes are
 * widened to words
 */
export function compare(args: usize): void {
  const f = changetype<usize>(unchecked(FUNCTIONS[int(args, 0)]))
  walk(2, int(args, 1), f, at(args, 2), int(args, 3), args + 16, 1)
}

function select(c: usize, a: usize, b: usize, y: usize, n: i32): void {
  const last = n - 8, none = i32x4.splat(0)
  for (let i = 0; ; i = i + 8 < last ? i + 8 : last) {
    const p = <usize>i << 2
    const m = v128.load_ext<u8>(c + i)
    const m0 = i32x4.eq(i32x4.extend_low_i16x8_u(m), none), m1 = i32x4.eq(i32x4.extend_high_i16x8_u(m), none)
    const s = v128.bitselect(v128.load(b + p), v128.load(a + p), m0)
    const t = v128.bitselect(v128.load(b + p, 16), v128.load(a + p, 16), m1)
    v128.store(y + p, s)
    v128.store(y + p, t, 16)
    if (i == last) break
  }
}
function selectBytes(c: usize, a: usize, b: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(y + i, load<u8>(c + i) ? load<u8>(a + i) : load<u8>(b + i))
}
const SELECT: StaticArray<(c: usize, a: usize, b: usize, y: usize, n: i32) => void> = [select, selectBytes]

/** [bytes of an element, y, rank, c, a, b, shape…, strides of c…, of a…, of b…] */
export function where(args: usize): void {
  const size = int(args, 0)
  const f = changetype<usize>(unchecked(SELECT[i32(size == 1)]))
  walk(3, size, f, at(args, 1), int(args, 2), args + 12, size)
}
