import { div, maximum, minimum, mul, noGrad, type Tensor, vectorNorm } from '@core/tensor'
import { checkNumber, checkOptions, gradientOf, scaleGradient } from '@core/tensor/extend'
import type { ParameterInput } from '../parameters.js'
import { trained } from './trained.js'

/** Options of {@link clipGradAdaptive}. */
export interface ClipGradAdaptiveOptions {
  /** How long a gradient may be, as a share λ of its weights' length, above 0. Default 0.01. */
  clipping?: number
  /** The least length of weights ε that counts, above 0, so that weights of 0 can move. Default 10⁻³. */
  eps?: number
}

/**
 * Adaptive gradient clipping (Brock et al., 2021): the gradient of each unit i is at most as long as a share of its weights,
 *
 * $$ G_i \leftarrow G_i \cdot \min\left(1, \lambda \frac{\max(\lVert W_i \rVert_2, \epsilon)}{\lVert G_i \rVert_2}\right) $$
 *
 * A unit is an entry of the first axis, a row of a linear layer's weight or a filter of a convolution's; a vector or a single number
 * is one unit. The authors leave out the last linear layer: do not pass its parameters.
 *
 * @param parameters - parameters, plain or with their names; those without a gradient are passed over
 * @param options - `clipping`, `eps`
 * @throws OptionError where an option is not allowed, or no parameter has a gradient
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { clipGradAdaptive } from '@nn/optim'
 * const p = new Parameter(tensor([[3, 4], [0, 0]]))
 * p.mul(tensor([[0, 2], [6, 8]])).sum().backward()
 * clipGradAdaptive([p], { clipping: 0.1, eps: 0.1 })
 * p.grad?.toArraySync() // ~> [[0, 0.5], [0.006, 0.008]]
 * ```
 */
export function clipGradAdaptive(parameters: ParameterInput, options: ClipGradAdaptiveOptions = {}): void {
  const op = 'clipGradAdaptive'
  const { clipping = 0.01, eps = 1e-3 } = checkOptions(op, options, ['clipping', 'eps'])
  checkNumber(op, 'clipping', clipping, 0, Infinity, 'both')
  checkNumber(op, 'eps', eps, 0, Infinity, 'both')
  const all = trained(op, parameters)
  noGrad(() => {
    for (const [, p] of all) {
      const bound = mul(maximum(lengths(p.detach()), eps), clipping)
      scaleGradient(p, minimum(div(bound, lengths(gradientOf(p)!)), 1))
    }
  })
}

/** The length of each unit, in a shape that broadcasts to the tensor's. */
function lengths(x: Tensor): Tensor {
  if (x.rank < 2) return vectorNorm(x)
  return vectorNorm(x, 2, { axis: Array.from({ length: x.rank - 1 }, (_, i) => i + 1), keepDim: true })
}
