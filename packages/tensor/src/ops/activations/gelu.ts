import { OptionError } from '../../errors.js'
import { checkOptions, describe } from '../../options.js'
import type { Tensor } from '../../tensor.js'
import { add, mul, sub } from '../arithmetic.js'
import { square } from '../math.js'
import { activate } from './activate.js'
import { exactGelu, sigmoid } from './classic.js'

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** 'none': the exact form; 'tanh': the approximation by a tanh that many published networks were trained with. Default 'none'. */
  approximate?: 'none' | 'tanh'
}

const TWICE_ROOT = 1.5957691216057308 // √(8/π)
const CUBIC = 0.044715

// x σ(v) with v = r (x + c x³), as ½ (1 + tanh(v / 2)) = σ(v); its second derivative is 2 s′ + x s″, with s = σ(v),
// s′ = s (1 − s) v′, s″ = s (1 − s) ((1 − 2 s) v′² + v″).
function curvature(x: Tensor): Tensor {
  const q = square(x)
  const s = sigmoid(mul(x, add(mul(q, TWICE_ROOT * CUBIC), TWICE_ROOT)))
  const first = add(mul(q, 3 * TWICE_ROOT * CUBIC), TWICE_ROOT)
  const bend = add(mul(sub(1, mul(s, 2)), square(first)), mul(x, 6 * TWICE_ROOT * CUBIC))
  return mul(mul(s, sub(1, s)), add(mul(first, 2), mul(x, bend)))
}

/**
 * Gaussian error linear unit, element by element: $y = x \, \Phi(x)$, Φ the distribution function of the standard
 * normal distribution (Hendrycks and Gimpel, 2016); or its approximation
 * $\frac{x}{2} \left(1 + \tanh\left(\sqrt{2/\pi} \, (x + 0.044715 \, x^3)\right)\right)$.
 *
 * @param x - a float tensor
 * @param options - `approximate`: 'none' or 'tanh'
 * @returns a tensor of the same shape
 * @throws OptionError where `approximate` is neither
 * @example
 * ```ts
 * import { gelu, tensor } from '@core/tensor'
 * gelu(tensor([-1, 0, 1])).toArraySync() // ~> [-0.158655, 0, 0.841345]
 * gelu(tensor([-1, 0, 1]), { approximate: 'tanh' }).toArraySync() // ~> [-0.158808, 0, 0.841192]
 * ```
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  const { approximate = 'none' } = checkOptions('gelu', options, ['approximate'])
  if (approximate !== 'none' && approximate !== 'tanh')
    throw new OptionError(`gelu: approximate must be 'none' or 'tanh', got ${describe(approximate)}`)
  return approximate === 'tanh' ? activate('gelu', 'geluTanh', x, curvature) : exactGelu(x)
}
