import { ShapeError, type Tensor } from '@core/tensor'
import { checkTensors, show } from '@core/tensor/extend'
import { type Metric, meanMetric } from './metric.js'

async function valuesOf(
  op: string,
  output: Tensor,
  target: Tensor,
): Promise<[ArrayLike<number>, ArrayLike<number>]> {
  checkTensors(op, [output, target], ['the output', 'the target'])
  if (show(output.shape) !== show(target.shape))
    throw new ShapeError(
      `${op}: output ${show(output.shape)} and target ${show(target.shape)} must have the same shape; reshape one of them`,
    )
  return Promise.all([output.data(), target.data()])
}

function meanOfErrors(
  op: string,
  size: (error: number) => number,
  finish?: (mean: number) => number,
): Metric<number> {
  return meanMetric(async (output, target) => {
    const [given, right] = await valuesOf(op, output, target)
    let sum = 0
    for (let i = 0; i < given.length; i++) sum += size(given[i]! - right[i]!)
    return { sum, count: given.length }
  }, finish)
}

/**
 * Mean absolute error: $\frac{1}{n} \sum_i |x_i - t_i|$, over all values of all batches, in the unit of the target.
 *
 * @returns a metric of at least 0; NaN before the first value. Its `update` throws a ShapeError where the shapes differ
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { meanAbsoluteError } from '@nn/train'
 * const metric = meanAbsoluteError()
 * await metric.update(tensor([1, 2]), tensor([1, 5]))
 * metric.compute() // => 1.5
 * ```
 */
export function meanAbsoluteError(): Metric<number> {
  return meanOfErrors('meanAbsoluteError', Math.abs)
}

/**
 * Mean squared error: $\frac{1}{n} \sum_i (x_i - t_i)^2$, over all values of all batches.
 *
 * @returns a metric of at least 0; NaN before the first value. Its `update` throws a ShapeError where the shapes differ
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { meanSquaredError } from '@nn/train'
 * const metric = meanSquaredError()
 * await metric.update(tensor([1, 2]), tensor([1, 5]))
 * metric.compute() // => 4.5
 * ```
 */
export function meanSquaredError(): Metric<number> {
  return meanOfErrors('meanSquaredError', (error) => error * error)
}

/**
 * Root of the mean squared error: $\sqrt{\frac{1}{n} \sum_i (x_i - t_i)^2}$, in the unit of the target.
 *
 * @returns a metric of at least 0; NaN before the first value. Its `update` throws a ShapeError where the shapes differ
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { rootMeanSquaredError } from '@nn/train'
 * const metric = rootMeanSquaredError()
 * await metric.update(tensor([1, 2]), tensor([1, 4]))
 * metric.compute() // ~> 1.414214
 * ```
 */
export function rootMeanSquaredError(): Metric<number> {
  return meanOfErrors('rootMeanSquaredError', (error) => error * error, Math.sqrt)
}

/** Sums over one output: targets seen, their mean, squares around it, squares of the errors. */
interface Spread {
  count: number
  mean: number
  around: number
  errors: number
}

/**
 * Coefficient of determination: $R^2 = 1 - \sum_i (x_i - t_i)^2 / \sum_i (t_i - \bar t)^2$; 1 is perfect, 0 as good as
 * always answering the mean, and it can be negative. The squares around the mean are updated value by value (Welford, 1962), so
 * that large means cost no precision.
 *
 * Output and target [values], or [values, outputs]: then the mean over the outputs. For targets that are all the same
 * it is 1 where they are met exactly, else 0, as in scikit-learn.
 *
 * @returns a metric of at most 1; NaN before the second value. Its `update` throws a ShapeError where the shapes do not fit
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { r2Score } from '@nn/train'
 * const metric = r2Score()
 * await metric.update(tensor([2.5, 0, 2, 8]), tensor([3, -0.5, 2, 7]))
 * metric.compute() // ~> 0.948608
 * ```
 */
export function r2Score(): Metric<number> {
  let spreads: Spread[] = []
  return {
    async update(output, target) {
      const [given, right] = await valuesOf('r2Score', output, target)
      const outputs = target.rank === 2 ? target.shape[1]! : 1
      if (target.rank > 2 || target.rank === 0 || (spreads.length > 0 && spreads.length !== outputs))
        throw new ShapeError(
          `r2Score: output and target must be [values] or [values, outputs]${spreads.length > 0 ? `, with ${spreads.length} outputs as before` : ''}, got ${show(target.shape)}`,
        )
      if (spreads.length === 0)
        spreads = Array.from({ length: outputs }, () => ({ count: 0, mean: 0, around: 0, errors: 0 }))
      for (let i = 0; i < right.length; i++) {
        const spread = spreads[i % outputs]!
        const away = right[i]! - spread.mean
        spread.count++
        spread.mean += away / spread.count
        spread.around += away * (right[i]! - spread.mean)
        spread.errors += (given[i]! - right[i]!) ** 2
      }
    },
    compute: () => spreads.map(determination).reduce((a, b) => a + b, 0) / spreads.length,
    reset: () => {
      spreads = []
    },
  }
}

function determination({ count, around, errors }: Spread): number {
  if (count < 2) return Number.NaN
  if (around === 0) return errors === 0 ? 1 : 0
  return 1 - errors / around
}
