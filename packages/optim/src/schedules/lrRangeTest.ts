import { OptionError } from '@core/tensor'
import { checkFunction, checkInteger, checkNumber, checkOptions, describe } from '@core/tensor/extend'
import type { ScheduleOptions } from './schedule.js'
import { type Scheduled, Target } from './target.js'

/** What can be put back after the test: a model, an optimizer, a schedule. */
export interface Restorable {
  /** A copy of all that may change. */
  stateDict(): unknown
  /** Takes it over again. */
  loadStateDict(state: never): unknown
}

/** Options of {@link lrRangeTest}. */
export interface LrRangeTestOptions extends ScheduleOptions {
  /** The first value. Default 10⁻⁷. */
  min?: number
  /** The last value. Default 10. */
  max?: number
  /** How many steps there are at most, at least 3. Default 100. */
  count?: number
  /** Whether each value is the one before times a factor, or plus a number (Smith's). Default `'log'`. */
  spacing?: 'log' | 'linear'
  /** The share of the smoothed loss that stays at each step, from 0 to below 1. Default 0.8. */
  smoothing?: number
  /** It stops where the smoothed loss is above the best times this, above 1. Default 4. */
  divergence?: number
  /** What is put back afterwards, e.g. `[model, optimizer]`: without, the steps of the test stay. Default `[]`. */
  restore?: readonly Restorable[]
}

/** What {@link lrRangeTest} found. */
export interface LrRange {
  /** The values that were tried. */
  readonly lrs: readonly number[]
  /** The loss of each step. */
  readonly losses: readonly number[]
  /** The losses, smoothed: a running average without bias towards its beginning. */
  readonly smoothed: readonly number[]
  /** Where the smoothed loss falls fastest, over the logarithm of the value; null where it never falls. */
  readonly suggestion: number | null
  /** Whether it stopped early, because the loss grew too large or was no number. */
  readonly diverged: boolean
}

/**
 * Looks for a good learning rate (Smith, 2017): trains for a few steps while the rate grows, and watches the loss. Too small a rate
 * changes nothing, a good one makes the loss fall, too large a one makes it explode. The suggestion is where the loss falls
 * fastest; half of the rate at which it begins to rise is another usual choice. The learning rates are put back in any case.
 *
 * @param optimizer - whose groups get the rate, all the same
 * @param step - makes one step of training, the optimizer's `step()` included, and gives the loss before it
 * @param options - `min`, `max`, `count`, `spacing`, `smoothing`, `divergence`, `restore`, `hyperparameter`
 * @returns the curve, and a suggestion
 * @throws OptionError where an option is not allowed or a loss is no number; what `step` throws
 * @example
 * ```ts
 * import { Parameter, tensor } from '@core/tensor'
 * import { lrRangeTest, SGD } from '@nn/optim'
 * const p = new Parameter(tensor([1, 2]))
 * const optimizer = new SGD([p], { lr: 0.5 })
 * const { suggestion, diverged } = await lrRangeTest(optimizer, () => {
 *   optimizer.zeroGrad()
 *   const loss = p.square().sum()
 *   loss.backward()
 *   optimizer.step()
 *   return loss.item()
 * }, { min: 1e-4 })
 * suggestion! > 0.01 && suggestion! < 1 // => true
 * diverged // => true
 * optimizer.groups[0]?.lr // => 0.5
 * ```
 */
export async function lrRangeTest(
  optimizer: Scheduled,
  step: (lr: number) => number | PromiseLike<number>,
  options: LrRangeTestOptions = {},
): Promise<LrRange> {
  const op = 'lrRangeTest'
  const { min = 1e-7, max = 10, count = 100, spacing = 'log', ...rest } = checkOptions(op, options, NAMES)
  const { smoothing = 0.8, divergence = 4, restore = [], hyperparameter = 'lr' } = rest
  checkFunction(op, 'step', step)
  checkNumber(op, 'min', min, 0, Infinity, 'both')
  checkNumber(op, 'max', max, min, Infinity, 'both')
  checkInteger(op, 'count', count, 3)
  checkNumber(op, 'smoothing', smoothing, 0, 1, 'max')
  checkNumber(op, 'divergence', divergence, 1, Infinity, 'min')
  if (spacing !== 'log' && spacing !== 'linear')
    throw new OptionError(`${op}: spacing must be 'log' or 'linear', got ${describe(spacing)}`)
  if (
    !Array.isArray(restore) ||
    !restore.every((r) => typeof r?.stateDict === 'function' && typeof r?.loadStateDict === 'function')
  )
    throw new OptionError(
      `${op}: restore must be a list of what has stateDict and loadStateDict, like [model, optimizer]`,
    )
  const target = new Target(op, optimizer, hyperparameter)
  const before = target.values
  const states = restore.map((part: Restorable) => [part, part.stateDict()] as const)
  const curve = { lrs: [] as number[], losses: [] as number[], smoothed: [] as number[] }
  let [average, best, diverged] = [0, Infinity, false]
  try {
    for (let i = 0; i < count && !diverged; i++) {
      const share = i / (count - 1)
      const lr = spacing === 'log' ? min * (max / min) ** share : min + (max - min) * share
      target.write(before.map(() => lr))
      const loss = await step(lr)
      if (typeof loss !== 'number')
        throw new OptionError(
          `${op}: step must give the loss as a number, e.g. loss.item(), got ${describe(loss)}`,
        )
      average = smoothing * average + (1 - smoothing) * loss
      const smooth = average / (1 - smoothing ** (i + 1))
      best = Math.min(best, smooth)
      diverged = !(smooth <= best + (divergence - 1) * Math.abs(best))
      curve.lrs.push(lr)
      curve.losses.push(loss)
      curve.smoothed.push(smooth)
    }
  } finally {
    for (const [part, state] of states) part.loadStateDict(state as never)
    target.write(before)
  }
  return { ...curve, suggestion: steepest(curve.lrs, curve.smoothed), diverged }
}

const NAMES = [
  'min',
  'max',
  'count',
  'spacing',
  'smoothing',
  'divergence',
  'restore',
  'hyperparameter',
] as const

/** Where the loss falls fastest, by central differences over the logarithm. */
function steepest(lrs: readonly number[], losses: readonly number[]): number | null {
  let [least, found]: [number, number | null] = [0, null]
  for (let i = 1; i < lrs.length - 1; i++) {
    const slope = (losses[i + 1]! - losses[i - 1]!) / Math.log(lrs[i + 1]! / lrs[i - 1]!)
    if (slope < least) [least, found] = [slope, lrs[i]!]
  }
  return found
}
