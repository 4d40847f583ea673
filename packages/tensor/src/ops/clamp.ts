import { track, wantsGrad } from '../autograd/track.js'
import { isFloat } from '../dtype.js'
import { OptionError } from '../errors.js'
import { isTensor } from '../make.js'
import { checkOptions, describe } from '../options.js'
import type { Tensor } from '../tensor.js'
import { activate } from './activations/activate.js'
import { binary, isTensorLike, pair, type TensorLike } from './arithmetic.js'
import { sumTo } from './broadcast.js'
import { ge, gt, le, lt, where } from './compare.js'
import { checkNumeric } from './map.js'

/** Options of {@link clamp}: at least one of them. */
export interface ClampOptions {
  /** The lower bound: a number, or a tensor that broadcasts. Default: none. */
  min?: TensorLike
  /** The upper bound; it wins where it is below the lower one. Default: none. */
  max?: TensorLike
}

/**
 * Keeps values within bounds, element by element: $y = \min(\max(x, \mathit{min}), \mathit{max})$; NaN stays. The gradient passes at
 * the bounds and between, and is 0 beyond, where it goes to the bound that stands for x.
 *
 * @param x - a float or int32 tensor
 * @param options - `min`, `max`
 * @returns a tensor of the broadcast shape
 * @throws OptionError where neither bound is given; ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { clamp, tensor } from '@core/tensor'
 * clamp(tensor([-2, 0.5, 2]), { min: -1, max: 1 }).toArraySync() // => [-1, 0.5, 1]
 * ```
 */
export function clamp(x: Tensor, options: ClampOptions): Tensor {
  const { min, max } = checkOptions('clamp', options, ['min', 'max'])
  checkNumeric('clamp', x)
  checkBound('min', min)
  checkBound('max', max)
  if (min === undefined && max === undefined)
    throw new OptionError('clamp: give min, max or both, like { min: 0 }')
  if (isFloat(x.dtype) && !isTensor(min) && !isTensor(max))
    return activate('clamp', 'clamp', x, null, { a: min ?? -Infinity, b: max ?? Infinity })
  const above = min === undefined ? x : bounded('maximum', x, min)
  if (max === undefined) return above
  return bounded('minimum', above, max)
}

function checkBound(name: string, bound: unknown): void {
  if (bound !== undefined && (!isTensorLike(bound) || Number.isNaN(bound)))
    throw new OptionError(`clamp: ${name} must be a number or a tensor, got ${describe(bound)}`)
}

// One bound. Unlike maximum and minimum alone, all of the gradient goes to x where x and the bound are equal.
function bounded(op: 'maximum' | 'minimum', a: Tensor, b: TensorLike): Tensor {
  const [x, bound] = pair('clamp', a, b)
  const y = binary(op, x, bound)
  if (!wantsGrad(x, bound)) return y
  const inside = op === 'maximum' ? ge : le
  const beyond = op === 'maximum' ? lt : gt
  return track(
    'clamp',
    y,
    [x, bound],
    [x, (g) => sumTo(where(inside(x, bound), g, 0), x.shape)],
    [bound, (g) => sumTo(where(beyond(x, bound), g, 0), bound.shape)],
  )
}
