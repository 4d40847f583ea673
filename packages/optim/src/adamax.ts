import type { Parameter } from '@core/tensor'
import { gradientOf, updateInPlace } from '@core/tensor/extend'
import type { Betas } from './checks.js'
import { checkMoments, corrections, momentNumbers } from './moments.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link Adamax}. */
export interface AdamaxOptions {
  /** Learning rate η, at least 0, in units of the parameter: about how far a step goes. Default 0.002. */
  lr?: number
  /** β₁ and β₂, from 0 to below 1: the share of the gradient's average and of its bound that stays. Default [0.9, 0.999]. */
  betas?: Betas
  /** ε, at least 0, in units of the gradient: bounds steps where gradients are tiny. Default 1e-8. */
  eps?: number
  /** λ, at least 0: L2 in the gradient, which gets λ times the parameter. Default 0. */
  weightDecay?: number
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false } as const

/**
 * Adam of the infinity norm (Kingma & Ba, 2015, section 7.1): divides by the largest gradient so far, which fades:
 *
 * $$
 * \begin{aligned}
 * d &= \nabla + \lambda p \\
 * m &\leftarrow \beta_1 m + (1 - \beta_1) d, \qquad u \leftarrow \max(\beta_2 u, |d| + \epsilon) \\
 * p &\leftarrow p - \frac{\eta}{1 - \beta_1^t} \cdot \frac{m}{u}
 * \end{aligned}
 * $$
 *
 * in step t of that parameter.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { Adamax } from '@nn/optim'
 * const p = new Parameter(tensor([4]))
 * const optimizer = new Adamax([p], { lr: 0.25 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.itemSync() // ~> 3.75
 * ```
 */
export class Adamax extends Optimizer<AdamaxOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = { step: 'count', expAvg: 'tensor', expInf: 'tensor' } as const

  /**
   * @param params - parameters, named parameters, or groups `{ params, lr, … }`
   * @param options - what shall differ from the defaults
   * @throws OptionError where there is nothing to train or a hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<AdamaxOptions>>, options: AdamaxOptions = {}) {
    super('Adamax', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<AdamaxOptions>): void {
    checkMoments('Adamax', group)
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<AdamaxOptions>): void {
    this.count(parameter)
    updateInPlace('adam', {
      parameter,
      gradient: gradientOf(parameter)!,
      state: [this.tensorOf(parameter, 'expAvg'), this.tensorOf(parameter, 'expInf')],
      numbers: () => numbers(group, this.numberOf(parameter, 'step')),
      attrs: { amsgrad: false, infinity: true },
    })
  }
}

/** The numbers of step t. */
function numbers(group: Group<AdamaxOptions>, step: number): number[] {
  return momentNumbers(group, { mStep: group.lr / corrections(group.betas, step)[0] })
}
