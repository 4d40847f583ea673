import { add, div, minimum, noGrad, OptionError, sqrt, type Tensor } from '@core/tensor'
import { checkNumber, gradientOf, scaleGradient, sumSquares } from '@core/tensor/extend'
import { namedIn, type ParameterInput } from './parameters.js'

/**
 * Scales all gradients together so that their norm is at most a bound, against gradients that explode
 * (Pascanu et al., 2013): $g \leftarrow g \cdot \min(1, c / (\lVert g \rVert + 10^{-6}))$.
 *
 * @param parameters - parameters, plain or with their names; those without a gradient are passed over
 * @param maxNorm - the bound c, above 0, in the unit of the gradient
 * @returns the norm before, a single number
 * @throws OptionError where the bound is not above 0
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { clipGradNorm } from '@nn/optim'
 * const p = new Parameter(tensor([0, 0]))
 * p.mul(tensor([3, 4])).sum().backward()
 * clipGradNorm([p], 1).itemSync() // => 5
 * p.grad?.toArraySync() // ~> [0.6, 0.8]
 * ```
 */
export function clipGradNorm(parameters: ParameterInput, maxNorm: number): Tensor {
  checkNumber('clipGradNorm', 'maxNorm', maxNorm, 0, Infinity, 'min')
  const all = namedIn('clipGradNorm', parameters).map(([, p]) => p)
  const trained = all.filter((p) => gradientOf(p) !== null)
  if (trained.length === 0)
    throw new OptionError('clipGradNorm: no parameter has a gradient; call it between backward() and step()')
  return noGrad(() => {
    const norm = sqrt(trained.map((p) => sumSquares(gradientOf(p)!)).reduce((a, b) => add(a, b)))
    const factor = minimum(div(maxNorm, add(norm, 1e-6)), 1)
    for (const p of trained) scaleGradient(p, factor)
    return norm
  })
}
