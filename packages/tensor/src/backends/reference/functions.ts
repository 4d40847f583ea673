import type { BinaryOp, CompareOp, UnaryOp } from '../kernels.js'
import { erf, erfc } from './erf.js'

const INVERSE_ROOT_TWO_PI = 0.3989422804014327

/** 1 / (1 + e⁻ˣ); only powers of e below 1 are formed, so that nothing overflows. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** Φ(x) = ½ (1 + erf(x / √2)), the normal distribution function. */
function normalCdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2)
}

/** d/dx (x Φ(x)) = Φ(x) + x φ(x), φ the normal density. */
function geluDerivative(x: number): number {
  const density = INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * x * x)
  return normalCdf(x) + (density === 0 ? 0 : x * density) // at ±∞ the limit, where the product would be NaN
}

/** As in C: pow(1, y) = 1 and pow(−1, ±∞) = 1, where JavaScript has NaN. */
function pow(a: number, b: number): number {
  if (a === 1 || (a === -1 && (b === Infinity || b === -Infinity))) return 1
  return a ** b
}

/** To the nearest integer, halves to the even one. */
function round(x: number): number {
  const low = Math.floor(x)
  const rest = x - low
  if (rest < 0.5 || (rest === 0.5 && low % 2 === 0)) return low === 0 ? 0 * x : low // keeps −0
  return Number.isFinite(x) ? low + 1 : x
}

/** a − b ⌊a / b⌋: the remainder with the sign of b. */
function remainder(a: number, b: number): number {
  const rest = a % b
  return rest !== 0 && b < 0 !== rest < 0 ? rest + b : rest
}

/** ⌊a / b⌋; by way of the remainder, so that a quotient just below an integer is not rounded up to it. */
function floorDiv(a: number, b: number): number {
  if (b === 0) return a / b
  const rest = a % b
  const quotient = (a - rest) / b - (rest !== 0 && b < 0 !== rest < 0 ? 1 : 0)
  const whole = Math.floor(quotient)
  return quotient - whole > 0.5 ? whole + 1 : whole
}

/** Integers have no infinity: what is divided by 0 gives 0. */
function safe(f: (a: number, b: number) => number): (a: number, b: number) => number {
  return (a, b) => (b === 0 ? 0 : f(a, b))
}

/** The functions of one number. */
export const UNARY: { readonly [K in UnaryOp]: (x: number) => number } = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  reciprocal: (x) => 1 / x,
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  relu: (x) => Math.max(x, 0), // NaN stays
  sigmoid,
  tanh: Math.tanh,
  gelu: (x) => (x === -Infinity ? -0 : x * normalCdf(x)), // the limit, where the product would be NaN
  rsqrt: (x) => 1 / Math.sqrt(x),
  expm1: Math.expm1,
  log1p: Math.log1p,
  log2: Math.log2,
  erf,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  ceil: Math.ceil,
  floor: Math.floor,
  round,
  trunc: Math.trunc,
  logicalNot: (x) => (x === 0 ? 1 : 0),
}

/** The functions of two numbers. NaN wins in maximum and minimum, as in `Math.max`. */
export const BINARY: { readonly [K in BinaryOp]: (a: number, b: number) => number } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow,
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  atan2: Math.atan2,
  fmod: (a, b) => a % b,
  remainder,
  floorDiv,
  truncDiv: (a, b) => Math.trunc(a / b),
  prelu: (a, b) => (a > 0 ? a : a * b),
  reluGrad: (g, y) => (y <= 0 ? 0 : g),
  sigmoidGrad: (g, y) => g * y * (1 - y),
  tanhGrad: (g, y) => g * (1 - y * y),
  geluGrad: (g, x) => g * geluDerivative(x),
}

/** Where 32-bit integers need more than rounding modulo 2³² when the result is stored: products beyond 2⁵³, divisions. */
export const INT_UNARY: { readonly [K in UnaryOp]?: (x: number) => number } = {
  square: (x) => Math.imul(x, x),
}
export const INT_BINARY: { readonly [K in BinaryOp]?: (a: number, b: number) => number } = {
  mul: Math.imul,
  fmod: safe((a, b) => a % b),
  remainder: safe(remainder),
  floorDiv: safe((a, b) => Math.floor(a / b)),
  truncDiv: safe((a, b) => Math.trunc(a / b)),
}

/** The comparisons. */
export const COMPARE: { readonly [K in CompareOp]: (a: number, b: number) => boolean } = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
}
