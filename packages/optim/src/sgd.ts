import { OptionError, type Parameter } from '@core/tensor'
import { checkNumber, gradientOf, updateInPlace } from '@core/tensor/extend'
import { checkAmounts } from './checks.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link SGD}. */
export interface SGDOptions {
  /** Learning rate η, at least 0: how far a step goes, in units of the parameter per unit of gradient. */
  lr: number
  /** Momentum μ, at least 0: how much of the last step's direction stays. Default 0. */
  momentum?: number
  /** Dampening τ of the gradient that enters the momentum. Default 0. */
  dampening?: number
  /** L2 factor λ, at least 0: λ times the parameter is added to its gradient. Default 0. */
  weightDecay?: number
  /** Nesterov's momentum; needs momentum and no dampening. Default false. */
  nesterov?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = {
  lr: undefined,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  maximize: false,
}

/**
 * Stochastic gradient descent, with momentum (Polyak, 1964), Nesterov's momentum (Sutskever et al., 2013) and weight
 * decay:
 *
 * $$
 * \begin{aligned}
 * d &= \nabla + \lambda p \\
 * v &\leftarrow \mu v + (1 - \tau) d \quad \text{(in the first step } v = d \text{)} \\
 * p &\leftarrow p - \eta v \quad \text{(Nesterov: } p - \eta (d + \mu v) \text{)}
 * \end{aligned}
 * $$
 *
 * Without momentum, weight decay scales each weight by $1 - \eta \lambda$ in every step.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { SGD } from '@nn/optim'
 * const p = new Parameter(tensor([4]))
 * const optimizer = new SGD([p], { lr: 0.25 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.toArraySync() // => [2]
 * ```
 */
export class SGD extends Optimizer<SGDOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = { momentumBuffer: 'optional tensor' } as const

  /**
   * @param params - parameters, named parameters, or groups `{ params, lr, … }`
   * @param options - `lr` and what else shall differ from the defaults
   * @throws OptionError where there is nothing to train or a hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<SGDOptions>>, options: SGDOptions) {
    super('SGD', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<SGDOptions>): void {
    checkAmounts('SGD', group, ['lr', 'momentum', 'weightDecay'])
    checkNumber('SGD', 'dampening', group.dampening, -Infinity, Infinity, 'both')
    if (group.nesterov && (group.momentum === 0 || group.dampening !== 0))
      throw new OptionError(
        `SGD: nesterov needs momentum > 0 and dampening 0, got momentum ${group.momentum} and dampening ${group.dampening}`,
      )
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<SGDOptions>): void {
    const first = !this.state.get(parameter)?.momentumBuffer
    const velocity = group.momentum !== 0
    updateInPlace('sgd', {
      parameter,
      gradient: gradientOf(parameter)!,
      state: velocity ? [this.tensorOf(parameter, 'momentumBuffer')] : [],
      numbers: () => numbers(group, first),
      attrs: { velocity },
    })
  }
}

function numbers(group: Group<SGDOptions>, first: boolean): number[] {
  const { lr, momentum, dampening, weightDecay, nesterov, maximize } = group
  return [lr, momentum, dampening, weightDecay, Number(nesterov), Number(first), maximize ? -1 : 1]
}
