import { relu, sigmoid, type Tensor, tanh } from '@core/tensor'
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
