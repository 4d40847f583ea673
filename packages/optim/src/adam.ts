import type { Parameter } from '@core/tensor'
import { gradientOf, updateInPlace } from '@core/tensor/extend'
import type { Betas } from './checks.js'
import { checkMoments, corrections, MOMENTS, momentNumbers } from './moments.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link Adam}. */
export interface AdamOptions {
  /** Learning rate η, at least 0, in units of the parameter: about how far a step goes. Default 0.001. */
  lr?: number
  /** β₁ and β₂, from 0 to below 1: the share of the averages of gradient and square that stays. Default [0.9, 0.999]. */
  betas?: Betas
  /** ε, at least 0, in units of the gradient: bounds steps where gradients are tiny. Default 1e-8. */
  eps?: number
  /** λ, at least 0: L2 in the gradient, which gets λ times the parameter (see `decoupledWeightDecay`). Default 0. */
  weightDecay?: number
  /** AMSGrad: divides by the largest average of squares so far. Default false. */
  amsgrad?: boolean
  /** Weight decay shrinks the parameter directly, as in {@link AdamW}, instead of entering the gradient. Default false. */
  decoupledWeightDecay?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  decoupledWeightDecay: false,
  maximize: false,
} as const

/**
 * Adam (Kingma & Ba, 2015), and AMSGrad (Reddi et al., 2018): steps of about one size in every direction, by running
 * averages of gradient and squared gradient:
 *
 * $$
 * \begin{aligned}
 * d &= \nabla + \lambda p \\
 * m &\leftarrow \beta_1 m + (1 - \beta_1) d, \qquad v \leftarrow \beta_2 v + (1 - \beta_2) d^2 \\
 * p &\leftarrow p - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}
 * \end{aligned}
 * $$
 *
 * in step t of that parameter; AMSGrad takes the largest v so far instead of v.
 *
 * Its weight decay is L2 in the gradient, and so is divided by $\sqrt{v}$ like the gradient: parameters with large
 * gradients decay less. {@link AdamW} decays all alike.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { Adam } from '@nn/optim'
 * const p = new Parameter(tensor([4, -0.1]))
 * const optimizer = new Adam([p], { lr: 0.25 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.toArraySync() // ~> [3.75, 0.15]
 * ```
 */
export class Adam extends Optimizer<AdamOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = { ...MOMENTS, maxExpAvgSq: 'optional tensor' } as const

  /**
   * @param params - parameters, named parameters, or groups `{ params, lr, … }`
   * @param options - what shall differ from the defaults
   * @throws OptionError where there is nothing to train or a hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<AdamOptions>>, options: AdamOptions = {}) {
    super('Adam', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<AdamOptions>): void {
    checkMoments('Adam', group)
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<AdamOptions>): void {
    this.count(parameter)
    const state = [this.tensorOf(parameter, 'expAvg'), this.tensorOf(parameter, 'expAvgSq')]
    if (group.amsgrad) state.push(this.tensorOf(parameter, 'maxExpAvgSq'))
    updateInPlace('adam', {
      parameter,
      gradient: gradientOf(parameter)!,
      state,
      numbers: () => adamNumbers(group, this.numberOf(parameter, 'step'), group.decoupledWeightDecay),
      attrs: { amsgrad: group.amsgrad, infinity: false },
    })
  }
}

/** The numbers of step t. */
export function adamNumbers(
  group: Parameters<typeof momentNumbers>[0],
  step: number,
  decoupled: boolean,
): number[] {
  const [first, second] = corrections(group.betas, step)
  return momentNumbers(group, { decoupled, scale: 1 / Math.sqrt(second), mStep: group.lr / first })
}
