import {
  add,
  div,
  log,
  lt,
  mul,
  noGrad,
  ShapeError,
  square,
  sub,
  type Tensor,
  unsqueeze,
  where,
} from '@core/tensor'
import { checkNumber, checkTensors, show } from '@core/tensor/extend'
import { checkAlike, checkLoss, checkReal, type LossOptions, reduceLoss } from './reduction.js'

/** Options of {@link gaussianNll}. */
export interface GaussianNllOptions extends LossOptions {
  /** Adds the constant $\frac{1}{2} \ln 2\pi$. Default false. */
  full?: boolean
  /** The least variance, above 0; smaller ones count as this, and still get their gradient. Default 1e−6. */
  eps?: number
}

/**
 * Negative log-likelihood of a normal distribution of which the model gives mean and variance (Nix and Weigend, 1994):
 * $\ell = \frac{1}{2} \left( \ln v + \frac{(x - t)^2}{v} \right)$ with $v = \max(\mathit{variance}, \varepsilon)$.
 *
 * Unit: nats.
 *
 * @param input - means, float, of any shape
 * @param target - what they should have been, of the same shape
 * @param variance - float, of the same shape; without the last dimension or with 1 in one of them where values share it
 * @param options - `full` (false), `eps` (1e−6), `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each value
 * @throws ShapeError where the shapes do not fit; OptionError where ε is not above 0
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { gaussianNll } from '@nn/losses'
 * gaussianNll(tensor([1, 2]), tensor([1, 4]), tensor([1, 4]), { reduction: 'none' }).toArraySync() // ~> [0, 1.193147]
 * ```
 */
export function gaussianNll(
  input: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNllOptions = {},
): Tensor {
  const op = 'gaussianNll'
  const { full = false, eps = 1e-6, reduction = 'mean' } = checkLoss(op, options, ['eps'], ['full'])
  checkNumber(op, 'eps', eps, 0, Infinity, 'both')
  checkAlike(op, input, target)
  const v = bounded(fitted(op, variance, input), eps)
  const losses = mul(add(log(v), div(square(sub(input, target)), v)), 0.5)
  return reduceLoss(full ? add(losses, 0.5 * Math.log(2 * Math.PI)) : losses, reduction)
}

function fitted(op: string, variance: Tensor, input: Tensor): Tensor {
  checkTensors(op, [input, variance], ['the input', 'the variance'])
  checkReal(op, variance, 'variance')
  if (input.rank > 0 && show(variance.shape) === show(input.shape.slice(0, -1)))
    return unsqueeze(variance, -1)
  const different = variance.shape.filter((n, i) => n !== input.shape[i])
  if (variance.rank !== input.rank || different.length > 1 || (different[0] ?? 1) !== 1)
    throw new ShapeError(
      `${op}: the variance ${show(variance.shape)} does not fit the input ${show(input.shape)}; give the same shape, or leave out the last dimension, or 1 in one of them`,
    )
  return variance
}

/** max(v, ε) with the gradient of v. */
function bounded(v: Tensor, eps: number): Tensor {
  const missing = noGrad(() => where(lt(v, eps), sub(eps, v), 0))
  return add(v, missing)
}
