import type { Parameter } from '@core/tensor'
import { checkNumber, gradientOf, updateInPlace } from '@core/tensor/extend'
import { checkAmounts } from './checks.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link Adadelta}. */
export interface AdadeltaOptions {
  /** Learning rate η, at least 0, a factor without unit: the method finds the size of its steps. Default 1. */
  lr?: number
  /** ρ, from 0 to 1: the share of the averages that stays. Default 0.9. */
  rho?: number
  /** ε, at least 0, under both roots: what the first steps begin from. Default 1e-6. */
  eps?: number
  /** λ, at least 0: L2 in the gradient, which gets λ times the parameter. Default 0. */
  weightDecay?: number
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false } as const

/**
 * Adadelta (Zeiler, 2012): the size of a step is that of the last steps, measured in units of the last gradients:
 *
 * $$
 * \begin{aligned}
 * d &= \nabla + \lambda p, \qquad v \leftarrow \rho v + (1 - \rho) d^2 \\
 * \delta &= \frac{\sqrt{u + \epsilon}}{\sqrt{v + \epsilon}} d, \qquad u \leftarrow \rho u + (1 - \rho) \delta^2 \\
 * p &\leftarrow p - \eta \delta
 * \end{aligned}
 * $$
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { Adadelta } from '@nn/optim'
 * const p = new Parameter(tensor([4]))
 * const optimizer = new Adadelta([p], { eps: 0.01 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.itemSync() // ~> 3.684019
 * ```
 */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = { step: 'count', squareAvg: 'tensor', accDelta: 'tensor' } as const

  /**
   * @param params - parameters, named parameters, or groups `{ params, lr, … }`
   * @param options - what shall differ from the defaults
   * @throws OptionError where there is nothing to train or a hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<AdadeltaOptions>>, options: AdadeltaOptions = {}) {
    super('Adadelta', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<AdadeltaOptions>): void {
    checkAmounts('Adadelta', group, ['lr', 'eps', 'weightDecay'])
    checkNumber('Adadelta', 'rho', group.rho, 0, 1)
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<AdadeltaOptions>): void {
    this.count(parameter)
    updateInPlace('adadelta', {
      parameter,
      gradient: gradientOf(parameter)!,
      state: [this.tensorOf(parameter, 'squareAvg'), this.tensorOf(parameter, 'accDelta')],
      numbers: () => numbers(group),
      attrs: {},
    })
  }
}

function numbers({ lr, rho, eps, weightDecay, maximize }: Group<AdadeltaOptions>): number[] {
  return [maximize ? -1 : 1, weightDecay, rho, 1 - rho, eps, lr]
}
