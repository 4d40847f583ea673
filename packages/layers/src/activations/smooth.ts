import {
  logsigmoid,
  mish,
  OptionError,
  type SoftplusOptions,
  silu,
  softplus,
  softsign,
  type Tensor,
  tanhshrink,
} from '@core/tensor'
import { checkNumber, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'

/**
 * Sigmoid linear unit or swish, element by element: $y = x \, \sigma(x)$ (Elfwing et al., 2017).
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { SiLU } from '@nn/layers'
 * new SiLU().forward(tensor([0, 1])).toArraySync() // ~> [0, 0.731059]
 * ```
 */
export class SiLU extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return silu(x)
  }
}

/**
 * Mish, element by element: $y = x \tanh(\ln(1 + e^x))$ (Misra, 2019).
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Mish } from '@nn/layers'
 * new Mish().forward(tensor([0, 1])).toArraySync() // ~> [0, 0.865098]
 * ```
 */
export class Mish extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return mish(x)
  }
}

/**
 * Softplus, element by element, a smooth rectifier: $y = \frac{1}{\beta} \ln(1 + e^{\beta x})$; x itself
 * where $\beta x$ is above the threshold.
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
  /** How sharp the bend is; not 0. */
  readonly beta: number
  /** Where β x is above it, y = x. */
  readonly threshold: number

  /**
   * @param options - `beta` (1), `threshold` (20)
   * @throws OptionError where beta is 0
   */
  constructor(options: SoftplusOptions = {}) {
    super()
    const { beta = 1, threshold = 20 } = checkOptions('Softplus', options, ['beta', 'threshold'])
    if (beta === 0) throw new OptionError('Softplus: beta must not be 0, since the result is divided by it')
    this.beta = checkNumber('Softplus', 'beta', beta)
    this.threshold = checkNumber('Softplus', 'threshold', threshold)
  }

  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return softplus(x, { beta: this.beta, threshold: this.threshold })
  }
}

/**
 * Logarithm of the sigmoid, element by element: $y = -\ln(1 + e^{-x})$.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { LogSigmoid } from '@nn/layers'
 * new LogSigmoid().forward(tensor([0])).toArraySync() // ~> [-0.693147]
 * ```
 */
export class LogSigmoid extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return logsigmoid(x)
  }
}

/**
 * Softsign, element by element: $y = x / (1 + |x|)$, between −1 and 1.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Softsign } from '@nn/layers'
 * new Softsign().forward(tensor([-3, 1])).toArraySync() // => [-0.75, 0.5]
 * ```
 */
export class Softsign extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return softsign(x)
  }
}

/**
 * What tanh takes away, element by element: $y = x - \tanh x$.
 *
 * Input and output of any shape, float.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Tanhshrink } from '@nn/layers'
 * new Tanhshrink().forward(tensor([0, 1])).toArraySync() // ~> [0, 0.238406]
 * ```
 */
export class Tanhshrink extends Module {
  /**
   * Applies the function.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return tanhshrink(x)
  }
}
