import { type GeluOptions, gelu, OptionError, type Tensor } from '@core/tensor'
import { checkOptions, describe } from '@core/tensor/extend'
import { Module } from '@nn/module'

/**
 * Gaussian error linear unit, element by element: $y = x \, \Phi(x)$ (Hendrycks and Gimpel, 2016), in its exact form or
 * approximated by $\frac{x}{2} \left(1 + \tanh\left(\sqrt{2/\pi} \, (x + 0.044715 \, x^3)\right)\right)$.
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
  /** Which form: 'none' is the exact one. */
  readonly approximate: 'none' | 'tanh'

  /**
   * @param options - `approximate`: 'none' or 'tanh' ('none')
   * @throws OptionError where it is neither
   */
  constructor(options: GeluOptions = {}) {
    super()
    const { approximate = 'none' } = checkOptions('GELU', options, ['approximate'])
    if (approximate !== 'none' && approximate !== 'tanh')
      throw new OptionError(`GELU: approximate must be 'none' or 'tanh', got ${describe(approximate)}`)
    this.approximate = approximate
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return gelu(x, { approximate: this.approximate })
  }
}
