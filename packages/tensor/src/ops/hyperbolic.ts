import type { Tensor } from '../tensor.js'
import { mul } from './arithmetic.js'
import { map } from './map.js'

/**
 * Hyperbolic sine, element by element: $y = (e^x - e^{-x}) / 2$.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { sinh, tensor } from '@core/tensor'
 * sinh(tensor([0, 1])).toArraySync() // ~> [0, 1.175201]
 * ```
 */
export function sinh(x: Tensor): Tensor {
  return map('sinh', x, 'x', (g, saved) => mul(g, cosh(saved)))
}

/**
 * Hyperbolic cosine, element by element: $y = (e^x + e^{-x}) / 2$.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { cosh, tensor } from '@core/tensor'
 * cosh(tensor([0, 1])).toArraySync() // ~> [1, 1.543081]
 * ```
 */
export function cosh(x: Tensor): Tensor {
  return map('cosh', x, 'x', (g, saved) => mul(g, sinh(saved)))
}
