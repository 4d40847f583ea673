import { ShapeError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { checkAxis, show } from '../../shape.js'
import type { Tensor } from '../../tensor.js'
import { mul } from '../arithmetic.js'
import { checkFloat, checkTensor } from '../run.js'
import { narrow } from '../slicing.js'
import { sigmoid } from './classic.js'

/** Options of {@link glu}. */
export interface GluOptions {
  /** The axis that is halved; counted from the end where negative. Default −1. */
  axis?: number
}

/**
 * Gated linear unit: $y = a \odot \sigma(b)$, a and b the first and the second half of x along an axis (Dauphin et al., 2016).
 *
 * @param x - a float tensor
 * @param options - `axis`
 * @returns a tensor half as long along that axis
 * @throws ShapeError where the axis does not exist or its size is odd
 * @example
 * ```ts
 * import { glu, tensor } from '@core/tensor'
 * glu(tensor([2, 4, 0, 0])).toArraySync() // => [1, 2]
 * ```
 */
export function glu(x: Tensor, options: GluOptions = {}): Tensor {
  const { axis = -1 } = checkOptions('glu', options, ['axis'])
  checkTensor('glu', x)
  checkFloat('glu', x)
  const at = checkAxis('glu', axis, x.shape)
  const size = x.shape[at]!
  if (size % 2 !== 0)
    throw new ShapeError(
      `glu: axis ${axis} of ${show(x.shape)} has ${size} values; it is cut into halves, so the size must be even`,
    )
  return mul(narrow(x, at, 0, size / 2), sigmoid(narrow(x, at, size / 2, size / 2)))
}
