import {
  celu,
  type EluOptions,
  elu,
  type LeakyReluOptions,
  leakyRelu,
  OptionError,
  selu,
  type Tensor,
} from '@core/tensor'
import { checkNumber, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'

/**
 * Leaky rectifier, element by element: $y = x$ where $x > 0$, else $a x$ (Maas et al., 2013).
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { LeakyReLU } from '@nn/layers'
 * new LeakyReLU({ negativeSlope: 0.5 }).forward(tensor([-2, 3])).toArraySync() // => [-1, 3]
 * ```
 */
export class LeakyReLU extends Module {
  /** a, the slope below 0. */
  readonly negativeSlope: number

  /**
   * @param options - `negativeSlope` (0.01)
   */
  constructor(options: LeakyReluOptions = {}) {
    super()
    const { negativeSlope = 0.01 } = checkOptions('LeakyReLU', options, ['negativeSlope'])
    this.negativeSlope = checkNumber('LeakyReLU', 'negativeSlope', negativeSlope)
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return leakyRelu(x, { negativeSlope: this.negativeSlope })
  }
}

/**
 * Exponential linear unit, element by element: $y = x$ where $x > 0$, else $\alpha (e^x - 1)$ (Clevert et
 * al., 2015).
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { ELU } from '@nn/layers'
 * new ELU().forward(tensor([-1, 2])).toArraySync() // ~> [-0.632121, 2]
 * ```
 */
export class ELU extends Module {
  /** How far it goes below 0: to −α. */
  readonly alpha: number

  /**
   * @param options - `alpha` (1)
   */
  constructor(options: EluOptions = {}) {
    super()
    const { alpha = 1 } = checkOptions('ELU', options, ['alpha'])
    this.alpha = checkNumber('ELU', 'alpha', alpha)
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return elu(x, { alpha: this.alpha })
  }
}

/**
 * Continuously differentiable exponential linear unit, element by element: $y = x$ where $x > 0$, else
 * $\alpha (e^{x / \alpha} - 1)$ (Barron, 2017).
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { CELU } from '@nn/layers'
 * new CELU({ alpha: 2 }).forward(tensor([-1, 2])).toArraySync() // ~> [-0.786939, 2]
 * ```
 */
export class CELU extends Module {
  /** How far it goes below 0: to −α; not 0. */
  readonly alpha: number

  /**
   * @param options - `alpha` (1)
   * @throws OptionError where alpha is 0
   */
  constructor(options: EluOptions = {}) {
    super()
    const { alpha = 1 } = checkOptions('CELU', options, ['alpha'])
    if (alpha === 0) throw new OptionError('CELU: alpha must not be 0, since x is divided by it')
    this.alpha = checkNumber('CELU', 'alpha', alpha)
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return celu(x, { alpha: this.alpha })
  }
}

/**
 * Scaled exponential linear unit, element by element: $y = \lambda x$ where $x > 0$, else $\lambda \alpha
 * (e^x - 1)$, with λ = 1.0507… and α = 1.6732…, which hold mean 0 and variance 1 through layers (Klambauer et
 * al., 2017).
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { SELU } from '@nn/layers'
 * new SELU().forward(tensor([-1, 1])).toArraySync() // ~> [-1.11133, 1.0507]
 * ```
 */
export class SELU extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return selu(x)
  }
}
