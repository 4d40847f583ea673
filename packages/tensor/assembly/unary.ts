// Element-wise functions of one number. Each is a function of its own, so that V8 optimises it by itself, and
// works on two vectors at a time with adjacent loads and stores, which the revectorizer packs into one of 256
// bits.
import * as op from '../src/backends/wasm/opcodes'
import { cosh, erf, expm1, log1p, log2, sinh } from './elementary'
import { gelu } from './gelu'
import { exp, log, one, sigmoid, sign, tanh, zero } from './math'
import { at, copyWords, int, tail } from './memory'
import { sine, tangent } from './trig'

@inline function apply(f: i32, x: v128): v128 {
  if (f == op.NEG) return f32x4.neg(x)
  if (f == op.ABS) return f32x4.abs(x)
  if (f == op.SIGN) return sign(x)
  if (f == op.SQUARE) return f32x4.mul(x, x)
  if (f == op.SQRT) return f32x4.sqrt(x)
  if (f == op.RECIPROCAL) return f32x4.div(one(), x)
  if (f == op.EXP) return exp(x)
  if (f == op.LOG) return log(x)
  if (f == op.RELU) return f32x4.pmax(x, zero())
  if (f == op.SIGMOID) return sigmoid(x)
  if (f == op.TANH) return tanh(x)
  if (f == op.GELU) return gelu(x)
  if (f == op.RSQRT) return f32x4.div(one(), f32x4.sqrt(x))
  if (f == op.EXPM1) return expm1(x)
  if (f == op.LOG1P) return log1p(x)
  if (f == op.LOG2) return log2(x)
  if (f == op.ERF) return erf(x)
  if (f == op.SINH) return sinh(x)
  if (f == op.COSH) return cosh(x)
  if (f == op.CEIL) return f32x4.ceil(x)
  if (f == op.FLOOR) return f32x4.floor(x)
  if (f == op.ROUND) return f32x4.nearest(x)
  if (f == op.TRUNC) return f32x4.trunc(x)
  if (f == op.NEG_INT) return i32x4.neg(x)
  if (f == op.ABS_INT) return i32x4.abs(x)
  if (f == op.SIGN_INT) return i32x4.sub(i32x4.gt_s(zero(), x), i32x4.gt_s(x, zero()))
  if (f == op.SQUARE_INT) return i32x4.mul(x, x)
  return x
}

