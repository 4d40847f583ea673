import type { Parameter } from '@core/tensor'
import { everyStep, gradientOf, updateInPlace } from '@core/tensor/extend'
import { type Betas, checkAmounts } from './checks.js'
import { checkMoments, corrections, MOMENTS, momentNumbers } from './moments.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link NAdam}. */
export interface NAdamOptions {
  /** Learning rate η, at least 0, in units of the parameter: about how far a step goes. Default 0.002. */
  lr?: number
  /** β₁ and β₂, from 0 to below 1: the share of the averages of gradient and square that stays. Default [0.9, 0.999]. */
  betas?: Betas
  /** ε, at least 0, in units of the gradient: bounds steps where gradients are tiny. Default 1e-8. */
  eps?: number
  /** λ, at least 0: L2 in the gradient, which gets λ times the parameter (see `decoupledWeightDecay`). Default 0. */
  weightDecay?: number
  /** ψ, at least 0: how fast the momentum μ rises from half of β₁ to β₁. Default 0.004. */
  momentumDecay?: number
  /** Weight decay shrinks the parameter directly, as in AdamW, instead of entering the gradient. Default false. */
  decoupledWeightDecay?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = {
  lr: 2e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  momentumDecay: 4e-3,
  decoupledWeightDecay: false,
  maximize: false,
} as const

/**
 * Adam with Nesterov's momentum (Dozat, 2016):
 *
 * $$
 * \begin{aligned}
 * d &= \nabla + \lambda p, \qquad \mu_t = \beta_1 \left(1 - \tfrac{1}{2} 0.96^{t \psi}\right) \\
 * m &\leftarrow \beta_1 m + (1 - \beta_1) d, \qquad v \leftarrow \beta_2 v + (1 - \beta_2) d^2 \\
 * \hat m &= \frac{\mu_{t+1} \, m}{1 - \prod_{i \le t+1} \mu_i} + \frac{(1 - \mu_t) \, d}{1 - \prod_{i \le t} \mu_i}, \qquad
 * p \leftarrow p - \eta \frac{\hat m}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}
 * \end{aligned}
 * $$
 *
 * in step t of that parameter. Where `decoupledWeightDecay` is set, $d = \nabla$ and the parameter is first multiplied by
 * $1 - \eta \lambda$.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { NAdam } from '@nn/optim'
 * const p = new Parameter(tensor([4]))
 * const optimizer = new NAdam([p], { lr: 0.25 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.itemSync() // ~> 3.735887
 * ```
 */
export class NAdam extends Optimizer<NAdamOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = { ...MOMENTS, muProduct: 'number' } as const

  /**
   * @param params - parameters, named parameters, or groups `{ params, lr, … }`
   * @param options - what shall differ from the defaults
   * @throws OptionError where there is nothing to train or a hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<NAdamOptions>>, options: NAdamOptions = {}) {
    super('NAdam', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<NAdamOptions>): void {
    checkMoments('NAdam', group)
    checkAmounts('NAdam', group, ['momentumDecay'])
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<NAdamOptions>): void {
    this.count(parameter)
    everyStep(() => {
      const factor = momentum(group, this.numberOf(parameter, 'step'))
      this.keep(parameter, 'muProduct', this.numberOf(parameter, 'muProduct', 1) * factor)
    })
    updateInPlace('adam', {
      parameter,
      gradient: gradientOf(parameter)!,
      state: [this.tensorOf(parameter, 'expAvg'), this.tensorOf(parameter, 'expAvgSq')],
      numbers: () => numbers(group, this.numberOf(parameter, 'step'), this.numberOf(parameter, 'muProduct')),
      attrs: { amsgrad: false, infinity: false },
    })
  }
}

/** μ in step t. */
function momentum({ betas, momentumDecay }: Group<NAdamOptions>, step: number): number {
  return betas[0] * (1 - 0.5 * 0.96 ** (step * momentumDecay))
}

/** The numbers of step t; product is that of all μ up to it. */
function numbers(group: Group<NAdamOptions>, step: number, product: number): number[] {
  const { lr, betas, decoupledWeightDecay: decoupled } = group
  const next = momentum(group, step + 1)
  return momentNumbers(group, {
    decoupled,
    scale: 1 / Math.sqrt(corrections(betas, step)[1]),
    mStep: (lr * next) / (1 - product * next),
    gStep: (lr * (1 - momentum(group, step))) / (1 - product),
  })
}
