// Activation functions with up to three constants, each a function of its own as in unary.ts.
import * as op from '../src/backends/wasm/opcodes'
import { GATE, k } from './constants'
import { expm1 } from './elementary'
import { exp, madd, one, softplus, tanh, zero } from './math'
import { at, copyWords, int, tail } from './memory'

@inline function constant(p: usize, i: usize): v128 { return v128.load_splat<f32>(p + (i << 2)) }
/** x σ(v) */
@inline function gated(x: v128, v: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(v)))
  return f32x4.div(v128.bitselect(f32x4.mul(x, e), x, f32x4.lt(v, zero())), f32x4.add(one(), e))
}
@inline function between(x: v128, low: v128, high: v128): v128 { return f32x4.pmin(f32x4.pmax(x, low), high) }
/** min(max(x + 3, 0), 6) */
@inline function ramp(x: v128): v128 { return between(f32x4.add(x, k(GATE, 0)), zero(), k(GATE, 1)) }
/** tanh(ln(1 + eˣ)) = n / (n + r), with n and r free of cancellation */
@inline function mish(x: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x))), twice = f32x4.add(e, e), positive = f32x4.gt(x, zero())
  const n = v128.bitselect(f32x4.add(one(), twice), madd(e, e, twice), positive)
  const r = v128.bitselect(f32x4.mul(e, twice), f32x4.add(one(), one()), positive)
  return f32x4.mul(x, f32x4.div(n, f32x4.add(n, r)))
}

@inline function apply(f: i32, x: v128, a: v128, b: v128, c: v128): v128 {
  if (f == op.LEAKY_RELU) return v128.bitselect(x, f32x4.mul(x, a), f32x4.gt(x, zero()))
  if (f == op.ELU)
    return v128.bitselect(f32x4.mul(x, b), f32x4.mul(expm1(f32x4.mul(x, c)), a), f32x4.gt(x, zero()))
  if (f == op.SILU) return gated(x, x)
  if (f == op.MISH) return mish(x)
  if (f == op.GELU_TANH) {
    const s = madd(f32x4.mul(x, x), k(GATE, 3), k(GATE, 2))
    return gated(x, f32x4.mul(x, s))
  }
  if (f == op.SOFTPLUS) {
    const z = f32x4.mul(x, a)
    return v128.bitselect(x, f32x4.div(softplus(z), a), f32x4.gt(z, b))
  }
  if (f == op.LOG_SIGMOID) return f32x4.neg(softplus(f32x4.neg(x)))
  if (f == op.HARDTANH) return between(x, a, b)
  if (f == op.HARDSIGMOID) return f32x4.div(ramp(x), k(GATE, 1))
  if (f == op.HARDSWISH) return f32x4.mul(x, f32x4.div(ramp(x), k(GATE, 1)))
  if (f == op.HARDSHRINK) return v128.andnot(x, f32x4.le(f32x4.abs(x), a))
  if (f == op.SOFTSHRINK) {
    const y = v128.bitselect(f32x4.sub(x, a), f32x4.add(x, a), f32x4.gt(x, a))
    const outside = v128.or(f32x4.gt(x, a), f32x4.lt(x, f32x4.neg(a)))
    return v128.bitselect(y, f32x4.mul(x, zero()), outside)
  }
  if (f == op.THRESHOLD) return v128.bitselect(b, x, f32x4.le(x, a))
  if (f == op.SOFTSIGN) return f32x4.div(x, f32x4.add(one(), f32x4.abs(x)))
  if (f == op.TANHSHRINK) return f32x4.sub(x, tanh(x))
  return x
}

/**
 * n ≥ 4 numbers; the last block overlaps the one before, so that there is no tail. One vector at a time: two would
 * double the size of these many functions and make them at most a third faster.
 */
@inline function map(f: i32, x: usize, y: usize, n: i32, p: usize): void {
  const last = <usize>(n - 4) << 2
  const a = constant(p, 0), b = constant(p, 1), c = constant(p, 2)
  for (let i: usize = 0; ; i = min(i + 16, last)) {
    v128.store(y + i, apply(f, v128.load(x + i), a, b, c))
    if (i == last) break
  }
}
/** n ≥ 8 numbers, two vectors at a time: for what stands in large networks. */
@inline function mapTwice(f: i32, x: usize, y: usize, n: i32, p: usize): void {
  const last = <usize>(n - 8) << 2
  const a = constant(p, 0), b = constant(p, 1), c = constant(p, 2)
  for (let i: usize = 0; ; i = min(i + 32, last)) {
    const u = v128.load(x + i), v = v128.load(x + i, 16)
    const s = apply(f, u, a, b, c), t = apply(f, v, a, b, c)
    v128.store(y + i, s)
    v128.store(y + i, t, 16)
    if (i == last) break
  }
}
function leakyRelu(x: usize, y: usize, n: i32, p: usize): void { map(op.LEAKY_RELU, x, y, n, p) }
function elu(x: usize, y: usize, n: i32, p: usize): void { map(op.ELU, x, y, n, p) }
function silu(x: usize, y: usize, n: i32, p: usize): void { mapTwice(op.SILU, x, y, n, p) }
function mishes(x: usize, y: usize, n: i32, p: usize): void { map(op.MISH, x, y, n, p) }
function geluTanh(x: usize, y: usize, n: i32, p: usize): void { map(op.GELU_TANH, x, y, n, p) }
function softpluses(x: usize, y: usize, n: i32, p: usize): void { map(op.SOFTPLUS, x, y, n, p) }
function logSigmoid(x: usize, y: usize, n: i32, p: usize): void { map(op.LOG_SIGMOID, x, y, n, p) }
function hardtanh(x: usize, y: usize, n: i32, p: usize): void { map(op.HARDTANH, x, y, n, p) }
function hardsigmoid(x: usize, y: usize, n: i32, p: usize): void { map(op.HARDSIGMOID, x, y, n, p) }
function hardswish(x: usize, y: usize, n: i32, p: usize): void { map(op.HARDSWISH, x, y, n, p) }
function hardshrink(x: usize, y: usize, n: i32, p: usize): void { map(op.HARDSHRINK, x, y, n, p) }
function softshrink(x: usize, y: usize, n: i32, p: usize): void { map(op.SOFTSHRINK, x, y, n, p) }
function threshold(x: usize, y: usize, n: i32, p: usize): void { map(op.THRESHOLD, x, y, n, p) }
function softsign(x: usize, y: usize, n: i32, p: usize): void { map(op.SOFTSIGN, x, y, n, p) }
function tanhshrink(x: usize, y: usize, n: i32, p: usize): void { map(op.TANHSHRINK, x, y, n, p) }

const FUNCTIONS: StaticArray<(x: usize, y: usize, n: i32, p: usize) => void> = [
  leakyRelu, elu, silu, mishes, geluTanh, softpluses, logSigmoid, hardtanh, hardtanh, hardsigmoid, hardswish,
  hardshrink, softshrink, threshold, softsign, tanhshrink,
]

/** [function, x, y, n, a, b, c] */
export function activation(args: usize): void {
  const f = unchecked(FUNCTIONS[int(args, 0)]), x = at(args, 1), y = at(args, 2), n = int(args, 3), p = args + 16
  if (n == 0) return
  if (n >= 8) return f(x, y, n, p)
  f(x, tail(), 8, p)
  copyWords(tail(), y, n)
}
