import type { Parameter } from '@core/tensor'
import { gradientOf, updateInPlace } from '@core/tensor/extend'
import { checkAmounts } from './checks.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link RMSprop}. */
export interface RMSpropOptions {
  /** Learning rate η, at least 0, in units of the parameter: about how far a step goes. Default 0.01. */
  lr?: number
  /** α, at least 0: the share of the averages that stays. Default 0.99. */
  alpha?: number
  /** ε, at least 0, in units of the gradient: bounds steps where gradients are tiny. Default 1e-8. */
  eps?: number
  /** λ, at least 0: L2 in the gradient, which gets λ times the parameter. Default 0. */
  weightDecay?: number
  /** Momentum μ, at least 0: how much of the last step's direction stays. Default 0. */
  momentum?: number
  /** Divides by the gradient's deviation from its average, instead of by its size. Default false. */
  centered?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = {
  lr: 1e-2,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
} as const

/**
 * RMSprop (Tieleman & Hinton, 2012; centred: Graves, 2013): the gradient is divided by its size of late:
 *
 * $$
 * \begin{aligned}
 * d &= \nabla + \lambda p, \qquad v \leftarrow \alpha v + (1 - \alpha) d^2 \\
 * s &= \sqrt{v} + \epsilon \quad \text{(centred: } a \leftarrow \alpha a + (1 - \alpha) d, \; s = \sqrt{v - a^2} + \epsilon \text{)} \\
 * b &\leftarrow \mu b + d / s, \qquad p \leftarrow p - \eta b
 * \end{aligned}
 * $$
 *
 * A variance $v - a^2$ that rounding has made negative counts as 0.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { RMSprop } from '@nn/optim'
 * const p = new Parameter(tensor([4]))
 * const optimizer = new RMSprop([p], { lr: 0.25, alpha: 0.75 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.itemSync() // ~> 3.5
 * ```
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = {
    step: 'count',
    squareAvg: 'tensor',
    gradAvg: 'optional tensor',
    momentumBuffer: 'optional tensor',
  } as const

  /**
   * @param params - parameters, named parameters, or groups `{ params, lr, … }`
   * @param options - what shall differ from the defaults
   * @throws OptionError where there is nothing to train or a hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<RMSpropOptions>>, options: RMSpropOptions = {}) {
    super('RMSprop', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<RMSpropOptions>): void {
    checkAmounts('RMSprop', group, ['lr', 'alpha', 'eps', 'weightDecay', 'momentum'])
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<RMSpropOptions>): void {
    this.count(parameter)
    const { centered } = group
    const momentum = group.momentum > 0
    const state = [this.tensorOf(parameter, 'squareAvg')]
    if (centered) state.push(this.tensorOf(parameter, 'gradAvg'))
    if (momentum) state.push(this.tensorOf(parameter, 'momentumBuffer'))
    updateInPlace('rmsprop', {
      parameter,
      gradient: gradientOf(parameter)!,
      state,
      numbers: () => numbers(group),
      attrs: { centered, momentum },
    })
  }
}

function numbers(group: Group<RMSpropOptions>): number[] {
  const { lr, alpha, eps, weightDecay, momentum, maximize } = group
  return [maximize ? -1 : 1, weightDecay, alpha, 1 - alpha, eps, lr, momentum]
}
