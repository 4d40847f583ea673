import { OptionError, type Tensor } from '@core/tensor'
import { checkOptions, describe } from '@core/tensor/extend'
import { columnsOf, Scaler } from './scaler.js'

/** Options of a {@link MinMaxScaler}. */
export interface MinMaxScalerOptions {
  /** Where the smallest and the largest value go. Default [0, 1]. */
  range?: readonly [low: number, high: number]
}

/**
 * Brings each feature into a range: $y = a + (b - a) \frac{x - \min}{\max - \min}$, with the extremes of the data it has
 * learned from. Learn from the training part only; held-out values beyond its extremes then lie outside of the range.
 * A feature that never changes goes to $a$.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { MinMaxScaler } from '@nn/data'
 * const scaler = new MinMaxScaler({ range: [-1, 1] }).fit(tensor([[2], [6]]))
 * scaler.transform(tensor([[2], [4], [8]])).toArraySync() // => [[-1], [0], [2]]
 * ```
 */
export class MinMaxScaler extends Scaler {
  protected override readonly op = 'MinMaxScaler'
  private readonly low: number
  private readonly high: number

  /** @param options - `range` (default [0, 1]) */
  constructor(options: MinMaxScalerOptions = {}) {
    super()
    const { range = [0, 1] } = checkOptions('MinMaxScaler', options, ['range'])
    if (
      !Array.isArray(range) ||
      range.length !== 2 ||
      !range.every(Number.isFinite) ||
      !(range[0] < range[1])
    )
      throw new OptionError(
        `MinMaxScaler: range must be two numbers, the lower one first, as in [0, 1], got ${Array.isArray(range) ? `[${range.join(', ')}]` : describe(range)}`,
      )
    ;[this.low, this.high] = range
  }

  /**
   * Learns the extremes of each feature.
   *
   * @param train - float tensor [..., features]: the training part
   * @returns this scaler
   * @throws OptionError where a value is not finite; ShapeError where there are no values
   */
  fit(train: Tensor): this {
    const columns = columnsOf('MinMaxScaler.fit', train)
    const width = this.high - this.low
    const least = columns.map((column) => column.reduce((a, b) => Math.min(a, b)))
    const scale = columns.map(
      (column, i) => (column.reduce((a, b) => Math.max(a, b)) - least[i]!) / width || 1,
    )
    this.state = { shift: least.map((low, i) => low - this.low * scale[i]!), scale }
    return this
  }
}
