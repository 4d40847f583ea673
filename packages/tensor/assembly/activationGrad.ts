// Gradients of the activation functions: g f′(x).
import * as op from '../src/backends/wasm/opcodes'
import { GATE, k } from './constants'
import { exp, madd, one, sigmoid, tanh, zero } from './math'
import { at, copyWords, int, tail } from './memory'

@inline function constant(p: usize, i: usize): v128 { return v128.load_splat<f32>(p + (i << 2)) }
/** With t = tanh(ln(1 + eˣ)): t + x σ(x) (1 − t) (1 + t) */
@inline function mishSlope(x: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x))), twice = f32x4.add(e, e), positive = f32x4.gt(x, zero())
  const n = v128.bitselect(f32x4.add(one(), twice), madd(e, e, twice), positive)
  const r = v128.bitselect(f32x4.mul(e, twice), f32x4.add(one(), one()), positive)
  const sum = f32x4.add(n, r), t = f32x4.div(n, sum)
  const s = f32x4.div(v128.bitselect(one(), e, positive), f32x4.add(one(), e))
  return madd(f32x4.mul(f32x4.mul(x, s), f32x4.div(r, sum)), f32x4.add(one(), t), t)
}
/** With s = σ(v), v = x (G₂ + G₃ x²): s + x s (1 − s) v′; from ±10 on it is 1 or 0. */
@inline function geluTanhSlope(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, k(GATE, 5)), k(GATE, 6))
  const q = f32x4.mul(x, x)
  const v = f32x4.mul(x, madd(q, k(GATE, 3), k(GATE, 2)))
  const e = exp(f32x4.neg(f32x4.abs(v))), w = f32x4.add(one(), e)
  const s = f32x4.div(v128.bitselect(e, one(), f32x4.lt(v, zero())), w)
  const slope = f32x4.mul(f32x4.div(e, f32x4.mul(w, w)), madd(q, k(GATE, 4), k(GATE, 2)))
  return madd(x, slope, s)
}

@inline function apply(f: i32, g: v128, x: v128, a: v128, b: v128, c: v128): v128 {
  if (f == op.LEAKY_RELU) return v128.bitselect(g, f32x4.mul(g, a), f32x4.gt(x, zero()))
  if (f == op.ELU) {
    const slope = f32x4.mul(f32x4.mul(a, c), exp(f32x4.mul(x, c)))
    return f32x4.mul(g, v128.bitselect(slope, b, f32x4.le(x, zero())))
  }
  if (f == op.SILU) {
    const s = sigmoid(x)
    return f32x4.mul(f32x4.mul(g, s), madd(x, sigmoid(f32x4.neg(x)), one()))
  }
  if (f == op.MISH) return f32x4.mul(g, mishSlope(x))
  if (f == op.GELU_TANH) return f32x4.mul(g, geluTanhSlope(x))
  if (f == op.SOFTPLUS) {
    const z = f32x4.mul(x, a)
    return v128.bitselect(g, f32x4.mul(g, sigmoid(z)), f32x4.gt(z, b))
  }
  if (f == op.LOG_SIGMOID) return f32x4.mul(g, sigmoid(f32x4.neg(x)))
  if (f == op.HARDTANH) return v128.andnot(g, v128.or(f32x4.le(x, a), f32x4.ge(x, b)))
  if (f == op.CLAMP) return v128.and(g, v128.and(f32x4.ge(x, a), f32x4.le(x, b)))
  if (f == op.HARDSIGMOID) return v128.and(f32x4.div(g, k(GATE, 1)), f32x4.lt(f32x4.abs(x), k(GATE, 0)))
  if (f == op.HARDSWISH) {
    const inside = f32x4.mul(g, madd(x, k(GATE, 7), k(GATE, 8)))
    const right = v128.bitselect(inside, g, f32x4.lt(x, k(GATE, 0)))
    return v128.andnot(right, f32x4.le(x, f32x4.neg(k(GATE, 0))))
  }
  if (f == op.HARDSHRINK) return v128.andnot(g, f32x4.le(f32x4.abs(x), a))
  if (f == op.THRESHOLD) return v128.andnot(g, f32x4.le(x, a))
  if (f == op.SOFTSIGN) {
    const w = f32x4.add(one(), f32x4.abs(x))
    return f32x4.div(f32x4.div(g, w), w)
  }
  if (f == op.TANHSHRINK) {
    const t = tanh(x)
    return f32x4.mul(f32x4.mul(g, t), t)
  }
  return g
}

