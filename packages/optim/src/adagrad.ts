import type { Parameter } from '@core/tensor'
import { gradientOf, updateInPlace } from '@core/tensor/extend'
import { checkAmounts } from './checks.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link Adagrad}. */
export interface AdagradOptions {
  /** Learning rate η, at least 0, in units of the parameter: how far the first step goes. Default 0.01. */
  lr?: number
  /** κ, at least 0: in step t the learning rate is η / (1 + (t − 1) κ). Default 0. */
  lrDecay?: number
  /** λ, at least 0: L2 in the gradient, which gets λ times the parameter. Default 0. */
  weightDecay?: number
  /** What the sum of squares begins with, at least 0. Default 0. */
  initialAccumulatorValue?: number
  /** ε, at least 0, in units of the gradient: bounds steps where gradients are tiny. Default 1e-10. */
  eps?: number
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = {
  lr: 1e-2,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
} as const

/**
 * Adagrad (Duchi et al., 2011): what has had large gradients takes smaller steps; steps become ever smaller.
 *
 * $$
 * \begin{aligned}
 * d &= \nabla + \lambda p, \qquad s \leftarrow s + d^2 \\
 * p &\leftarrow p - \frac{\eta}{1 + (t - 1) \kappa} \cdot \frac{d}{\sqrt{s} + \epsilon}
 * \end{aligned}
 * $$
 *
 * in step t of that parameter.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { Adagrad } from '@nn/optim'
 * const p = new Parameter(tensor([4]))
 * const optimizer = new Adagrad([p], { lr: 0.25 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.itemSync() // ~> 3.75
 * ```
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = { step: 'count', sum: 'tensor' } as const

  /**
   * @param params - parameters, named parameters, or groups `{ params, lr, … }`
   * @param options - what shall differ from the defaults
   * @throws OptionError where there is nothing to train or a hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<AdagradOptions>>, options: AdagradOptions = {}) {
    super('Adagrad', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<AdagradOptions>): void {
    checkAmounts('Adagrad', group, ['lr', 'lrDecay', 'weightDecay', 'initialAccumulatorValue', 'eps'])
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<AdagradOptions>): void {
    this.count(parameter)
    updateInPlace('rmsprop', {
      parameter,
      gradient: gradientOf(parameter)!,
      state: [this.tensorOf(parameter, 'sum', group.initialAccumulatorValue)],
      numbers: () => numbers(group, this.numberOf(parameter, 'step')),
      attrs: { centered: false, momentum: false },
    })
  }
}

/** The numbers of step t: RMSprop whose average is a sum. */
function numbers(group: Group<AdagradOptions>, step: number): number[] {
  const { lr, lrDecay, weightDecay, eps, maximize } = group
  return [maximize ? -1 : 1, weightDecay, 1, 1, eps, lr / (1 + (step - 1) * lrDecay), 0]
}
