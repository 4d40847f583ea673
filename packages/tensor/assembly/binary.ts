// Element-wise functions of two numbers over n ≥ 8 adjacent ones; walk.ts brings broadcast operands into that
// form.
import * as op from '../src/backends/wasm/opcodes'
import { atan2, floorDiv, floorDivInt, fmod, fmodInt, remainder, remainderInt, truncDivInt } from './division'
import { geluSlope } from './gelu'
import { max, min, nmadd, one, zero } from './math'
import { at, copyWords, int, tail } from './memory'
import { walk } from './walk'

@inline function apply(f: i32, a: v128, b: v128): v128 {
  if (f == op.ADD) return f32x4.add(a, b)
  if (f == op.SUB) return f32x4.sub(a, b)
  if (f == op.MUL) return f32x4.mul(a, b)
  if (f == op.DIV) return f32x4.div(a, b)
  if (f == op.MAXIMUM) return max(a, b)
  if (f == op.MINIMUM) return min(a, b)
  if (f == op.RELU_GRAD) return v128.andnot(a, f32x4.le(b, zero()))
  if (f == op.SIGMOID_GRAD) return f32x4.mul(f32x4.mul(a, b), f32x4.sub(one(), b))
  if (f == op.TANH_GRAD) return f32x4.mul(a, nmadd(b, b, one()))
  if (f == op.GELU_GRAD) return f32x4.mul(a, geluSlope(b))
  if (f == op.TRUNC_DIV) return f32x4.trunc(f32x4.div(a, b))
  if (f == op.PRELU) return v128.bitselect(a, f32x4.mul(a, b), f32x4.gt(a, zero()))
  if (f == op.ADD_INT) return i32x4.add(a, b)
  if (f == op.SUB_INT) return i32x4.sub(a, b)
  if (f == op.MUL_INT) return i32x4.mul(a, b)
  if (f == op.MAXIMUM_INT) return i32x4.max_s(a, b)
  if (f == op.MINIMUM_INT) return i32x4.min_s(a, b)
  return a
}

/** The last block overlaps the one before, so that there is no tail. */
@inline function map(f: i32, a: usize, b: usize, y: usize, n: i32): void {
  const last = <usize>(n - 8) << 2
  for (let i: usize = 0; ; i = i + 32 < last ? i + 32 : last) {
    const a0 = v128.load(a + i), a1 = v128.load(a + i, 16)
    const b0 = v128.load(b + i), b1 = v128.load(b + i, 16)
    const s = apply(f, a0, b0), t = apply(f, a1, b1)
    v128.store(y + i, s)
    v128.store(y + i, t, 16)
    if (i == last) break
  }
}

function add(a: usize, b: usize, y: usize, n: i32): void { map(op.ADD, a, b, y, n) }
function sub(a: usize, b: usize, y: usize, n: i32): void { map(op.SUB, a, b, y, n) }
function mul(a: usize, b: usize, y: usize, n: i32): void { map(op.MUL, a, b, y, n) }
function div(a: usize, b: usize, y: usize, n: i32): void { map(op.DIV, a, b, y, n) }
/** One at a time, in double precision inside. As in C, 1 to any power and −1 to ±∞ are 1. */
function pow(a: usize, b: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; a += 4, b += 4, y += 4) {
    const p = load<f32>(a), q = load<f32>(b)
    store<f32>(y, p == 1 || (p == -1 && NativeMathf.abs(q) == Infinity) ? 1 : NativeMathf.pow(p, q))
  }
}
function maximum(a: usize, b: usize, y: usize, n: i32): void { map(op.MAXIMUM, a, b, y, n) }
function minimum(a: usize, b: usize, y: usize, n: i32): void { map(op.MINIMUM, a, b, y, n) }
function reluGrad(a: usize, b: usize, y: usize, n: i32): void { map(op.RELU_GRAD, a, b, y, n) }
function sigmoidGrad(a: usize, b: usize, y: usize, n: i32): void { map(op.SIGMOID_GRAD, a, b, y, n) }
function tanhGrad(a: usize, b: usize, y: usize, n: i32): void { map(op.TANH_GRAD, a, b, y, n) }
function geluGrad(a: usize, b: usize, y: usize, n: i32): void { map(op.GELU_GRAD, a, b, y, n) }
function addInt(a: usize, b: usize, y: usize, n: i32): void { map(op.ADD_INT, a, b, y, n) }
function subInt(a: usize, b: usize, y: usize, n: i32): void { map(op.SUB_INT, a, b, y, n) }
function mulInt(a: usize, b: usize, y: usize, n: i32): void { map(op.MUL_INT, a, b, y, n) }
function maximumInt(a: usize, b: usize, y: usize, n: i32): void { map(op.MAXIMUM_INT, a, b, y, n) }
function minimumInt(a: usize, b: usize, y: usize, n: i32): void { map(op.MINIMUM_INT, a, b, y, n) }
function truncDiv(a: usize, b: usize, y: usize, n: i32): void { map(op.TRUNC_DIV, a, b, y, n) }
function prelu(a: usize, b: usize, y: usize, n: i32): void { map(op.PRELU, a, b, y, n) }

const FUNCTIONS: StaticArray<(a: usize, b: usize, y: usize, n: i32) => void> = [
  add, sub, mul, div, pow, maximum, minimum, reluGrad, sigmoidGrad, tanhGrad, geluGrad,
  addInt, subInt, mulInt, maximumInt, minimumInt,
  atan2, fmod, remainder, floorDiv, truncDiv, prelu, fmodInt, remainderInt, floorDivInt, truncDivInt,
]

/** [function, a, b, y, n]: nothing is broadcast */
export function binary(args: usize): void {
  const f = int(args, 0), a = at(args, 1), b = at(args, 2), y = at(args, 3), n = int(args, 4)
  if (n == 0) return
  if (n >= 8) return unchecked(FUNCTIONS[f])(a, b, y, n)
  unchecked(FUNCTIONS[f])(a, b, tail(), 8)
  copyWords(tail(), y, n)
}

/** [function, y, rank, a, b, shape…, strides of a…, strides of b…] */
export function binaryWalk(args: usize): void {
  walk(2, 4, changetype<usize>(unchecked(FUNCTIONS[int(args, 0)])), at(args, 1), int(args, 2), args + 12, 4)
}
