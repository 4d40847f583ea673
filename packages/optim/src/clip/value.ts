import { clamp, noGrad } from '@core/tensor'
import { checkNumber, gradientOf, setGradient } from '@core/tensor/extend'
import type { ParameterInput } from '../parameters.js'
import { trained } from './trained.js'

/**
 * Cuts each entry of the gradients to $[-c, c]$: $g \leftarrow \max(-c, \min(g, c))$. Unlike {@link clipGradNorm} it changes their
 * direction. NaN stays.
 *
 * @param parameters - parameters, plain or with their names; those without a gradient are passed over
 * @param clipValue - the bound c, above 0, in the unit of the gradient
 * @throws OptionError where the bound is not above 0, or no parameter has a gradient
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { clipGradValue } from '@nn/optim'
 * const p = new Parameter(tensor([0, 0]))
 * p.mul(tensor([3, -0.5])).sum().backward()
 * clipGradValue([p], 1)
 * p.grad?.toArraySync() // => [1, -0.5]
 * ```
 */
export function clipGradValue(parameters: ParameterInput, clipValue: number): void {
  checkNumber('clipGradValue', 'clipValue', clipValue, 0, Infinity, 'min')
  const all = trained('clipGradValue', parameters)
  noGrad(() => {
    for (const [, p] of all) setGradient(p, clamp(gradientOf(p)!, { min: -clipValue, max: clipValue }))
  })
}
