import type { Tensor } from '@core/tensor'
import { columnsOf, Scaler } from './scaler.js'

/**
 * Brings each feature to mean 0 and standard deviation 1: $y = (x - \mu) / \sigma$, with the mean $\mu$ and the standard
 * deviation $\sigma = \sqrt{\frac{1}{n} \sum (x - \mu)^2}$ of the data it has learned from. Learn from the training part
 * only, and scale all parts with the same numbers: what is held out must not be looked at. A feature that never changes
 * is only shifted.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Standardizer } from '@nn/data'
 * const standardizer = new Standardizer().fit(tensor([[1, 7], [3, 7]]))
 * standardizer.transform(tensor([[5, 8]])).toArraySync() // => [[3, 1]]
 * standardizer.inverse(tensor([[3, 1]])).toArraySync() // => [[5, 8]]
 * standardizer.state // => { shift: [2, 7], scale: [1, 1] }
 * ```
 */
export class Standardizer extends Scaler {
  protected override readonly op = 'Standardizer'

  /**
   * Learns mean and standard deviation of each feature, in double precision.
   *
   * @param train - float tensor [..., features]: the training part
   * @returns this standardizer
   * @throws OptionError where a value is not finite; ShapeError where there are no values
   */
  fit(train: Tensor): this {
    const columns = columnsOf('Standardizer.fit', train)
    const learned = columns.map(meanAndDeviation)
    this.state = { shift: learned.map(([shift]) => shift), scale: learned.map(([, scale]) => scale) }
    return this
  }
}

function meanAndDeviation(values: Float64Array): [mean: number, deviation: number] {
  const first = values[0]!
  if (values.every((value) => value === first)) return [first, 1] // the mean's rounding would pass for a deviation
  const center = mean(values)
  return [center, Math.sqrt(mean(values.map((value) => (value - center) ** 2))) || 1]
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
