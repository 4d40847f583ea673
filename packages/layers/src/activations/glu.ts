import { glu, type Tensor } from '@core/tensor'
import { Module } from '@nn/module'

/**
 * Gated linear unit: $y = a \odot \sigma(b)$, a and b the first and the second half of x along an axis (Dauphin et al., 2016).
 *
 * Input of any shape, even along the axis; output half as long there.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { GLU } from '@nn/layers'
 * new GLU().forward(tensor([2, 4, 0, 0])).toArraySync() // => [1, 2]
 * ```
 */
export class GLU extends Module {
  /** @param axis - the axis that is halved; counted from the end where negative. Default −1. */
  constructor(readonly axis = -1) {
    super()
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor half as long along the axis
   * @throws ShapeError where the axis does not exist or its size is odd
   */
  override forward(x: Tensor): Tensor {
    return glu(x, { axis: this.axis })
  }
}
