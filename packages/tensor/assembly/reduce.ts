// Reductions of the middle axis of [outer, n, inner]. Sums are formed in blocks, so that the error grows with
// the length of a block, not of the axis; the number of partial sums is fixed, so that builds with fused
// multiply-add agree bit for bit.
import * as op from '../src/backends/wasm/opcodes'
import { madd, max, min } from './math'
import { at, int } from './memory'
import { all, any } from './reduceBool'

@inline function first(f: i32): f32 {
  if (f == op.PROD) return 1
  if (f == op.MAX) return -f32.MAX_VALUE * 2
  if (f == op.MIN) return f32.MAX_VALUE * 2
  return 0
}
@inline function fold(f: i32, s: v128, x: v128): v128 {
  if (f == op.PROD) return f32x4.mul(s, x)
  if (f == op.MAX) return max(s, x)
  if (f == op.MIN) return min(s, x)
  if (f == op.SUM_SQUARES) return madd(x, x, s)
  return f32x4.add(s, x)
}
/** Puts two partial results together. */
@inline function join(f: i32, a: v128, b: v128): v128 {
  return f == op.SUM_SQUARES ? f32x4.add(a, b) : fold(f, a, b)
}
@inline function joinOne(f: i32, a: f32, b: f32): f32 {
  if (f == op.PROD) return a * b
  if (f == op.MAX) return f32.max(a, b) // these let NaN win
  if (f == op.MIN) return f32.min(a, b)
  return a + b
}
@inline function foldOne(f: i32, s: f32, x: f32): f32 {
  return joinOne(f, s, f == op.SUM_SQUARES ? x * x : x)
}

const ROW: i32 = 4096 // elements of a row that are folded into 32 partial results
const COLUMN: i32 = 64 // elements of a column that are folded into one

@inline function row(f: i32, x: usize, n: i32): f32 {
  let sum: f64 = first(f), lead = first(f)
  while (n > 0) {
    const init = f32x4.splat(first(f)), m = n < ROW ? n : ROW
    let a = init, b = init, c = init, d = init, e = init, g = init, h = init, i = init
    let k = m
    for (; k >= 32; k -= 32, x += 128) {
      const p = v128.load(x), q = v128.load(x, 16), r = v128.load(x, 32), s = v128.load(x, 48)
      const t = v128.load(x, 64), u = v128.load(x, 80), v = v128.load(x, 96), w = v128.load(x, 112)
      a = fold(f, a, p); b = fold(f, b, q); c = fold(f, c, r); d = fold(f, d, s)
      e = fold(f, e, t); g = fold(f, g, u); h = fold(f, h, v); i = fold(f, i, w)
    }
    a = join(f, join(f, join(f, a, c), join(f, e, h)), join(f, join(f, b, d), join(f, g, i)))
    for (; k >= 4; k -= 4, x += 16) a = fold(f, a, v128.load(x))
    a = join(f, a, v128.shuffle<f32>(a, a, 2, 3, 0, 1))
    let z = joinOne(f, f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1))
    for (; k > 0; k--, x += 4) z = foldOne(f, z, load<f32>(x))
    if (f == op.SUM || f == op.SUM_SQUARES) sum += z
    else lead = joinOne(f, lead, z)
    n -= m
  }
  return f == op.SUM || f == op.SUM_SQUARES ? <f32>sum : lead
}
@inline function column16(f: i32, x: usize, n: i32, step: usize, y: usize): void {
  const init = f32x4.splat(first(f))
  let a = init, b = init, c = init, d = init
  while (n > 0) {
    const m = n < COLUMN ? n : COLUMN
    let e = init, g = init, h = init, i = init
    for (let k = 0; k < m; k++, x += step) {
      const p = v128.load(x), q = v128.load(x, 16), r = v128.load(x, 32), s = v128.load(x, 48)
      e = fold(f, e, p); g = fold(f, g, q); h = fold(f, h, r); i = fold(f, i, s)
    }
    a = join(f, a, e); b = join(f, b, g); c = join(f, c, h); d = join(f, d, i)
    n -= m
  }
  v128.store(y, a); v128.store(y, b, 16); v128.store(y, c, 32); v128.store(y, d, 48)
}
@inline function column(f: i32, x: usize, n: i32, step: usize): f32 {
  let a = first(f)
  while (n > 0) {
    const m = n < COLUMN ? n : COLUMN
    let b = first(f)
    for (let k = 0; k < m; k++, x += step) b = foldOne(f, b, load<f32>(x))
    a = joinOne(f, a, b)
    n -= m
  }
  return a
}
@inline function slice(f: i32, x: usize, y: usize, n: i32, inner: i32): void {
  if (inner == 1) return store<f32>(y, row(f, x, n))
  const step = <usize>inner << 2
  let i = 0
  for (; i + 16 <= inner; i += 16, x += 64, y += 64) column16(f, x, n, step, y)
  for (; i < inner; i++, x += 4, y += 4) store<f32>(y, column(f, x, n, step))
}
export function sum(x: usize, y: usize, n: i32, inner: i32): void { slice(op.SUM, x, y, n, inner) }
function prod(x: usize, y: usize, n: i32, inner: i32): void { slice(op.PROD, x, y, n, inner) }
function largest(x: usize, y: usize, n: i32, inner: i32): void { slice(op.MAX, x, y, n, inner) }
function smallest(x: usize, y: usize, n: i32, inner: i32): void { slice(op.MIN, x, y, n, inner) }
function sumSquares(x: usize, y: usize, n: i32, inner: i32): void { slice(op.SUM_SQUARES, x, y, n, inner) }

