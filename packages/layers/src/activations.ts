import { gelu, logSoftmax, relu, sigmoid, softmax, softplus, type Tensor, tanh } from '@core/tensor'
import { Module } from '@nn/module'

/**
 * Rectifier, element by element: $y = \max(x, 0)$.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { ReLU } from '@nn/layers'
 * new ReLU().forward(tensor([-1, 2])).toArraySync() // => [0, 2]
 * ```
 */
export class ReLU extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return relu(x)
  }
}

/**
 * Logistic sigmoid, element by element: $y = 1 / (1 + e^{-x})$.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Sigmoid } from '@nn/layers'
 * new Sigmoid().forward(tensor([0])).toArraySync() // => [0.5]
 * ```
 */
export class Sigmoid extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return sigmoid(x)
  }
}

/**
 * Hyperbolic tangent, element by element: $y = \tanh x$.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Tanh } from '@nn/layers'
 * new Tanh().forward(tensor([0])).toArraySync() // => [0]
 * ```
 */
export class Tanh extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return tanh(x)
  }
}

/**
 * Gaussian error linear unit, element by element: $y = x \, \Phi(x)$ (Hendrycks and Gimpel, 2016), the exact form.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { GELU } from '@nn/layers'
 * new GELU().forward(tensor([0, 1])).toArraySync() // ~> [0, 0.841345]
 * ```
 */
export class GELU extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return gelu(x)
  }
}

/**
 * Softplus, element by element: $y = \ln(1 + e^x)$.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Softplus } from '@nn/layers'
 * new Softplus().forward(tensor([0])).toArraySync() // ~> [0.693147]
 * ```
 */
export class Softplus extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return softplus(x)
  }
}

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
