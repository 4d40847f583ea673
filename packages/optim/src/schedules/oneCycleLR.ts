import { OptionError } from '@core/tensor'
import { checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { type AnnealStrategy, annealing } from './annealing.js'
import { FormulaSchedule } from './formulaSchedule.js'
import { MomentumCycle, type MomentumOptions } from './momentumCycle.js'
import { perGroup } from './perGroup.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link OneCycleLR}. */
export interface OneCycleLROptions extends ScheduleOptions, MomentumOptions {
  /** The highest value; one, or one for each group. */
  maxLr: number | readonly number[]
  /** How many steps the whole cycle has. Either this, or both `epochs` and `stepsPerEpoch`. */
  totalSteps?: number
  /** How many epochs the cycle has. */
  epochs?: number
  /** How many steps an epoch has. */
  stepsPerEpoch?: number
  /** The share of the cycle in which the value rises, from 0 to 1. Default 0.3. */
  pctStart?: number
  /** Along half a wave of the cosine, or a straight line. Default `'cos'`. */
  annealStrategy?: AnnealStrategy
  /** The first value is `maxLr / divFactor`. Default 25. */
  divFactor?: number
  /** The last value is the first one divided by this. Default 10⁴. */
  finalDivFactor?: number
  /** Falls back to the first value as fast as it rose, and then to the last. Default false: falls to the last at once. */
  threePhase?: boolean
}

interface Phase {
  readonly end: number
  readonly values: readonly [from: 'first' | 'max' | 'last', to: 'first' | 'max' | 'last']
  readonly momenta: readonly [from: 'base' | 'max', to: 'base' | 'max']
}

/**
 * One cycle for the whole training (Smith & Topin, 2018): up from $\eta_{\max} / \mathit{divFactor}$ to $\eta_{\max}$, and down to a
 * value far below the first, while momentum moves the other way. As PyTorch's; the value is a formula of the step.
 *
 * `maxMomentum` (default 0.95) goes with the low values, `baseMomentum` (default 0.85) with the highest.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { OneCycleLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1, momentum: 0.9 })
 * const schedule = new OneCycleLR(optimizer, { maxLr: 0.5, totalSteps: 6, pctStart: 0.5 })
 * const both = Array.from({ length: 6 }, () => {
 *   const { lr, momentum } = optimizer.groups[0]!
 *   optimizer.step()
 *   schedule.step()
 *   return [lr, momentum]
 * })
 * both.slice(0, 3) // ~> [[0.02, 0.95], [0.26, 0.9], [0.5, 0.85]]
 * both.slice(3) // ~> [[0.375, 0.875], [0.125, 0.925], [0, 0.95]]
 * ```
 */
export class OneCycleLR extends FormulaSchedule {
  private readonly totalSteps: number
  private readonly phases: readonly Phase[]
  private readonly maxLrs: readonly number[]
  private readonly finalDivFactor: number
  private readonly anneal: (from: number, to: number, share: number) => number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `maxLr`, `totalSteps` or `epochs` and `stepsPerEpoch`, `pctStart`, `annealStrategy`, `cycleMomentum`,
   * `baseMomentum`, `maxMomentum`, `divFactor`, `finalDivFactor`, `threePhase`, `hyperparameter`
   * @throws OptionError where an option is not allowed, the hyperparameter is no number, or there is no momentum to cycle;
   * `step()` throws one behind the last step
   */
  constructor(optimizer: Scheduled, options: OneCycleLROptions) {
    const op = 'OneCycleLR'
    const given = checkOptions(op, options, NAMES, ['cycleMomentum', 'threePhase'])
    const { maxLr, pctStart = 0.3, annealStrategy = 'cos', divFactor = 25, finalDivFactor = 1e4 } = given
    const { hyperparameter = 'lr', cycleMomentum = hyperparameter === 'lr', threePhase = false } = given
    super(op, optimizer, hyperparameter)
    const check = (value: number) => checkNumber(op, 'maxLr', value, -Infinity, Infinity, 'both')
    this.maxLrs = perGroup(op, 'maxLr', maxLr, this.target.length, check)
    this.totalSteps = totalOf(op, given)
    this.anneal = annealing(op, annealStrategy)
    checkNumber(op, 'divFactor', divFactor, 0, Infinity, 'both')
    this.finalDivFactor = checkNumber(op, 'finalDivFactor', finalDivFactor, 0, Infinity, 'both')
    this.phases = phasesOf(checkNumber(op, 'pctStart', pctStart, 0, 1), this.totalSteps, threePhase)
    if (cycleMomentum) {
      const { baseMomentum = 0.85, maxMomentum = 0.95 } = given
      this.momentum = new MomentumCycle(op, optimizer, { baseMomentum, maxMomentum }, (step, base, max) => {
        const { momenta, share } = this.phaseAt(step)
        const [from, to] = momenta.map((name) => (name === 'base' ? base : max)) as [number, number]
        return this.anneal(from, to, share)
      })
    }
    this.initial = this.maxLrs.map((max) => max / divFactor)
    this.target.initial = this.initial
    this.begin()
  }

  private phaseAt(step: number): Phase & { readonly share: number } {
    const last = this.phases.length - 1
    const found = this.phases.findIndex(({ end }, i) => step <= end || i === last)
    const phase = this.phases[found]!
    const start = found === 0 ? 0 : this.phases[found - 1]!.end
    return { ...phase, share: phase.end === start ? 1 : (step - start) / (phase.end - start) }
  }

  protected override at(step: number, _anchor: number, group: number): number {
    if (step > this.totalSteps)
      throw new OptionError(
        `OneCycleLR: step ${step} is behind the last, its cycle has ${this.totalSteps}; make totalSteps the number of steps of the training, or stop`,
      )
    const first = this.initial[group]!
    const named = { first, max: this.maxLrs[group]!, last: first / this.finalDivFactor }
    const { values, share } = this.phaseAt(step)
    return this.anneal(named[values[0]], named[values[1]], share)
  }
}

const NAMES = [
  'maxLr',
  'totalSteps',
  'epochs',
  'stepsPerEpoch',
  'pctStart',
  'annealStrategy',
  'baseMomentum',
  'maxMomentum',
  'divFactor',
  'finalDivFactor',
  'hyperparameter',
] as const

function totalOf(op: string, { totalSteps, epochs, stepsPerEpoch }: OneCycleLROptions): number {
  if (totalSteps !== undefined) return checkInteger(op, 'totalSteps', totalSteps, 1)
  if (epochs === undefined || stepsPerEpoch === undefined)
    throw new OptionError(`${op}: give totalSteps, or both epochs and stepsPerEpoch`)
  return checkInteger(op, 'epochs', epochs, 1) * checkInteger(op, 'stepsPerEpoch', stepsPerEpoch, 1)
}

function phasesOf(pctStart: number, total: number, threePhase: boolean): Phase[] {
  const top = pctStart * total - 1
  const up: Phase = { end: top, values: ['first', 'max'], momenta: ['max', 'base'] }
  if (!threePhase) return [up, { end: total - 1, values: ['max', 'last'], momenta: ['base', 'max'] }]
  return [
    up,
    { end: 2 * pctStart * total - 2, values: ['max', 'first'], momenta: ['base', 'max'] },
    { end: total - 1, values: ['first', 'last'], momenta: ['max', 'max'] },
  ]
}
