import { logSoftmax, softmax, softmin, type Tensor } from '@core/tensor'
import { Module } from '@nn/module'

/**
 * Softmax along one axis: $y_i = e^{x_i} / \sum_j e^{x_j}$.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Softmax } from '@nn/layers'
 * new Softmax().forward(tensor([0, 0])).toArraySync() // => [0.5, 0.5]
 * ```
 */
export class Softmax extends Module {
  /** @param axis - the axis; counted from the end where negative. Default −1. */
  constructor(readonly axis = -1) {
    super()
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   * @throws ShapeError where the axis does not exist
   */
  override forward(x: Tensor): Tensor {
    return softmax(x, { axis: this.axis })
  }
}

/**
 * Softmin along one axis: $y_i = e^{-x_i} / \sum_j e^{-x_j}$; the smallest value gets the most.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Softmin } from '@nn/layers'
 * new Softmin().forward(tensor([0, 0])).toArraySync() // => [0.5, 0.5]
 * ```
 */
export class Softmin extends Module {
  /** @param axis - the axis; counted from the end where negative. Default −1. */
  constructor(readonly axis = -1) {
    super()
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   * @throws ShapeError where the axis does not exist
   */
  override forward(x: Tensor): Tensor {
    return softmin(x, { axis: this.axis })
  }
}

/**
 * Logarithm of softmax along one axis: $y_i = x_i - \ln \sum_j e^{x_j}$.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { LogSoftmax } from '@nn/layers'
 * new LogSoftmax().forward(tensor([0, 0])).toArraySync() // ~> [-0.693147, -0.693147]
 * ```
 */
export class LogSoftmax extends Module {
  /** @param axis - the axis; counted from the end where negative. Default −1. */
  constructor(readonly axis = -1) {
    super()
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   * @throws ShapeError where the axis does not exist
   */
  override forward(x: Tensor): Tensor {
    return logSoftmax(x, { axis: this.axis })
  }
}
