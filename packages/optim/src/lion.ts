import type { Parameter } from '@core/tensor'
import { gradientOf, updateInPlace } from '@core/tensor/extend'
import { type Betas, checkAmounts, checkBetas } from './checks.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link Lion}. */
export interface LionOptions {
  /** Learning rate η, at least 0, in units of the parameter: how far each step goes; 3 to 10 times below Adam's. Default 0.0001. */
  lr?: number
  /** β₁ and β₂, from 0 to below 1: the share of the average in the direction, and what of it stays. Default [0.9, 0.99]. */
  betas?: Betas
  /** λ, at least 0, decoupled: each step takes ηλ of the parameter away; 3 to 10 times above AdamW's. Default 0. */
  weightDecay?: number
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = { lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0, maximize: false } as const

/**
 * Lion, evolved sign momentum (Chen et al., 2023): every number moves by η, up or down; it keeps one average, half of what
 * Adam keeps.
 *
 * $$
 * \begin{aligned}
 * p &\leftarrow (1 - \eta \lambda) p - \eta \, \mathrm{sign}\left(\beta_1 m + (1 - \beta_1) \nabla\right) \\
 * m &\leftarrow \beta_2 m + (1 - \beta_2) \nabla
 * \end{aligned}
 * $$
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { Lion } from '@nn/optim'
 * const p = new Parameter(tensor([4, -3]))
 * const optimizer = new Lion([p], { lr: 0.25 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.toArraySync() // => [3.75, -2.75]
 * ```
 */
export class Lion extends Optimizer<LionOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = { expAvg: 'tensor' } as const

  /**
   * @param params - parameters, named parameters, or groups `{ params, lr, … }`
   * @param options - what shall differ from the defaults
   * @throws OptionError where there is nothing to train or a hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<LionOptions>>, options: LionOptions = {}) {
    super('Lion', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<LionOptions>): void {
    checkAmounts('Lion', group, ['lr', 'weightDecay'])
    checkBetas('Lion', group.betas)
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<LionOptions>): void {
    updateInPlace('lion', {
      parameter,
      gradient: gradientOf(parameter)!,
      state: [this.tensorOf(parameter, 'expAvg')],
      numbers: () => numbers(group),
      attrs: {},
    })
  }
}

function numbers({ lr, betas, weightDecay, maximize }: Group<LionOptions>): number[] {
  const [beta1, beta2] = betas
  return [maximize ? -1 : 1, lr * weightDecay, beta1, 1 - beta1, beta2, 1 - beta2, lr]
}