@inline function sliceInt(f: i32, x: usize, y: usize, n: i32, inner: i32): void {
  const step = <usize>inner << 2
  for (const end = y + step; y < end; x += 4, y += 4) {
    let a: i32 = f == op.PROD ? 1 : f == op.MAX ? i32.MIN_VALUE : f == op.MIN ? i32.MAX_VALUE : 0
    for (let k = 0, p = x; k < n; k++, p += step) {
      const b = load<i32>(p)
      if (f == op.SUM) a += b
      else if (f == op.PROD) a *= b
      else if (f == op.MAX) a = a > b ? a : b
      else a = a < b ? a : b
    }
    store<i32>(y, a)
  }
}
function sumInt(x: usize, y: usize, n: i32, inner: i32): void { sliceInt(op.SUM, x, y, n, inner) }
function prodInt(x: usize, y: usize, n: i32, inner: i32): void { sliceInt(op.PROD, x, y, n, inner) }
function maxInt(x: usize, y: usize, n: i32, inner: i32): void { sliceInt(op.MAX, x, y, n, inner) }
function minInt(x: usize, y: usize, n: i32, inner: i32): void { sliceInt(op.MIN, x, y, n, inner) }

const FUNCTIONS: StaticArray<(x: usize, y: usize, n: i32, inner: i32) => void> = [
  sum, prod, largest, smallest, sumSquares, sumInt, prodInt, maxInt, minInt, any, all,
]

/** [function, x, y, outer, n, inner] */
export function reduce(args: usize): void {
  const f = int(args, 0), outer = int(args, 3), n = int(args, 4), inner = int(args, 5)
  if (inner == 0) return
  const shift: usize = f >= op.ANY ? 0 : 2 // masks are bytes
  let x = at(args, 1), y = at(args, 2)
  for (let o = 0; o < outer; o++) {
    unchecked(FUNCTIONS[f])(x, y, n, inner)
    x += <usize>(n * inner) << shift
    y += <usize>inner << shift
  }
}

/** Index of the first largest (sign = 1) or smallest (−1); the first NaN wins. */
function argFloat(x: usize, n: i32, step: usize, sign: f32): i32 {
  let best = load<f32>(x) * sign, index = 0
  for (let i = 1; i < n && best == best; i++) {
    x += step
    const v = load<f32>(x) * sign
    if (!(v <= best)) { best = v; index = i }
  }
  return index
}
function argInt(x: usize, n: i32, step: usize, min: bool): i32 {
  let best = load<i32>(x), index = 0
  for (let i = 1; i < n; i++) {
    x += step
    const v = load<i32>(x)
    if (min ? v < best : v > best) { best = v; index = i }
  }
  return index
}
/** [dtype, smallest?, x, y, outer, n, inner] */
export function argReduce(args: usize): void {
  const min = int(args, 1) != 0, outer = int(args, 4), n = int(args, 5), inner = int(args, 6)
  const step = <usize>inner << 2
  let x = at(args, 2), y = at(args, 3)
  if (n == 0) return
  for (let o = 0; o < outer; o++, x += <usize>((n - 1) * inner) << 2) {
    for (let i = 0; i < inner; i++, x += 4, y += 4) {
      store<i32>(y, int(args, 0) == op.FLOAT32 ? argFloat(x, n, step, min ? -1 : 1) : argInt(x, n, step, min))
    }
  }
}