/** n ≥ 4 numbers; the last block overlaps the one before, so that there is no tail. */
@inline function map(f: i32, g: usize, x: usize, y: usize, n: i32, p: usize): void {
  const last = <usize>(n - 4) << 2
  const a = constant(p, 0), b = constant(p, 1), c = constant(p, 2)
  for (let i: usize = 0; ; i = min(i + 16, last)) {
    v128.store(y + i, apply(f, v128.load(g + i), v128.load(x + i), a, b, c))
    if (i == last) break
  }
}
/** n ≥ 8 numbers, two vectors at a time: for what stands in large networks. */
@inline function mapTwice(f: i32, g: usize, x: usize, y: usize, n: i32, p: usize): void {
  const last = <usize>(n - 8) << 2
  const a = constant(p, 0), b = constant(p, 1), c = constant(p, 2)
  for (let i: usize = 0; ; i = min(i + 32, last)) {
    const g0 = v128.load(g + i), g1 = v128.load(g + i, 16)
    const u = v128.load(x + i), v = v128.load(x + i, 16)
    const s = apply(f, g0, u, a, b, c), t = apply(f, g1, v, a, b, c)
    v128.store(y + i, s)
    v128.store(y + i, t, 16)
    if (i == last) break
  }
}
function leakyRelu(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.LEAKY_RELU, g, x, y, n, p) }
function elu(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.ELU, g, x, y, n, p) }
function silu(g: usize, x: usize, y: usize, n: i32, p: usize): void { mapTwice(op.SILU, g, x, y, n, p) }
function mish(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.MISH, g, x, y, n, p) }
function geluTanh(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.GELU_TANH, g, x, y, n, p) }
function softplus(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.SOFTPLUS, g, x, y, n, p) }
function logSigmoid(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.LOG_SIGMOID, g, x, y, n, p) }
function hardtanh(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.HARDTANH, g, x, y, n, p) }
function clamp(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.CLAMP, g, x, y, n, p) }
function hardsigmoid(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.HARDSIGMOID, g, x, y, n, p) }
function hardswish(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.HARDSWISH, g, x, y, n, p) }
function shrink(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.HARDSHRINK, g, x, y, n, p) }
function threshold(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.THRESHOLD, g, x, y, n, p) }
function softsign(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.SOFTSIGN, g, x, y, n, p) }
function tanhshrink(g: usize, x: usize, y: usize, n: i32, p: usize): void { map(op.TANHSHRINK, g, x, y, n, p) }

const FUNCTIONS: StaticArray<(g: usize, x: usize, y: usize, n: i32, p: usize) => void> = [
  leakyRelu, elu, silu, mish, geluTanh, softplus, logSigmoid, hardtanh, clamp, hardsigmoid, hardswish,
  shrink, shrink, threshold, softsign, tanhshrink,
]

/** [function, g, x, y, n, a, b, c] */
export function activationGrad(args: usize): void {
  const f = unchecked(FUNCTIONS[int(args, 0)])
  const g = at(args, 1), x = at(args, 2), y = at(args, 3), n = int(args, 4), p = args + 20
  if (n == 0) return
  if (n >= 8) return f(g, x, y, n, p)
  f(g, x, tail(), 8, p)
  copyWords(tail(), y, n)
}
