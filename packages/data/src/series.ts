import { narrow, OptionError, ShapeError, type Tensor, tensor } from '@core/tensor'
import { checkOptions, checkTensor, readNow } from '@core/tensor/extend'
import { checkCount } from './options.js'
import { named, type PartOptions, partSizes, type Split, type SplitInThree } from './parts.js'

/** Options of {@link splitSeries}. */
export interface SplitSeriesOptions extends PartOptions {
  /**
   * How many steps before a held-out part are put in front of it, as inputs for its first forecasts: the `inputLength`
   * of {@link windowDataset}. Default 0.
   */
  context?: number
}

/**
 * Splits a time series by time: the past is to learn from, what came later is held out. Windows are made of each part by
 * itself, so that none reaches from one into the next, and what is forecast in one part is forecast in no other.
 *
 * @param series - steps along the first dimension
 * @param options - `validation` (default 0.1) and `test` (default none): shares, or numbers of steps; `context`
 * @returns `train`, `validation` and, where asked for, `test`; the later ones begin with `context` steps of the part before
 * @throws OptionError when a part would be empty
 * @example
 * ```ts
 * import { arange } from '@core/tensor'
 * import { splitSeries, windowDataset } from '@nn/data'
 * const { train, validation } = splitSeries(arange(10).reshape([10, 1]), { validation: 3, context: 2 })
 * train.shape // => [7, 1]
 * const windows = windowDataset(validation, { inputLength: 2, horizon: 1 })
 * const forecasts = await Promise.all([0, 1, 2].map(async (i) => (await windows.get(i))[1].itemSync()))
 * forecasts // => [7, 8, 9]
 * ```
 */
export function splitSeries(
  series: Tensor,
  options: SplitSeriesOptions & { test: number },
): SplitInThree<Tensor>
export function splitSeries(series: Tensor, options?: SplitSeriesOptions): Split<Tensor>
export function splitSeries(series: Tensor, options: SplitSeriesOptions = {}): Split<Tensor> {
  const op = 'splitSeries'
  checkOptions(op, options, ['validation', 'test', 'context'])
  checkTensor(op, series, 'the series')
  if (series.rank === 0)
    throw new ShapeError(`${op}: the series is a single number, shape []; its first dimension must be time`)
  const { context = 0 } = options
  checkCount(op, 'context', context, 0, 'it is the number of steps in front of a held-out part')
  const sizes = partSizes(op, series.shape[0]!, options)
  if (context > sizes[0])
    throw new OptionError(
      `${op}: context is ${context}, but there are only ${sizes[0]} steps before the first held-out one; hold out less`,
    )
  // Parts of values that can be read at once can be so too: scalers learn from them.
  const values = series.requiresGrad ? null : readNow(series)
  const row = series.size / series.shape[0]!
  const { dtype, backend } = series
  const part = (from: number, length: number) =>
    values
      ? tensor(values.slice(from * row, (from + length) * row), {
          shape: [length, ...series.shape.slice(1)],
          dtype,
          backend,
        })
      : narrow(series, 0, from, length)
  let at = 0
  return named(
    sizes.map((size) => {
      const before = Math.min(at, context)
      at += size
      return part(at - size - before, size + before)
    }),
  )
}
