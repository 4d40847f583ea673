import { hardshrink, type ShrinkOptions, softshrink, type Tensor } from '@core/tensor'
import { checkNumber, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'

/**
 * Hard shrinkage, element by element: 0 where $|x| \le \lambda$, else x.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Hardshrink } from '@nn/layers'
 * new Hardshrink().forward(tensor([-1, 0.25, 1])).toArraySync() // => [-1, 0, 1]
 * ```
 */
export class Hardshrink extends Module {
  /** λ, half the width of the zone around 0. */
  readonly lambda: number

  /**
   * @param options - `lambda` (0.5)
   */
  constructor(options: ShrinkOptions = {}) {
    super()
    const { lambda = 0.5 } = checkOptions('Hardshrink', options, ['lambda'])
    this.lambda = checkNumber('Hardshrink', 'lambda', lambda)
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return hardshrink(x, { lambda: this.lambda })
  }
}

/**
 * Soft shrinkage, element by element: x moved by λ towards 0.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Softshrink } from '@nn/layers'
 * new Softshrink().forward(tensor([-1, 0.25, 1])).toArraySync() // => [-0.5, 0, 0.5]
 * ```
 */
export class Softshrink extends Module {
  /** λ, by how much; at least 0. */
  readonly lambda: number

  /**
   * @param options - `lambda` (0.5)
   * @throws OptionError where lambda is negative
   */
  constructor(options: ShrinkOptions = {}) {
    super()
    const { lambda = 0.5 } = checkOptions('Softshrink', options, ['lambda'])
    this.lambda = checkNumber('Softshrink', 'lambda', lambda, 0)
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return softshrink(x, { lambda: this.lambda })
  }
}
