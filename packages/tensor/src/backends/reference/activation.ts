import type { TypedArray } from '../../dtype.js'
import type { ActivationAttrs, ActivationOp } from '../kernels/activation.js'
import { sigmoid } from './functions.js'
import type { Reference } from './kernel.js'

type Curve = (x: number, a: number, b: number, c: number) => number
type Slope = (g: number, x: number, a: number, b: number, c: number) => number

const ROOT_EIGHT_OVER_PI = 1.5957691216057308 // √(8/π)
const CUBIC = 0.044715

/** The argument of the sigmoid that x is multiplied by in the approximated GELU: twice that of the tanh. */
function gate(x: number): number {
  return ROOT_EIGHT_OVER_PI * (x + CUBIC * x * x * x)
}

/** x σ(v); only powers of e below 1 are formed. */
function gated(x: number, v: number): number {
  const e = Math.exp(-Math.abs(v))
  return (v < 0 ? x * e : x) / (1 + e)
}

/** ln(1 + eˣ) */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

/** tanh(ln(1 + eˣ)) and 1 less it, as two quotients without cancellation. */
function tanhSoftplus(x: number): [number, number] {
  const e = Math.exp(-Math.abs(x))
  const top = x > 0 ? 1 + 2 * e : e * (e + 2)
  const rest = x > 0 ? 2 * e * e : 2
  return [top / (top + rest), rest / (top + rest)]
}

function mishSlope(x: number): number {
  const [t, rest] = tanhSoftplus(x)
  return t + x * sigmoid(x) * rest * (1 + t)
}

function geluTanhSlope(x: number): number {
  if (Math.abs(x) > 15) return x > 0 ? 1 : 0 // all digits of the limit are reached
  const s = sigmoid(gate(x))
  return s + x * s * (1 - s) * ROOT_EIGHT_OVER_PI * (1 + 3 * CUBIC * x * x)
}

/** min(max(x, low), high); NaN stays */
function between(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high)
}

/** The functions. */
export const CURVES: { readonly [K in ActivationOp]: Curve } = {
  leakyRelu: (x, a) => (x > 0 ? x : a * x),
  elu: (x, a, b, c) => (x > 0 ? b * x : a * Math.expm1(c * x)),
  silu: (x) => gated(x, x),
  mish: (x) => x * tanhSoftplus(x)[0],
  geluTanh: (x) => gated(x, gate(x)),
  softplus: (x, a, b) => (a * x > b ? x : softplus(a * x) / a),
  logSigmoid: (x) => -softplus(-x),
  hardtanh: between,
  clamp: between,
  hardsigmoid: (x) => between(x + 3, 0, 6) / 6,
  hardswish: (x) => x * (between(x + 3, 0, 6) / 6),
  hardshrink: (x, a) => (x >= -a && x <= a ? 0 : x),
  softshrink: (x, a) => (x > a ? x - a : x < -a ? x + a : x * 0),
  threshold: (x, a, b) => (x <= a ? b : x),
  softsign: (x) => x / (1 + Math.abs(x)),
  tanhshrink: (x) => x - Math.tanh(x),
}

const shrink: Slope = (g, x, a) => (x >= -a && x <= a ? 0 : g)

/** Their gradients. */
export const SLOPES: { readonly [K in ActivationOp]: Slope } = {
  leakyRelu: (g, x, a) => (x > 0 ? g : a * g),
  elu: (g, x, a, b, c) => (x <= 0 ? g * a * c * Math.exp(c * x) : b * g),
  silu: (g, x) => g * sigmoid(x) * (1 + x * sigmoid(-x)),
  mish: (g, x) => g * mishSlope(x),
  geluTanh: (g, x) => g * geluTanhSlope(x),
  softplus: (g, x, a, b) => (a * x > b ? g : g * sigmoid(a * x)),
  logSigmoid: (g, x) => g * sigmoid(-x),
  hardtanh: (g, x, a, b) => (x <= a || x >= b ? 0 : g),
  clamp: (g, x, a, b) => (x >= a && x <= b ? g : 0),
  hardsigmoid: (g, x) => (x > -3 && x < 3 ? g / 6 : 0),
  hardswish: (g, x) => (x <= -3 ? 0 : x < 3 ? g * (x / 3 + 0.5) : g),
  hardshrink: shrink,
  softshrink: shrink,
  threshold: (g, x, a) => (x <= a ? 0 : g),
  softsign: (g, x) => g / (1 + Math.abs(x)) ** 2,
  tanhshrink: (g, x) => g * Math.tanh(x) ** 2,
}

// Beside float32 values the constants are float32, too: |x| ≤ 0.1 shall hold for the float32 nearest to 0.1.
function constants({ a, b, c }: ActivationAttrs, x: TypedArray): readonly [number, number, number] {
  return x instanceof Float32Array ? [Math.fround(a), Math.fround(b), Math.fround(c)] : [a, b, c]
}

/** y = f(x; a, b, c) */
export const activation: Reference<'activation'> = ([x], [y], attrs) => {
  const [a, b, c] = constants(attrs, x)
  const f = CURVES[attrs.op]
  for (let i = 0; i < y.length; i++) y[i] = f(x[i], a, b, c)
}

/** dx = g f′(x; a, b, c) */
export const activationGrad: Reference<'activationGrad'> = ([g, x], [dx], attrs) => {
  const [a, b, c] = constants(attrs, x)
  const f = SLOPES[attrs.op]
  for (let i = 0; i < dx.length; i++) dx[i] = f(g[i], x[i], a, b, c)
}
