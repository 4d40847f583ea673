import { track } from '../autograd/track.js'
import { isFloat } from '../dtype.js'
import type { Tensor } from '../tensor.js'
import { unary } from './arithmetic.js'
import { checkNumeric } from './map.js'
import { filled } from './run.js'

// A staircase is flat between its steps: the gradient is 0 everywhere. Integers are what they are.
function rounded(op: 'ceil' | 'floor' | 'round' | 'trunc', x: Tensor): Tensor {
  checkNumeric(op, x)
  if (!isFloat(x.dtype)) return x
  return track(op, unary(op, x), [], [x, (g) => filled(0, g.shape, g.dtype, g.backend)])
}

/**
 * The smallest integer that is not below, element by element: $y = \lceil x \rceil$. Its gradient is 0.
 *
 * @param x - a float or int32 tensor
 * @returns a tensor of the same shape and dtype
 * @example
 * ```ts
 * import { ceil, tensor } from '@core/tensor'
 * ceil(tensor([1.2, -1.2])).toArraySync() // => [2, -1]
 * ```
 */
export function ceil(x: Tensor): Tensor {
  return rounded('ceil', x)
}

/**
 * The largest integer that is not above, element by element: $y = \lfloor x \rfloor$. Its gradient is 0.
 *
 * @param x - a float or int32 tensor
 * @returns a tensor of the same shape and dtype
 * @example
 * ```ts
 * import { floor, tensor } from '@core/tensor'
 * floor(tensor([1.8, -1.2])).toArraySync() // => [1, -2]
 * ```
 */
export function floor(x: Tensor): Tensor {
  return rounded('floor', x)
}

/**
 * The nearest integer, element by element; halves go to the even one, so that they do not add up. Its gradient is 0.
 *
 * @param x - a float or int32 tensor
 * @returns a tensor of the same shape and dtype
 * @example
 * ```ts
 * import { round, tensor } from '@core/tensor'
 * round(tensor([0.5, 1.5, 2.6])).toArraySync() // => [0, 2, 3]
 * ```
 */
export function round(x: Tensor): Tensor {
  return rounded('round', x)
}

/**
 * The integer part, element by element: what stands before the point. Its gradient is 0.
 *
 * @param x - a float or int32 tensor
 * @returns a tensor of the same shape and dtype
 * @example
 * ```ts
 * import { tensor, trunc } from '@core/tensor'
 * trunc(tensor([1.8, -1.8])).toArraySync() // => [1, -1]
 * ```
 */
export function trunc(x: Tensor): Tensor {
  return rounded('trunc', x)
}
