import { OptionError } from '../../errors.js'
import { checkNumber, checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor.js'
import { add, div, mul, neg, sub } from '../arithmetic.js'
import { cast } from '../cast.js'
import { lt } from '../compare.js'
import { abs, sign, square } from '../math.js'
import { activate } from './activate.js'
import { sigmoid, tanh } from './classic.js'

/** σ(x) (1 − σ(x)), the slope of the sigmoid. */
function bell(x: Tensor): Tensor {
  const s = sigmoid(x)
  return mul(s, sub(1, s))
}

/**
 * Sigmoid linear unit or swish, element by element: $y = x \, \sigma(x)$ (Elfwing et al., 2017).
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { silu, tensor } from '@core/tensor'
 * silu(tensor([-1, 0, 1])).toArraySync() // ~> [-0.268941, 0, 0.731059]
 * ```
 */
export function silu(x: Tensor): Tensor {
  return activate('silu', 'silu', x, (v) => {
    const s = sigmoid(v)
    return mul(mul(s, sub(1, s)), add(mul(v, sub(1, mul(s, 2))), 2))
  })
}

/**
 * Mish, element by element: $y = x \tanh(\ln(1 + e^x))$ (Misra, 2019).
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { mish, tensor } from '@core/tensor'
 * mish(tensor([-1, 0, 1])).toArraySync() // ~> [-0.303401, 0, 0.865098]
 * ```
 */
export function mish(x: Tensor): Tensor {
  // with t = tanh(softplus(x)) and s = σ(x): (1 − t²) s (2 + x (1 − s) − 2 x t s)
  return activate('mish', 'mish', x, (v) => {
    const s = sigmoid(v)
    const t = tanh(softplus(v))
    const bend = add(mul(v, sub(sub(1, s), mul(mul(t, s), 2))), 2)
    return mul(mul(sub(1, square(t)), s), bend)
  })
}

/** Options of {@link softplus}. */
export interface SoftplusOptions {
  /** How sharp the bend is: the larger, the nearer to a rectifier. Not 0. Default 1. */
  beta?: number
  /** Where β x is above it, y = x. Default 20. */
  threshold?: number
}

/**
 * Softplus, element by element, a smooth rectifier: $y = \frac{1}{\beta} \ln(1 + e^{\beta x})$, or x where $\beta x$ is above the
 * threshold, where both are the same but for the last digits. Stable for large |x|.
 *
 * @param x - a float tensor
 * @param options - `beta`, `threshold`
 * @returns a tensor of the same shape
 * @throws OptionError where beta is 0
 * @example
 * ```ts
 * import { softplus, tensor } from '@core/tensor'
 * softplus(tensor([0, 100])).toArraySync() // ~> [0.693147, 100]
 * ```
 */
export function softplus(x: Tensor, options: SoftplusOptions = {}): Tensor {
  const { beta = 1, threshold = 20 } = checkOptions('softplus', options, ['beta', 'threshold'])
  checkNumber('softplus', 'beta', beta)
  if (beta === 0) throw new OptionError('softplus: beta must not be 0, since the result is divided by it')
  checkNumber('softplus', 'threshold', threshold)
  const curvature = (v: Tensor) => {
    const z = mul(v, beta)
    return mul(mul(bell(z), beta), cast(lt(z, threshold), v.dtype))
  }
  return activate('softplus', 'softplus', x, curvature, { a: beta, b: threshold })
}

/**
 * Logarithm of the sigmoid, element by element: $y = \ln \sigma(x) = -\ln(1 + e^{-x})$; stable for large |x|.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { logsigmoid, tensor } from '@core/tensor'
 * logsigmoid(tensor([0, -100])).toArraySync() // ~> [-0.693147, -100]
 * ```
 */
export function logsigmoid(x: Tensor): Tensor {
  return activate('logsigmoid', 'logSigmoid', x, (v) => neg(bell(v)))
}

/**
 * Softsign, element by element: $y = x / (1 + |x|)$, between −1 and 1.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { softsign, tensor } from '@core/tensor'
 * softsign(tensor([-3, 0, 1])).toArraySync() // => [-0.75, 0, 0.5]
 * ```
 */
export function softsign(x: Tensor): Tensor {
  return activate('softsign', 'softsign', x, (v) => {
    const w = add(abs(v), 1)
    return div(mul(sign(v), -2), mul(square(w), w))
  })
}

/**
 * What tanh takes away, element by element: $y = x - \tanh x$.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { tanhshrink, tensor } from '@core/tensor'
 * tanhshrink(tensor([0, 1])).toArraySync() // ~> [0, 0.238406]
 * ```
 */
export function tanhshrink(x: Tensor): Tensor {
  return activate('tanhshrink', 'tanhshrink', x, (v) => {
    const t = tanh(v)
    return mul(mul(t, 2), sub(1, square(t)))
  })
}
