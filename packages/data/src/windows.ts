import { OptionError, ShapeError, type Tensor, type TypedArray, tensor } from '@core/tensor'
import { checkOptions, checkTensor, describe, show } from '@core/tensor/extend'
import { checkIndex, type Dataset } from './dataset.js'
import { checkCount } from './options.js'
import { valuesOf, whenRead } from './reading.js'

/** What was seen, and what came after it. */
export type WindowPair = [x: Tensor, y: Tensor]

/** Options of {@link windowDataset}. */
export interface WindowDatasetOptions {
  /** How many steps are seen. */
  inputLength: number
  /** How many of the steps after them are to be forecast. Default 1. */
  horizon?: number
  /** Distance from one window to the next. Default 1. */
  stride?: number
  /** Which features are to be forecast, by their columns. Default: all. */
  targets?: readonly number[]
}

/**
 * A time series cut into windows. Example `i` is a pair: `x` [inputLength, features], the steps from `i · stride` on, and
 * `y` [horizon, targets], the steps right after them. Windows may overlap, but none reaches over the end of the series;
 * split the series with {@link splitSeries} first, then make windows of each part.
 *
 * @param series - [time, features]; the values are read once, when the dataset is made; where they can only be waited for
 *   (WebGPU), examples and batches come as promises
 * @param options - `inputLength` is needed; `horizon`, `stride`, `targets`
 * @returns a dataset of $\lfloor (\mathrm{time} - \mathrm{inputLength} - \mathrm{horizon}) / \mathrm{stride} \rfloor + 1$ pairs
 * @throws OptionError when the series is too short for one window
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { windowDataset } from '@nn/data'
 * const series = tensor([[0, 50], [1, 51], [2, 52], [3, 53], [4, 54]])
 * const windows = windowDataset(series, { inputLength: 2, horizon: 2, targets: [0] })
 * windows.length // => 2
 * const [x, y] = await windows.get(1)
 * x.toArraySync() // => [[1, 51], [2, 52]]
 * y.toArraySync() // => [[3], [4]]
 * ```
 */
export function windowDataset(
  series: Tensor,
  options: WindowDatasetOptions,
): Dataset<WindowPair, WindowPair> {
  const op = 'windowDataset'
  checkOptions(op, options, ['inputLength', 'horizon', 'stride', 'targets'])
  checkTensor(op, series, 'the series')
  if (series.rank !== 2)
    throw new ShapeError(
      `${op}: the series ${show(series.shape)} must be [time, features]; use reshape(series, [-1, 1]) for one with a single feature`,
    )
  const [time, features] = series.shape as unknown as [number, number]
  const { inputLength, horizon = 1, stride = 1, targets } = options
  checkCount(op, 'inputLength', inputLength, 1, 'it is the number of steps that are seen')
  checkCount(op, 'horizon', horizon, 1, 'it is the number of steps that are to be forecast')
  checkCount(op, 'stride', stride, 1, 'it is the distance between windows')
  const all = Array.from({ length: features }, (_, i) => i)
  const columns = targets === undefined ? all : checkColumns(op, 'targets', targets, features)
  if (time < inputLength + horizon)
    throw new OptionError(
      `${op}: a window of ${inputLength} steps and ${horizon} after them need ${inputLength + horizon}, the series has ${time}; ` +
        'give a longer series, or lower inputLength or horizon',
    )
  const read = [valuesOf(series)]
  const { dtype } = series
  const length = Math.floor((time - inputLength - horizon) / stride) + 1
  const cut = (values: TypedArray, starts: readonly number[], front: readonly number[]): WindowPair => [
    tensor(rows(values, features, starts, inputLength, all), {
      shape: [...front, inputLength, features],
      dtype,
    }),
    tensor(
      rows(
        values,
        features,
        starts.map((start) => start + inputLength),
        horizon,
        columns,
      ),
      { shape: [...front, horizon, columns.length], dtype },
    ),
  ]
  const make = (starts: readonly number[], front: readonly number[]) =>
    whenRead(read, ([values]) => cut(values!, starts, front))
  return {
    length,
    get: (index) => {
      checkIndex(`${op}.get`, index, length)
      return make([index * stride], [])
    },
    batch: (indices) =>
      make(
        Array.from(indices, (index) => index * stride),
        [indices.length],
      ),
  }
}

/** Checks a list of columns. */
export function checkColumns(
  op: string,
  name: string,
  columns: readonly number[],
  features: number,
): readonly number[] {
  if (!Array.isArray(columns) || columns.length === 0)
    throw new OptionError(
      `${op}: ${name} must be a list of at least one column, as in [0], got ${Array.isArray(columns) ? '[]' : describe(columns)}`,
    )
  for (const column of columns as readonly number[])
    if (!Number.isInteger(column) || column < 0 || column >= features)
      throw new OptionError(
        `${op}: there is no column ${describe(column)} for ${name}; they go from 0 to ${features - 1}`,
      )
  return columns
}

// `count` steps from each start on, of each the columns asked for.
function rows(
  values: TypedArray,
  features: number,
  starts: readonly number[],
  count: number,
  columns: readonly number[],
): TypedArray {
  const out = new (values.constructor as new (length: number) => TypedArray)(
    starts.length * count * columns.length,
  )
  let at = 0
  for (const start of starts)
    for (let step = start; step < start + count; step++)
      for (const column of columns) out[at++] = values[step * features + column]!
  return out
}
