import { OptionError } from '@core/tensor'
import { checkInteger, checkNumber, checkOptions, describe } from '@core/tensor/extend'
import { perGroup } from './perGroup.js'
import { Schedule, type ScheduleOptions } from './schedule.js'
import { checkState, count, numbers, type ScheduleState } from './state.js'
import type { Scheduled } from './target.js'

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions extends ScheduleOptions {
  /** Whether the metric shall fall or rise. Default `'min'`. */
  mode?: 'min' | 'max'
  /** The factor by which the value falls, from 0 to below 1. Default 0.1. */
  factor?: number
  /** How many steps without improvement it bears. Default 10. */
  patience?: number
  /** By how much the metric must be better than the best to count. Default 10⁻⁴. */
  threshold?: number
  /** Whether the threshold is a share of the best, or in the metric's unit. Default `'rel'`. */
  thresholdMode?: 'rel' | 'abs'
  /** For how many steps it does not count after a fall. Default 0. */
  cooldown?: number
  /** The lowest value; one, or one for each group. Default 0. */
  minLr?: number | readonly number[]
  /** A fall by no more than this is left out. Default 10⁻⁸. */
  eps?: number
}

/**
 * Falls by a factor when a metric has not improved for some steps: $\eta \leftarrow \max(\gamma \eta, \eta_{\min})$ after more than `patience`
 * steps in which the metric was not better than the best by the threshold. As PyTorch's. Its `step` takes the metric, once
 * an epoch as a rule; NaN is not better.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { ReduceLROnPlateau, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 })
 * const lrs = [0.9, 0.5, 0.6, 0.5, 0.4].map((loss) => {
 *   schedule.step(loss)
 *   return schedule.values[0]
 * })
 * lrs // => [1, 1, 1, 0.5, 0.5]
 * ```
 */
export class ReduceLROnPlateau extends Schedule {
  private readonly mode: 'min' | 'max'
  private readonly thresholdMode: 'rel' | 'abs'
  private readonly options: {
    factor: number
    patience: number
    threshold: number
    cooldown: number
    eps: number
  }
  private readonly minLrs: readonly number[]
  private count = 0
  private best = 0
  private bad = 0
  private cooling = 0

  /**
   * @param optimizer - whose groups it moves
   * @param options - `mode`, `factor`, `patience`, `threshold`, `thresholdMode`, `cooldown`, `minLr`, `eps`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: ReduceLROnPlateauOptions = {}) {
    const op = 'ReduceLROnPlateau'
    const given = checkOptions(op, options, NAMES)
    super(op, optimizer, given.hyperparameter)
    const { mode = 'min', thresholdMode = 'rel', minLr = 0 } = given
    const { factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, eps = 1e-8 } = given
    this.mode = oneOf(op, 'mode', mode, 'min', 'max')
    this.thresholdMode = oneOf(op, 'thresholdMode', thresholdMode, 'rel', 'abs')
    checkNumber(op, 'factor', factor, 0, 1, 'max')
    checkInteger(op, 'patience', patience)
    checkNumber(op, 'threshold', threshold, -Infinity, Infinity, 'both')
    checkInteger(op, 'cooldown', cooldown)
    checkNumber(op, 'eps', eps, 0)
    this.options = { factor, patience, threshold, cooldown, eps }
    const check = (value: number) => checkNumber(op, 'minLr', value, -Infinity, Infinity, 'both')
    this.minLrs = perGroup(op, 'minLr', minLr, this.target.length, check)
    this.begin()
  }

  override get steps(): number {
    return this.count
  }

  /** Forgets the metrics seen; the value stays. */
  override begin(): void {
    this.count = 0
    this.best = this.mode === 'min' ? Infinity : -Infinity
    this.bad = 0
    this.cooling = 0
  }

  /** Forgets the metrics seen, and puts the value back. */
  override restart(): void {
    this.rewind()
    this.begin()
  }

  override step(metric?: number): void {
    if (typeof metric !== 'number')
      throw new OptionError(
        `ReduceLROnPlateau: step() takes the metric that it watches, a number like the loss of the epoch, got ${describe(metric)}`,
      )
    this.count++
    const better = this.isBetter(metric)
    if (better) this.best = metric
    this.bad = better ? 0 : this.bad + 1
    if (this.cooling > 0) {
      this.cooling--
      this.bad = 0
    }
    if (this.bad <= this.options.patience) return
    this.cooling = this.options.cooldown
    this.bad = 0
    const { factor, eps } = this.options
    this.target.write(
      this.values.map((old, group) => {
        const value = Math.max(old * factor, this.minLrs[group]!)
        return old - value > eps ? value : old
      }),
    )
  }

  private isBetter(metric: number): boolean {
    const { best, mode, thresholdMode } = this
    const { threshold } = this.options
    if (thresholdMode === 'rel')
      return mode === 'min' ? metric < best * (1 - threshold) : metric > best * (threshold + 1)
    return mode === 'min' ? metric < best - threshold : metric > best + threshold
  }

  override stateDict(): ScheduleState {
    const { name, hyperparameter, best, bad, cooling, values } = this
    const seen = { best: Number.isFinite(best) ? best : String(best), bad, cooling }
    return { schedule: name, hyperparameter, step: this.count, ...seen, values }
  }

  override checkStateDict(state: ScheduleState): void {
    const best = (value: unknown) =>
      Number.isFinite(value) || value === 'Infinity' || value === '-Infinity'
        ? null
        : `${describe(value)} instead of a number`
    checkState(this, state, { best, bad: count, cooling: count, values: numbers(this.target.length) })
  }

  override loadStateDict(state: ScheduleState): void {
    this.checkStateDict(state)
    this.count = state.step
    this.best = Number(state.best)
    this.bad = state.bad as number
    this.cooling = state.cooling as number
    this.target.write(state.values as readonly number[])
  }
}

const NAMES = [
  'mode',
  'factor',
  'patience',
  'threshold',
  'thresholdMode',
  'cooldown',
  'minLr',
  'eps',
  'hyperparameter',
] as const

function oneOf<T extends string>(op: string, name: string, value: T, ...allowed: readonly T[]): T {
  if (!allowed.includes(value))
    throw new OptionError(`${op}: ${name} must be '${allowed.join("' or '")}', got ${describe(value)}`)
  return value
}
