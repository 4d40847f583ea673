import { track, wantsGrad } from '../autograd/track.js'
import { isFloat } from '../dtype.js'
import { state } from '../state.js'
import type { Tensor } from '../tensor.js'
import { binary, div, mul, neg, pair, sub, type TensorLike, unary } from './arithmetic.js'
import { sumTo } from './broadcast.js'
import { cast } from './cast.js'
import { chosen, eq, ge, where } from './compare.js'
import { checkNumeric, map } from './map.js'

/**
 * Exponential, element by element: $y = e^x$.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { exp, tensor } from '@core/tensor'
 * exp(tensor([0, 1])).toArraySync() // ~> [1, 2.71828]
 * ```
 */
export function exp(x: Tensor): Tensor {
  return map('exp', x, 'y', mul)
}

/**
 * Natural logarithm, element by element: $y = \ln x$; −∞ at 0, NaN below.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { log, tensor } from '@core/tensor'
 * log(tensor([1, 2])).toArraySync() // ~> [0, 0.693147]
 * ```
 */
export function log(x: Tensor): Tensor {
  return map('log', x, 'x', div)
}

/**
 * Square root, element by element: $y = \sqrt{x}$; NaN below 0. Its slope at 0 is infinite.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { sqrt, tensor } from '@core/tensor'
 * sqrt(tensor([4, 9])).toArraySync() // => [2, 3]
 * ```
 */
export function sqrt(x: Tensor): Tensor {
  return map('sqrt', x, 'y', (g, y) => div(g, mul(y, 2)))
}

/**
 * Square, element by element: $y = x^2$.
 *
 * @param x - a float or int32 tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { square, tensor } from '@core/tensor'
 * square(tensor([3, -4])).toArraySync() // => [9, 16]
 * ```
 */
export function square(x: Tensor): Tensor {
  checkNumeric('square', x)
  return track('square', unary('square', x), [x], [x, (g) => mul(mul(g, x), 2)])
}

/**
 * Reciprocal, element by element: $y = 1 / x$.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { reciprocal, tensor } from '@core/tensor'
 * reciprocal(tensor([2, 4])).toArraySync() // => [0.5, 0.25]
 * ```
 */
export function reciprocal(x: Tensor): Tensor {
  return map('reciprocal', x, 'y', (g, y) => neg(mul(g, square(y))))
}

/**
 * Reciprocal of the square root, element by element: $y = 1 / \sqrt{x}$; ∞ at 0, NaN below.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { rsqrt, tensor } from '@core/tensor'
 * rsqrt(tensor([4, 0.25])).toArraySync() // => [0.5, 2]
 * ```
 */
export function rsqrt(x: Tensor): Tensor {
  return map('rsqrt', x, 'y', (g, y) => mul(mul(g, mul(square(y), y)), -0.5))
}

/**
 * Absolute value, element by element: $y = |x|$. The gradient at 0 is 0.
 *
 * @param x - a float or int32 tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { abs, tensor } from '@core/tensor'
 * abs(tensor([-1, 2])).toArraySync() // => [1, 2]
 * ```
 */
export function abs(x: Tensor): Tensor {
  checkNumeric('abs', x)
  return track('abs', unary('abs', x), [x], [x, (g) => mul(g, sign(x))])
}

/**
 * Sign, element by element: −1, 0 or 1; NaN of NaN. Its gradient is 0 everywhere.
 *
 * @param x - a float or int32 tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { sign, tensor } from '@core/tensor'
 * sign(tensor([-3, 0, 5])).toArraySync() // => [-1, 0, 1]
 * ```
 */
export function sign(x: Tensor): Tensor {
  checkNumeric('sign', x)
  return track('sign', unary('sign', x), [], [x, (g) => mul(g, 0)])
}

/**
 * Sine, element by element: $y = \sin x$, x in radians.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { sin, tensor } from '@core/tensor'
 * sin(tensor([0, Math.PI / 2])).toArraySync() // ~> [0, 1]
 * ```
 */
export function sin(x: Tensor): Tensor {
  return map('sin', x, 'x', (g, saved) => mul(g, cos(saved)))
}

/**
 * Cosine, element by element: $y = \cos x$, x in radians.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { cos, tensor } from '@core/tensor'
 * cos(tensor([0, Math.PI])).toArraySync() // ~> [1, -1]
 * ```
 */
export function cos(x: Tensor): Tensor {
  return map('cos', x, 'x', (g, saved) => neg(mul(g, sin(saved))))
}

/** Two operands of one float dtype. */
export function floats(op: string, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  const [x, y] = pair(op, a, b)
  return isFloat(x.dtype) ? [x, y] : [cast(x, state.dtype), cast(y, state.dtype)]
}

/**
 * Power, element by element: $y = a^b$. A negative base has whole powers only (else NaN). Broadcasts as NumPy does.
 * The gradient to the base is 0 where $b = 0$, that to the exponent is 0 where $a = 0$ and $b \ge 0$.
 *
 * @param a - the base: a tensor or a number
 * @param b - the exponent: a tensor or a number; at least one is a tensor
 * @returns a float tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { pow, tensor } from '@core/tensor'
 * pow(tensor([2, 3]), 2).toArraySync() // => [4, 9]
 * ```
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = floats('pow', a, b)
  const out = binary('pow', x, y)
  if (!wantsGrad(x, y)) return out
  const toBase = (g: Tensor) => where(eq(y, 0), 0, mul(g, mul(y, pow(x, sub(y, 1)))))
  const toExponent = (g: Tensor) => {
    const still = cast(cast(eq(x, 0), 'int32').mul(cast(ge(y, 0), 'int32')), 'bool')
    return where(still, 0, mul(g, mul(out, log(x))))
  }
  return track(
    'pow',
    out,
    [x, y, out],
    [x, (g) => sumTo(toBase(g), x.shape)],
    [y, (g) => sumTo(toExponent(g), y.shape)],
  )
}

/**
 * The larger of two, element by element; NaN wins. Broadcasts as NumPy does. Equal values share the gradient.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { maximum, tensor } from '@core/tensor'
 * maximum(tensor([1, 5]), 3).toArraySync() // => [3, 5]
 * ```
 */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair('maximum', a, b)
  const out = binary('maximum', x, y)
  return wantsGrad(x, y) ? chosen('maximum', out, x, y) : out
}

/**
 * The smaller of two, element by element; NaN wins. Broadcasts as NumPy does. Equal values share the gradient.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { minimum, tensor } from '@core/tensor'
 * minimum(tensor([1, 5]), 3).toArraySync() // => [1, 3]
 * ```
 */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair('minimum', a, b)
  const out = binary('minimum', x, y)
  return wantsGrad(x, y) ? chosen('minimum', out, x, y) : out
}
