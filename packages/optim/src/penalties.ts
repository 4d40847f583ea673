import { abs, add, mul, OptionError, square, sum, type Tensor } from '@core/tensor'
import { checkNumber } from '@core/tensor/extend'
import { namedIn, type ParameterInput } from './parameters.js'

/**
 * L1 penalty for the objective: $\lambda \sum_i |p_i|$. Its gradient is $\lambda \, \mathrm{sign}(p)$, a pull of the same force at every weight, so
 * weights that do not help become 0.
 *
 * @param parameters - parameters, plain or with their names
 * @param factor - λ, at least 0: loss per unit of weight
 * @returns a single number, to be added to the loss
 * @throws OptionError where there are no parameters or the factor is not allowed
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { l1Penalty } from '@nn/optim'
 * const p = new Parameter(tensor([3, -4]))
 * const penalty = l1Penalty([p], 0.5)
 * penalty.itemSync() // => 3.5
 * penalty.backward()
 * p.grad?.toArraySync() // => [0.5, -0.5]
 * ```
 */
export function l1Penalty(parameters: ParameterInput, factor: number): Tensor {
  return penalty('l1Penalty', parameters, factor, abs)
}

/**
 * L2 penalty for the objective: $\frac{\lambda}{2} \sum_i p_i^2$. Its gradient is $\lambda p$.
 *
 * Three things are called weight decay. This penalty and the option `weightDecay` of `SGD`, `Adam`, `RMSprop` and others add
 * $\lambda p$ to the gradient: they are the same, and what the optimizer does to gradients, like dividing them by their size, it does to this
 * part, too. `AdamW`, `Lion` and `Muon` decouple it: they multiply the weight by $1 - \eta \lambda$ beside the step. For plain SGD all agree.
 *
 * @param parameters - parameters, plain or with their names
 * @param factor - λ, at least 0: twice the loss per squared unit of weight
 * @returns a single number, to be added to the loss
 * @throws OptionError where there are no parameters or the factor is not allowed
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { l2Penalty } from '@nn/optim'
 * const p = new Parameter(tensor([3, -4]))
 * const penalty = l2Penalty([p], 0.5)
 * penalty.itemSync() // => 6.25
 * penalty.backward()
 * p.grad?.toArraySync() // => [1.5, -2]
 * ```
 */
export function l2Penalty(parameters: ParameterInput, factor: number): Tensor {
  return mul(penalty('l2Penalty', parameters, factor, square), 0.5)
}

function penalty(
  op: string,
  parameters: ParameterInput,
  factor: number,
  each: (x: Tensor) => Tensor,
): Tensor {
  checkNumber(op, 'factor', factor, 0, Infinity, 'max')
  const all = namedIn(op, parameters).map(([, p]) => sum(each(p)))
  if (all.length === 0)
    throw new OptionError(
      `${op}: there are no parameters; pass model.parameters() or model.namedParameters()`,
    )
  return mul(
    all.reduce((a, b) => add(a, b)),
    factor,
  )
}
