import { OptionError } from '../../errors.js'
import { checkNumber, checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor.js'
import { mul } from '../arithmetic.js'
import { cast } from '../cast.js'
import { lt } from '../compare.js'
import { abs } from '../math.js'
import { activate } from './activate.js'

/** Options of {@link hardtanh}. */
export interface HardtanhOptions {
  /** The lower bound. Default −1. */
  min?: number
  /** The upper bound, not below the lower one. Default 1. */
  max?: number
}

/**
 * Hard tanh, element by element: x within bounds, else the bound. The gradient at the bounds is 0; that is how it differs
 * from {@link clamp}.
 *
 * @param x - a float tensor
 * @param options - `min`, `max`
 * @returns a tensor of the same shape
 * @throws OptionError where `min` is above `max`
 * @example
 * ```ts
 * import { hardtanh, tensor } from '@core/tensor'
 * hardtanh(tensor([-2, 0.5, 2])).toArraySync() // => [-1, 0.5, 1]
 * ```
 */
export function hardtanh(x: Tensor, options: HardtanhOptions = {}): Tensor {
  const { min = -1, max = 1 } = checkOptions('hardtanh', options, ['min', 'max'])
  checkNumber('hardtanh', 'min', min)
  checkNumber('hardtanh', 'max', max)
  if (min > max) throw new OptionError(`hardtanh: min must not be above max, got ${min} and ${max}`)
  return activate('hardtanh', 'hardtanh', x, null, { a: min, b: max })
}

/**
 * Rectifier that ends at 6, element by element: $y = \min(\max(x, 0), 6)$. The gradient at 0 and 6 is 0.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { relu6, tensor } from '@core/tensor'
 * relu6(tensor([-1, 3, 8])).toArraySync() // => [0, 3, 6]
 * ```
 */
export function relu6(x: Tensor): Tensor {
  return activate('relu6', 'hardtanh', x, null, { a: 0, b: 6 })
}

/**
 * Hard sigmoid, element by element: $y = \min(\max(x + 3, 0), 6) / 6$, the sigmoid made of three straight lines. The gradient
 * at ±3 is 0.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { hardsigmoid, tensor } from '@core/tensor'
 * hardsigmoid(tensor([-4, 0, 4])).toArraySync() // => [0, 0.5, 1]
 * ```
 */
export function hardsigmoid(x: Tensor): Tensor {
  return activate('hardsigmoid', 'hardsigmoid', x, null)
}

/**
 * Hard swish, element by element: $y = x \min(\max(x + 3, 0), 6) / 6$ (Howard et al., 2019). The gradient at −3 is 0, at 3 it is 1.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { hardswish, tensor } from '@core/tensor'
 * hardswish(tensor([-1.5, 0, 4])).toArraySync() // => [-0.375, 0, 4]
 * ```
 */
export function hardswish(x: Tensor): Tensor {
  return activate('hardswish', 'hardswish', x, (v) => mul(cast(lt(abs(v), 3), v.dtype), 1 / 3))
}

/**
 * Threshold, element by element: x where it is above the threshold, else a value. The gradient at the threshold is 0.
 *
 * @param x - a float tensor
 * @param threshold - what x must be above to stay
 * @param value - what stands for the others
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { tensor, threshold } from '@core/tensor'
 * threshold(tensor([1, 2, 3]), 2, -1).toArraySync() // => [-1, -1, 3]
 * ```
 */
export function threshold(x: Tensor, threshold: number, value: number): Tensor {
  checkNumber('threshold', 'threshold', threshold)
  checkNumber('threshold', 'value', value)
  return activate('threshold', 'threshold', x, null, { a: threshold, b: value })
}
