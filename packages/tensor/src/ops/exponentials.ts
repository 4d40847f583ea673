import type { Tensor } from '../tensor.js'
import { add, div, mul } from './arithmetic.js'
import { map } from './map.js'
import { exp, square } from './math.js'

/**
 * Exponential less one, element by element: $y = e^x - 1$; exact for small x.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { expm1, tensor } from '@core/tensor'
 * expm1(tensor([0, 1])).toArraySync() // ~> [0, 1.71828]
 * ```
 */
export function expm1(x: Tensor): Tensor {
  return map('expm1', x, 'y', (g, y) => mul(g, add(y, 1)))
}

/**
 * Logarithm of one plus x, element by element: $y = \ln(1 + x)$; exact for small x, −∞ at −1, NaN below.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { log1p, tensor } from '@core/tensor'
 * log1p(tensor([0, 1])).toArraySync() // ~> [0, 0.693147]
 * ```
 */
export function log1p(x: Tensor): Tensor {
  return map('log1p', x, 'x', (g, saved) => div(g, add(saved, 1)))
}

/**
 * Logarithm to base 2, element by element: $y = \log_2 x$; exact for powers of 2, −∞ at 0, NaN below.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { log2, tensor } from '@core/tensor'
 * log2(tensor([1, 8])).toArraySync() // => [0, 3]
 * ```
 */
export function log2(x: Tensor): Tensor {
  return map('log2', x, 'x', (g, saved) => div(g, mul(saved, Math.LN2)))
}

/**
 * Error function, element by element: $y = \frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2} \, dt$, between −1 and 1.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { erf, tensor } from '@core/tensor'
 * erf(tensor([0, 1])).toArraySync() // ~> [0, 0.842701]
 * ```
 */
export function erf(x: Tensor): Tensor {
  return map('erf', x, 'x', (g, saved) => mul(g, mul(exp(mul(square(saved), -1)), 2 / Math.sqrt(Math.PI))))
}
