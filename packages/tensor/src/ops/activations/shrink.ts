import { checkNumber, checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor.js'
import { activate } from './activate.js'

/** Options of {@link hardshrink} and {@link softshrink}. */
export interface ShrinkOptions {
  /** λ, half the width of the zone around 0. Default 0.5. */
  lambda?: number
}

/**
 * Hard shrinkage, element by element: 0 where $|x| \le \lambda$, else x. The gradient at ±λ is 0.
 *
 * @param x - a float tensor
 * @param options - `lambda`
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { hardshrink, tensor } from '@core/tensor'
 * hardshrink(tensor([-1, 0.25, 1])).toArraySync() // => [-1, 0, 1]
 * ```
 */
export function hardshrink(x: Tensor, options: ShrinkOptions = {}): Tensor {
  const { lambda = 0.5 } = checkOptions('hardshrink', options, ['lambda'])
  return activate('hardshrink', 'hardshrink', x, null, { a: checkNumber('hardshrink', 'lambda', lambda) })
}

/**
 * Soft shrinkage, element by element: what is left of x when it is moved by λ towards 0, the step that an L1 penalty
 * takes. The gradient at ±λ is 0.
 *
 * @param x - a float tensor
 * @param options - `lambda`, at least 0
 * @returns a tensor of the same shape
 * @throws OptionError where lambda is negative
 * @example
 * ```ts
 * import { softshrink, tensor } from '@core/tensor'
 * softshrink(tensor([-1, 0.25, 1])).toArraySync() // => [-0.5, 0, 0.5]
 * ```
 */
export function softshrink(x: Tensor, options: ShrinkOptions = {}): Tensor {
  const { lambda = 0.5 } = checkOptions('softshrink', options, ['lambda'])
  return activate('softshrink', 'softshrink', x, null, { a: checkNumber('softshrink', 'lambda', lambda, 0) })
}
