import { OptionError } from '@core/tensor'
import { checkFunction, checkNumber, checkOptions, describe } from '@core/tensor/extend'
import { FormulaSchedule } from './formulaSchedule.js'
import { MomentumCycle, type MomentumOptions } from './momentumCycle.js'
import { perGroup } from './perGroup.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** How the height of the cycles changes: it stays, is halved with each cycle, or falls with each step. */
export type CyclicMode = 'triangular' | 'triangular2' | 'exp_range'

/** Options of {@link CyclicLR}. */
export interface CyclicLROptions extends ScheduleOptions, MomentumOptions {
  /** The lower bound, from which each cycle begins; one, or one for each group. */
  baseLr: number | readonly number[]
  /** The upper bound of the first cycle; one, or one for each group. */
  maxLr: number | readonly number[]
  /** Steps from the lower bound to the upper. Default 2000. */
  stepSizeUp?: number
  /** Steps back. Default: as many. */
  stepSizeDown?: number
  /** How the height changes. Default `'triangular'`. */
  mode?: CyclicMode
  /** The factor γ of each step for `'exp_range'`. Default 1. */
  gamma?: number
  /** The height as a function of the number of the cycle, from 1, or of the steps; takes the place of `mode`. */
  scaleFn?: (x: number) => number
  /** What `scaleFn` is given. Default `'cycle'`. */
  scaleMode?: 'cycle' | 'iterations'
}

/**
 * Rises and falls between two bounds, in straight lines (Smith, 2017), while momentum moves the other way:
 * $\eta_t = \eta_{\mathrm{base}} + (\eta_{\max} - \eta_{\mathrm{base}}) \, z_t \, h$, with $z_t$ from 0 to 1 and back, and the height h = 1
 * (`'triangular'`), $2^{1 - \mathrm{cycle}}$ (`'triangular2'`) or $\gamma^t$ (`'exp_range'`). As PyTorch's.
 *
 * `maxMomentum` (default 0.9) goes with `baseLr`, `baseMomentum` (default 0.8) with `maxLr`.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { CyclicLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1, momentum: 0.9 })
 * const schedule = new CyclicLR(optimizer, { baseLr: 0.1, maxLr: 0.5, stepSizeUp: 2 })
 * const both = Array.from({ length: 4 }, () => {
 *   const { lr, momentum } = optimizer.groups[0]!
 *   optimizer.step()
 *   schedule.step()
 *   return [lr, momentum]
 * })
 * both // ~> [[0.1, 0.9], [0.3, 0.85], [0.5, 0.8], [0.3, 0.85]]
 * ```
 */
export class CyclicLR extends FormulaSchedule {
  private readonly maxLrs: readonly number[]
  private readonly total: number
  private readonly ratio: number
  private readonly height: (cycle: number, step: number) => number

  /**
   * @param optimizer - whose groups it moves
   * @param options - `baseLr`, `maxLr`, `stepSizeUp`, `stepSizeDown`, `mode`, `gamma`, `scaleFn`, `scaleMode`, `cycleMomentum`,
   * `baseMomentum`, `maxMomentum`, `hyperparameter`
   * @throws OptionError where an option is not allowed, the hyperparameter is no number, or there is no momentum to cycle
   */
  constructor(optimizer: Scheduled, options: CyclicLROptions) {
    const op = 'CyclicLR'
    const given = checkOptions(op, options, NAMES, ['cycleMomentum'])
    const { baseLr, maxLr, stepSizeUp = 2000, hyperparameter = 'lr' } = given
    const { stepSizeDown = stepSizeUp, cycleMomentum = hyperparameter === 'lr' } = given
    super(op, optimizer, hyperparameter)
    const bound = (name: string) => (value: number) =>
      checkNumber(op, name, value, -Infinity, Infinity, 'both')
    const bases = perGroup(op, 'baseLr', baseLr, this.target.length, bound('baseLr'))
    this.maxLrs = perGroup(op, 'maxLr', maxLr, this.target.length, bound('maxLr'))
    const up = checkNumber(op, 'stepSizeUp', stepSizeUp, 0, Infinity, 'both')
    this.total = up + checkNumber(op, 'stepSizeDown', stepSizeDown, 0, Infinity, 'max')
    this.ratio = up / this.total
    this.height = heightOf(op, given)
    if (cycleMomentum) {
      const { baseMomentum = 0.8, maxMomentum = 0.9 } = given
      this.momentum = new MomentumCycle(
        op,
        optimizer,
        { baseMomentum, maxMomentum },
        (step, base, max) => max - (max - base) * this.share(step) * this.scale(step),
      )
    }
    this.initial = bases
    this.target.write(bases)
    this.begin()
  }

  private cycle(step: number): number {
    return Math.floor(1 + step / this.total)
  }

  private share(step: number): number {
    const x = 1 + step / this.total - this.cycle(step)
    return x <= this.ratio ? x / this.ratio : (x - 1) / (this.ratio - 1)
  }

  private scale(step: number): number {
    return this.height(this.cycle(step), step)
  }

  protected override at(step: number, _anchor: number, group: number): number {
    const base = this.initial[group]!
    return base + (this.maxLrs[group]! - base) * this.share(step) * this.scale(step)
  }
}

const NAMES = [
  'baseLr',
  'maxLr',
  'stepSizeUp',
  'stepSizeDown',
  'mode',
  'gamma',
  'scaleFn',
  'scaleMode',
  'baseMomentum',
  'maxMomentum',
  'hyperparameter',
] as const

function heightOf(op: string, options: CyclicLROptions): (cycle: number, step: number) => number {
  const { mode = 'triangular', gamma = 1, scaleFn, scaleMode = 'cycle' } = options
  checkNumber(op, 'gamma', gamma, 0, Infinity, 'max')
  if (scaleMode !== 'cycle' && scaleMode !== 'iterations')
    throw new OptionError(`${op}: scaleMode must be 'cycle' or 'iterations', got ${describe(scaleMode)}`)
  if (scaleFn !== undefined) {
    checkFunction(op, 'scaleFn', scaleFn)
    return (cycle, step) => scaleFn(scaleMode === 'cycle' ? cycle : step)
  }
  if (mode === 'triangular') return () => 1
  if (mode === 'triangular2') return (cycle) => 2 ** (1 - cycle)
  if (mode === 'exp_range') return (_, step) => gamma ** step
  throw new OptionError(
    `${op}: mode must be 'triangular', 'triangular2' or 'exp_range', got ${describe(mode)}`,
  )
}
