import { checkOptions } from '../options.js'
import { checkAxes } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { drop, type ReduceOptions, reduceAxes } from './broadcast.js'
import { cast } from './cast.js'
import { checkTensor } from './run.js'

function decide(op: 'any' | 'all', x: Tensor, options: ReduceOptions): Tensor {
  const { axis, keepDim = false } = checkOptions(op, options, ['axis'], ['keepDim'])
  checkTensor(op, x)
  const axes = checkAxes(op, axis, x.shape)
  const kept = reduceAxes(op, cast(x, 'bool'), axes)
  return keepDim ? kept : kept.view(drop(x.shape, axes))
}

/**
 * Whether any value is true (not 0), over all axes or some. NaN is not 0.
 *
 * @param x - any tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`
 * @returns a bool tensor without the reduced axes; of an empty axis false; it has no gradient
 * @throws ShapeError where an axis does not exist
 * @example
 * ```ts
 * import { any, tensor } from '@core/tensor'
 * any(tensor([[0, 0], [0, 3]]), { axis: 1 }).toArraySync() // => [false, true]
 * ```
 */
export function any(x: Tensor, options: ReduceOptions = {}): Tensor {
  return decide('any', x, options)
}

/**
 * Whether all values are true (not 0), over all axes or some. NaN is not 0.
 *
 * @param x - any tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`
 * @returns a bool tensor without the reduced axes; of an empty axis true; it has no gradient
 * @throws ShapeError where an axis does not exist
 * @example
 * ```ts
 * import { all, tensor } from '@core/tensor'
 * all(tensor([[1, 2], [0, 3]]), { axis: 1 }).toArraySync() // => [true, false]
 * ```
 */
export function all(x: Tensor, options: ReduceOptions = {}): Tensor {
  return decide('all', x, options)
}
