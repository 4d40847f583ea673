import {
  abs,
  acos,
  add,
  asin,
  atan,
  atan2,
  ceil,
  clamp,
  cos,
  cosh,
  div,
  eq,
  erf,
  exp,
  expm1,
  floor,
  fmod,
  ge,
  gt,
  isfinite,
  isinf,
  isnan,
  le,
  log,
  log1p,
  log2,
  logicalAnd,
  logicalNot,
  logicalOr,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  neg,
  pow,
  reciprocal,
  remainder,
  round,
  rsqrt,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  sub,
  type Tensor,
  tan,
  where,
} from '@core/tensor'
import { binary, type OpAdapter, op, unary } from '../adapters.ts'
import type { Args } from '../args.ts'

/** Sum or difference, the second operand times `alpha`. */
function scaled(f: typeof add): OpAdapter {
  return op('input other alpha', (a) => {
    const other = a.tensorLike('other')
    const alpha = a.number('alpha', 1)
    if (alpha === 1) return f(a.tensorLike('input'), other)
    return f(a.tensorLike('input'), typeof other === 'number' ? other * alpha : mul(other, alpha))
  })
}

/** A quotient with or without rounding. */
const quotient = op('input other', (a) => {
  const roundingMode = a.has('rounding_mode') ? a.string('rounding_mode') : undefined
  const options = roundingMode === undefined ? {} : { roundingMode: roundingMode as 'floor' | 'trunc' }
  return div(a.tensorLike('input'), a.tensorLike('other'), options)
})

function bound(a: Args, name: 'min' | 'max'): { min?: Tensor | number; max?: Tensor | number } {
  return a.has(name) ? { [name]: a.tensorLike(name) } : {}
}

/** Arithmetic, comparison, logic, rounding, powers, exponentials, trigonometry. */
export const ELEMENTWISE: Readonly<Record<string, OpAdapter>> = {
  abs: unary(abs),
  acos: unary(acos),
  add: scaled(add),
  asin: unary(asin),
  atan: unary(atan),
  atan2: binary(atan2),
  ceil: unary(ceil),
  clamp: op('input min max', (a) => clamp(a.tensor('input'), { ...bound(a, 'min'), ...bound(a, 'max') })),
  cos: unary(cos),
  cosh: unary(cosh),
  'div.floor_rounding': quotient,
  'div.no_rounding_mode': quotient,
  'div.trunc_rounding': quotient,
  eq: binary(eq),
  erf: unary(erf),
  exp: unary(exp),
  expm1: unary(expm1),
  floor: unary(floor),
  fmod: binary(fmod),
  ge: binary(ge),
  gt: binary(gt),
  isfinite: unary(isfinite),
  isinf: unary(isinf),
  isnan: unary(isnan),
  le: binary(le),
  log: unary(log),
  log1p: unary(log1p),
  log2: unary(log2),
  logical_and: binary(logicalAnd),
  logical_not: unary(logicalNot),
  logical_or: binary(logicalOr),
  lt: binary(lt),
  'max.binary': binary(maximum),
  maximum: binary(maximum),
  'min.binary': binary(minimum),
  minimum: binary(minimum),
  mul: binary(mul),
  ne: binary(ne),
  neg: unary(neg),
  pow: binary(pow),
  reciprocal: unary(reciprocal),
  remainder: binary(remainder),
  round: op('input', (a) => {
    if (a.number('decimals', 0) !== 0) throw a.unsupported('decimals')
    return round(a.tensor('input'))
  }),
  rsqrt: unary(rsqrt),
  sign: unary(sign),
  sin: unary(sin),
  sinh: unary(sinh),
  sqrt: unary(sqrt),
  square: unary(square),
  sub: scaled(sub),
  tan: unary(tan),
  // The test data base gives `self` first: where(condition, self, other).
  where: op('self condition other', (a) =>
    where(a.tensor('condition'), a.tensorLike('self'), a.tensorLike('other')),
  ),
}
