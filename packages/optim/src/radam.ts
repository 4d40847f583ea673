import type { Parameter } from '@core/tensor'
import { gradientOf, updateInPlace } from '@core/tensor/extend'
import type { Betas } from './checks.js'
import { checkMoments, corrections, MOMENTS, momentNumbers } from './moments.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link RAdam}. */
export interface RAdamOptions {
  /** Learning rate η, at least 0, in units of the parameter: about how far a step goes. Default 0.001. */
  lr?: number
  /** β₁ and β₂, from 0 to below 1: the share of the averages of gradient and square that stays. Default [0.9, 0.999]. */
  betas?: Betas
  /** ε, at least 0, in units of the gradient: bounds steps where gradients are tiny. Default 1e-8. */
  eps?: number
  /** λ, at least 0: L2 in the gradient, which gets λ times the parameter (see `decoupledWeightDecay`). Default 0. */
  weightDecay?: number
  /** Weight decay shrinks the parameter directly, as in AdamW, instead of entering the gradient. Default false. */
  decoupledWeightDecay?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  decoupledWeightDecay: false,
  maximize: false,
} as const

/**
 * Rectified Adam (Liu et al., 2020): a warm-up of its own. While the average of squares rests on few steps, it goes along
 * the averaged gradient alone; then Adam's step is scaled by r, which rises to 1:
 *
 * $$
 * \begin{aligned}
 * d &= \nabla + \lambda p, \qquad m \leftarrow \beta_1 m + (1 - \beta_1) d, \qquad v \leftarrow \beta_2 v + (1 - \beta_2) d^2 \\
 * \rho_\infty &= \frac{2}{1 - \beta_2} - 1, \qquad \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}, \qquad
 * r = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2) \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2) \rho_t}} \\
 * p &\leftarrow p - \eta \frac{m}{1 - \beta_1^t} \cdot \begin{cases} r \sqrt{1 - \beta_2^t} / (\sqrt{v} + \epsilon) & \rho_t > 5 \\ 1 & \text{else} \end{cases}
 * \end{aligned}
 * $$
 *
 * in step t of that parameter. Where `decoupledWeightDecay` is set, $d = \nabla$ and the parameter is first multiplied by
 * $1 - \eta \lambda$.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { RAdam } from '@nn/optim'
 * const p = new Parameter(tensor([4]))
 * const optimizer = new RAdam([p], { lr: 0.25 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.itemSync() // ~> 2
 * ```
 */
export class RAdam extends Optimizer<RAdamOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = MOMENTS

  /**
   * @param params - parameters, named parameters, or groups `{ params, lr, … }`
   * @param options - what shall differ from the defaults
   * @throws OptionError where there is nothing to train or a hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<RAdamOptions>>, options: RAdamOptions = {}) {
    super('RAdam', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<RAdamOptions>): void {
    checkMoments('RAdam', group)
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<RAdamOptions>): void {
    this.count(parameter)
    updateInPlace('adam', {
      parameter,
      gradient: gradientOf(parameter)!,
      state: [this.tensorOf(parameter, 'expAvg'), this.tensorOf(parameter, 'expAvgSq')],
      numbers: () => numbers(group, this.numberOf(parameter, 'step')),
      attrs: { amsgrad: false, infinity: false },
    })
  }
}

/** The numbers of step t. */
function numbers(group: Group<RAdamOptions>, step: number): number[] {
  const { lr, betas, decoupledWeightDecay: decoupled } = group
  const beta2 = betas[1]
  const [first, second] = corrections(betas, step)
  const longest = 2 / (1 - beta2) - 1
  const length = longest - (2 * step * beta2 ** step) / second
  // Along the average alone: what it is divided by is 0 √v + 1.
  if (!(length > 5)) return momentNumbers(group, { decoupled, scale: 0, eps: 1, mStep: lr / first })
  const rectified = Math.sqrt(
    ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length),
  )
  return momentNumbers(group, { decoupled, mStep: (lr / first) * rectified * Math.sqrt(second) })
}
