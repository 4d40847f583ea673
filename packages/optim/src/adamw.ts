import type { Parameter } from '@core/tensor'
import { gradientOf, updateInPlace } from '@core/tensor/extend'
import { adamNumbers } from './adam.js'
import type { Betas } from './checks.js'
import { checkMoments, MOMENTS } from './moments.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link AdamW}. */
export interface AdamWOptions {
  /** Learning rate η, at least 0, in units of the parameter: about how far a step goes. Default 0.001. */
  lr?: number
  /** β₁ and β₂, from 0 to below 1: the share of the averages of gradient and square that stays. Default [0.9, 0.999]. */
  betas?: Betas
  /** ε, at least 0, in units of the gradient: bounds steps where gradients are tiny. Default 1e-8. */
  eps?: number
  /** λ, at least 0, decoupled: each step takes ηλ of the parameter away, whatever its gradient. Default 0.01. */
  weightDecay?: number
  /** AMSGrad: divides by the largest average of squares so far. Default false. */
  amsgrad?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 1e-2,
  amsgrad: false,
  maximize: false,
} as const

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter, 2019): the decay does not pass through the gradient's averages,
 * so that all parameters decay alike.
 *
 * $$
 * \begin{aligned}
 * m &\leftarrow \beta_1 m + (1 - \beta_1) \nabla, \qquad v \leftarrow \beta_2 v + (1 - \beta_2) \nabla^2 \\
 * p &\leftarrow (1 - \eta \lambda) p - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}
 * \end{aligned}
 * $$
 *
 * in step t of that parameter; AMSGrad (Reddi et al., 2018) takes the largest v so far instead of v.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { AdamW } from '@nn/optim'
 * const p = new Parameter(tensor([4]))
 * const optimizer = new AdamW([p], { lr: 0.25, weightDecay: 0.5 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.toArraySync() // ~> [3.25]
 * ```
 */
export class AdamW extends Optimizer<AdamWOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = { ...MOMENTS, maxExpAvgSq: 'optional tensor' } as const

  /**
   * @param params - parameters, named parameters, or groups `{ params, weightDecay, … }`
   * @param options - what shall differ from the defaults
   * @throws OptionError where there is nothing to train or a hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<AdamWOptions>>, options: AdamWOptions = {}) {
    super('AdamW', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<AdamWOptions>): void {
    checkMoments('AdamW', group)
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<AdamWOptions>): void {
    this.count(parameter)
    const state = [this.tensorOf(parameter, 'expAvg'), this.tensorOf(parameter, 'expAvgSq')]
    if (group.amsgrad) state.push(this.tensorOf(parameter, 'maxExpAvgSq'))
    updateInPlace('adam', {
      parameter,
      gradient: gradientOf(parameter)!,
      state,
      numbers: () => adamNumbers(group, this.numberOf(parameter, 'step'), true),
      attrs: { amsgrad: group.amsgrad, infinity: false },
    })
  }
}