/** n ≥ 8 numbers; the last block overlaps the one before, so that there is no tail. */
@inline function map(f: i32, x: usize, y: usize, n: i32): void {
  const last = <usize>(n - 8) << 2
  for (let i: usize = 0; ; i = min(i + 32, last)) {
    const a = v128.load(x + i), b = v128.load(x + i, 16)
    const s = apply(f, a), t = apply(f, b)
    v128.store(y + i, s)
    v128.store(y + i, t, 16)
    if (i == last) break
  }
}
/** The same, one vector at a time, for rarer functions: two would double their size. */
@inline function mapSingly(f: i32, x: usize, y: usize, n: i32): void {
  const last = <usize>(n - 4) << 2
  for (let i: usize = 0; ; i = min(i + 16, last)) {
    v128.store(y + i, apply(f, v128.load(x + i)))
    if (i == last) break
  }
}
function neg(x: usize, y: usize, n: i32): void { map(op.NEG, x, y, n) }
function abs(x: usize, y: usize, n: i32): void { map(op.ABS, x, y, n) }
function signs(x: usize, y: usize, n: i32): void { map(op.SIGN, x, y, n) }
function square(x: usize, y: usize, n: i32): void { map(op.SQUARE, x, y, n) }
function sqrt(x: usize, y: usize, n: i32): void { map(op.SQRT, x, y, n) }
function reciprocal(x: usize, y: usize, n: i32): void { map(op.RECIPROCAL, x, y, n) }
function exps(x: usize, y: usize, n: i32): void { map(op.EXP, x, y, n) }
function logs(x: usize, y: usize, n: i32): void { map(op.LOG, x, y, n) }
/** turn: quarters of a circle, 0 for the sine, 1 for the cosine */
function sines(x: usize, y: usize, n: i32, turn: i32): void {
  for (const end = y + (<usize>n << 2); y < end; x += 4, y += 4) store<f32>(y, sine(load<f32>(x), turn))
}
function sin(x: usize, y: usize, n: i32): void { sines(x, y, n, 0) }
function cos(x: usize, y: usize, n: i32): void { sines(x, y, n, 1) }
function relu(x: usize, y: usize, n: i32): void { map(op.RELU, x, y, n) }
function sigmoids(x: usize, y: usize, n: i32): void { map(op.SIGMOID, x, y, n) }
function tanhs(x: usize, y: usize, n: i32): void { map(op.TANH, x, y, n) }
function gelus(x: usize, y: usize, n: i32): void { map(op.GELU, x, y, n) }
function negInt(x: usize, y: usize, n: i32): void { map(op.NEG_INT, x, y, n) }
function absInt(x: usize, y: usize, n: i32): void { map(op.ABS_INT, x, y, n) }
function signInt(x: usize, y: usize, n: i32): void { map(op.SIGN_INT, x, y, n) }
function squareInt(x: usize, y: usize, n: i32): void { map(op.SQUARE_INT, x, y, n) }
function rsqrt(x: usize, y: usize, n: i32): void { mapSingly(op.RSQRT, x, y, n) }
function expm1s(x: usize, y: usize, n: i32): void { mapSingly(op.EXPM1, x, y, n) }
function log1ps(x: usize, y: usize, n: i32): void { mapSingly(op.LOG1P, x, y, n) }
function log2s(x: usize, y: usize, n: i32): void { mapSingly(op.LOG2, x, y, n) }
function erfs(x: usize, y: usize, n: i32): void { mapSingly(op.ERF, x, y, n) }
function sinhs(x: usize, y: usize, n: i32): void { mapSingly(op.SINH, x, y, n) }
function coshs(x: usize, y: usize, n: i32): void { mapSingly(op.COSH, x, y, n) }
function ceil(x: usize, y: usize, n: i32): void { mapSingly(op.CEIL, x, y, n) }
function floor(x: usize, y: usize, n: i32): void { mapSingly(op.FLOOR, x, y, n) }
function round(x: usize, y: usize, n: i32): void { mapSingly(op.ROUND, x, y, n) }
function trunc(x: usize, y: usize, n: i32): void { mapSingly(op.TRUNC, x, y, n) }
/** One at a time: these are rare, and need tables of cases. */
function tan(x: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; x += 4, y += 4) store<f32>(y, tangent(load<f32>(x)))
}
function asin(x: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; x += 4, y += 4) store<f32>(y, NativeMathf.asin(load<f32>(x)))
}
function acos(x: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; x += 4, y += 4) store<f32>(y, NativeMathf.acos(load<f32>(x)))
}
function atan(x: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; x += 4, y += 4) store<f32>(y, NativeMathf.atan(load<f32>(x)))
}

const FUNCTIONS: StaticArray<(x: usize, y: usize, n: i32) => void> = [
  neg, abs, signs, square, sqrt, reciprocal, exps, logs, sin, cos, relu, sigmoids, tanhs, gelus,
  negInt, absInt, signInt, squareInt,
  rsqrt, expm1s, log1ps, log2s, erfs, sinhs, coshs, tan, asin, acos, atan, ceil, floor, round, trunc,
]

function logicalNot(x: usize, y: usize, n: i32): void {
  const unit = i8x16.splat(1)
  let i = 0
  for (; i + 16 <= n; i += 16) v128.store(y + i, v128.and(i8x16.eq(v128.load(x + i), i8x16.splat(0)), unit))
  for (; i < n; i++) store<u8>(y + i, <u8>(load<u8>(x + i) == 0))
}

/** [function, x, y, n] */
export function unary(args: usize): void {
  const f = int(args, 0), x = at(args, 1), y = at(args, 2), n = int(args, 3)
  if (n == 0) return
  if (f == op.LOGICAL_NOT) return logicalNot(x, y, n)
  if (n >= 8) return unchecked(FUNCTIONS[f])(x, y, n)
  unchecked(FUNCTIONS[f])(x, tail(), 8)
  copyWords(tail(), y, n)
}
