import { noGrad, OptionError, type Parameter, ShapeError } from '@core/tensor'
import {
  checkInteger,
  dependsOn,
  describe,
  gradientOf,
  liveNumber,
  show,
  updateInPlace,
} from '@core/tensor/extend'
import { checkAmounts, checkList } from './checks.js'
import { orthogonalized } from './newtonSchulz.js'
import { type Group, type GroupInput, Optimizer } from './optimizer.js'
import type { ParameterInput } from './parameters.js'

/** Hyperparameters of {@link Muon}. */
export interface MuonOptions {
  /** Learning rate η, at least 0: how far a step goes along every singular direction (see `adjustLrFn`). Default 0.001. */
  lr?: number
  /** λ, at least 0, decoupled: each step takes ηλ of the parameter away. Default 0.1. */
  weightDecay?: number
  /** Momentum μ, at least 0: the share of the gradient's average that stays. Default 0.95. */
  momentum?: number
  /** Nesterov's momentum. Default true. */
  nesterov?: boolean
  /** a, b, c of the Newton–Schulz iteration. Default [3.4445, -4.775, 2.0315]. */
  nsCoefficients?: readonly [a: number, b: number, c: number]
  /** The least norm that a direction is divided by, at least 0. Default 1e-7. */
  eps?: number
  /** Newton–Schulz iterations, from 0 to 99. Default 5. */
  nsSteps?: number
  /**
   * How the learning rate depends on the matrix [m, n]: `original` √max(1, m / n), as Jordan has it; `matchRmsAdamw`
   * 0.2 √max(m, n), which makes steps as large as AdamW's, whose learning rate and weight decay then fit. Default 'original'.
   */
  adjustLrFn?: 'original' | 'matchRmsAdamw'
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

const DEFAULTS = {
  lr: 1e-3,
  weightDecay: 0.1,
  momentum: 0.95,
  nesterov: true,
  nsCoefficients: [3.4445, -4.775, 2.0315],
  eps: 1e-7,
  nsSteps: 5,
  adjustLrFn: 'original',
  maximize: false,
} as const

/**
 * Muon (Jordan et al., 2024): for the matrices of hidden layers. The averaged gradient is made nearly orthogonal, so that
 * a step goes about equally far along all its singular directions:
 *
 * $$
 * \begin{aligned}
 * B &\leftarrow \mu B + (1 - \mu) \nabla, \qquad U = B \quad \text{(Nesterov: } (1 - \mu) \nabla + \mu B \text{)} \\
 * X &= U / \lVert U \rVert_F, \qquad X \leftarrow a X + (b X X^\top + c (X X^\top)^2) X \quad \text{five times} \\
 * p &\leftarrow (1 - \eta \lambda) p - \eta \sqrt{\max(1, m / n)} \, X
 * \end{aligned}
 * $$
 *
 * Only for parameters [m, n]: biases, embeddings and the output layer go to another optimizer, e.g. {@link AdamW}. The
 * iteration runs in the parameter's own dtype; PyTorch rounds to bfloat16 in it, hence agrees to two or three digits of a step.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { Muon } from '@nn/optim'
 * const p = new Parameter(tensor([[3, 0], [0, 1]]))
 * const optimizer = new Muon([p], { lr: 0.1, weightDecay: 0 })
 * p.mul(p).sum().backward()
 * optimizer.step()
 * p.toArraySync() // ~> [[2.924697, 0], [0, 0.886629]]
 * ```
 */
export class Muon extends Optimizer<MuonOptions> {
  /** Its numbers are read anew in each step. */
  override readonly replayable = true
  /** @internal */
  protected override readonly slots = { momentumBuffer: 'tensor' } as const

  /**
   * @param params - parameters, named parameters, or groups `{ params, lr, … }`; all of two dimensions
   * @param options - what shall differ from the defaults
   * @throws ShapeError where a parameter has not two dimensions, OptionError where there is nothing to train or a
   * hyperparameter is not allowed
   */
  constructor(params: ParameterInput | Iterable<GroupInput<MuonOptions>>, options: MuonOptions = {}) {
    super('Muon', params, options, DEFAULTS)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected override check(group: Group<MuonOptions>): void {
    checkAmounts('Muon', group, ['lr', 'weightDecay', 'momentum', 'eps'])
    checkList('Muon', 'nsCoefficients', group.nsCoefficients, 3)
    checkInteger('Muon', 'nsSteps', group.nsSteps, 0, 99)
    if (!Object.hasOwn(RATIOS, group.adjustLrFn))
      throw new OptionError(
        `Muon: adjustLrFn must be one of ${Object.keys(RATIOS).join(', ')}, got ${describe(group.adjustLrFn)}`,
      )
    for (const [name, { rank, shape }] of group.params)
      if (rank !== 2)
        throw new ShapeError(
          `Muon: parameter '${name}' has shape ${show(shape)}; only matrices can be made orthogonal: give the others to another optimizer, e.g. AdamW`,
        )
  }

  /** Moves one parameter. */
  protected override update(parameter: Parameter, group: Group<MuonOptions>): void {
    const gradient = gradientOf(parameter)!
    const buffer = this.tensorOf(parameter, 'momentumBuffer')
    const { nesterov, maximize } = group
    dependsOn(() => [group.nsSteps, group.eps, ...group.nsCoefficients].join())
    const attrs = { velocity: false } as const
    const sign = maximize ? -1 : 1
    // A step towards the gradient: descent along B − ∇ by 1 − μ.
    updateInPlace('sgd', {
      parameter: buffer,
      gradient,
      numbers: () => [group.momentum - 1, 0, 0, -1, 0, 0, sign],
      attrs,
    })
    const direction = noGrad(() => {
      if (!nesterov) return orthogonalized(buffer, group)
      const share = (read: () => number) => liveNumber(parameter, read)
      const ahead = gradient
        .mul(share(() => sign * (1 - group.momentum)))
        .add(buffer.mul(share(() => group.momentum)))
      return orthogonalized(ahead, group)
    })
    const ratio = RATIOS[group.adjustLrFn](parameter.shape[0]!, parameter.shape[1]!)
    updateInPlace('sgd', {
      parameter,
      gradient: direction,
      numbers: () => [group.lr * ratio, 0, 0, group.weightDecay / ratio, 0, 0, 1],
      attrs,
    })
    direction.dispose()
  }
}

const RATIOS = {
  original: (m: number, n: number) => Math.sqrt(Math.max(1, m / n)),
  matchRmsAdamw: (m: number, n: number) => 0.2 * Math.sqrt(Math.max(m, n)),
} as const
