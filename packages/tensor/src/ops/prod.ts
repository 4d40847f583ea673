import { track, wantsGrad } from '../autograd/track.js'
import { checkOptions } from '../options.js'
import { checkAxes, sizeOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { mul } from './arithmetic.js'
import { type CastReduceOptions, drop, ones, reduceAxes, reshape } from './broadcast.js'
import { cast } from './cast.js'
import { permute } from './movement.js'
import { checkTensor } from './run.js'
import { others } from './scan.js'

/**
 * Product of the values, over all axes or some: $y = \prod_i x_i$. The gradient is right where values are 0, too.
 *
 * @param x - any tensor
 * @param options - `axis`: number, or list of numbers; `keepDim`; `dtype` to compute in
 * @returns the tensor without the reduced axes; of an empty axis 1; int32 where x is bool
 * @throws ShapeError where an axis does not exist
 * @example
 * ```ts
 * import { prod, tensor } from '@core/tensor'
 * prod(tensor([[1, 2], [3, 4]]), { axis: 1 }).toArraySync() // => [2, 12]
 * ```
 */
export function prod(x: Tensor, options: CastReduceOptions = {}): Tensor {
  const { axis, keepDim = false, dtype } = checkOptions('prod', options, ['axis', 'dtype'], ['keepDim'])
  checkTensor('prod', x)
  const values = cast(x, dtype ?? (x.dtype === 'bool' ? 'int32' : x.dtype))
  const axes = checkAxes('prod', axis, x.shape)
  const kept = reduceAxes('prod', values, axes)
  const y = keepDim ? kept : kept.view(drop(x.shape, axes))
  if (!wantsGrad(values)) return y
  const through = ones(x.shape, axes)
  return track('prod', y, [values], [values, (g) => mul(reshape(g, through), rest(values, axes))])
}

/** The product of all other values that are reduced together with each: with the reduced axes brought to the end. */
function rest(x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i))
  const order = [...kept, ...axes]
  const n = sizeOf(axes.map((i) => x.shape[i]!))
  const moved = permute(x, order)
  const outer = sizeOf(kept.map((i) => x.shape[i]!))
  return permute(
    others(moved, { at: 1, outer, n, inner: 1 }),
    order.map((_, i) => order.indexOf(i)),
  )
}
