import { track, wantsGrad } from '../../autograd/track.js'
import { OptionError, ShapeError } from '../../errors.js'
import { checkNumber, checkOptions } from '../../options.js'
import { show } from '../../shape.js'
import type { Tensor } from '../../tensor.js'
import { binary, mul } from '../arithmetic.js'
import { reshape, sumTo } from '../broadcast.js'
import { cast } from '../cast.js'
import { gt, lt, where } from '../compare.js'
import { exp, minimum } from '../math.js'
import { checkFloat, checkSameDType, checkTensors } from '../run.js'
import { activate } from './activate.js'

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions {
  /** The slope below 0. Default 0.01. */
  negativeSlope?: number
}

/**
 * Leaky rectifier, element by element: $y = x$ where $x > 0$, else $a x$ (Maas et al., 2013). The gradient at 0 is a.
 *
 * @param x - a float tensor
 * @param options - `negativeSlope`: a
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { leakyRelu, tensor } from '@core/tensor'
 * leakyRelu(tensor([-2, 3]), { negativeSlope: 0.5 }).toArraySync() // => [-1, 3]
 * ```
 */
export function leakyRelu(x: Tensor, options: LeakyReluOptions = {}): Tensor {
  const { negativeSlope = 0.01 } = checkOptions('leakyRelu', options, ['negativeSlope'])
  checkNumber('leakyRelu', 'negativeSlope', negativeSlope)
  return activate('leakyRelu', 'leakyRelu', x, null, { a: negativeSlope })
}

/** y = x > 0 ? b x : a (e^(c x) − 1) */
function exponential(name: string, x: Tensor, a: number, b: number, c: number): Tensor {
  const curvature = (v: Tensor) => {
    // above 0 the power could be infinite, and 0 ∞ is NaN
    return mul(mul(exp(mul(minimum(v, 0), c)), cast(lt(v, 0), v.dtype)), a * c * c)
  }
  return activate(name, 'elu', x, curvature, { a, b, c })
}

/** Options of {@link elu} and {@link celu}. */
export interface EluOptions {
  /** How far it goes below 0: to −α. Default 1. */
  alpha?: number
}

/**
 * Exponential linear unit, element by element: $y = x$ where $x > 0$, else $\alpha (e^x - 1)$ (Clevert et al., 2015). The
 * gradient at 0 is α.
 *
 * @param x - a float tensor
 * @param options - `alpha`
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { elu, tensor } from '@core/tensor'
 * elu(tensor([-1, 2])).toArraySync() // ~> [-0.632121, 2]
 * ```
 */
export function elu(x: Tensor, options: EluOptions = {}): Tensor {
  const { alpha = 1 } = checkOptions('elu', options, ['alpha'])
  return exponential('elu', x, checkNumber('elu', 'alpha', alpha), 1, 1)
}

/**
 * Continuously differentiable exponential linear unit, element by element: $y = x$ where $x > 0$, else
 * $\alpha (e^{x / \alpha} - 1)$ (Barron, 2017). The gradient at 0 is 1 for every α.
 *
 * @param x - a float tensor
 * @param options - `alpha`, not 0
 * @returns a tensor of the same shape
 * @throws OptionError where alpha is 0
 * @example
 * ```ts
 * import { celu, tensor } from '@core/tensor'
 * celu(tensor([-1, 2]), { alpha: 2 }).toArraySync() // ~> [-0.786939, 2]
 * ```
 */
export function celu(x: Tensor, options: EluOptions = {}): Tensor {
  const { alpha = 1 } = checkOptions('celu', options, ['alpha'])
  checkNumber('celu', 'alpha', alpha)
  if (alpha === 0) throw new OptionError('celu: alpha must not be 0, since x is divided by it')
  return exponential('celu', x, alpha, 1, 1 / alpha)
}

const SELU_ALPHA = 1.6732632423543772
const SELU_SCALE = 1.0507009873554805

/**
 * Scaled exponential linear unit, element by element: $y = \lambda x$ where $x > 0$, else $\lambda \alpha (e^x - 1)$, with λ =
 * 1.0507… and α = 1.6732…, which hold mean 0 and variance 1 through layers (Klambauer et al., 2017).
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { selu, tensor } from '@core/tensor'
 * selu(tensor([-1, 1])).toArraySync() // ~> [-1.11133, 1.0507]
 * ```
 */
export function selu(x: Tensor): Tensor {
  return exponential('selu', x, SELU_SCALE * SELU_ALPHA, SELU_SCALE, 1)
}

/**
 * Rectifier with a learned slope, element by element: $y = x$ where $x > 0$, else $w x$ (He et al., 2015). The gradient at 0
 * is w.
 *
 * @param x - a float tensor
 * @param weight - one number for all, or one for each channel (index of axis 1)
 * @returns a tensor of the same shape
 * @throws ShapeError where the weight has neither one value nor as many as there are channels
 * @example
 * ```ts
 * import { prelu, tensor } from '@core/tensor'
 * prelu(tensor([-4, 2]), tensor([0.25])).toArraySync() // => [-1, 2]
 * ```
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  checkTensors('prelu', [x, weight], ['the input', 'the weight'])
  checkFloat('prelu', x)
  checkSameDType('prelu', x, weight, 'the input', 'the weight')
  const channels = x.rank > 1 ? x.shape[1]! : 1
  if (weight.rank > 1 || (weight.size !== 1 && weight.size !== channels))
    throw new ShapeError(
      `prelu: the weight ${show(weight.shape)} must have one value, or one for each channel of the input ${show(x.shape)}` +
        (x.rank > 1 ? `: shape [${channels}]` : ', which has no channels'),
    )
  const w =
    weight.size === 1 ? reshape(weight, []) : reshape(weight, [channels, ...x.shape.slice(2).map(() => 1)])
  const y = binary('prelu', x, w)
  if (!wantsGrad(x, weight)) return y
  return track(
    'prelu',
    y,
    [x, w],
    [x, (g) => mul(g, where(gt(x, 0), 1, w))],
    [w, (g) => sumTo(mul(g, minimum(x, 0)), w.shape)],
  )
}
