import { OptionError, ShapeError, type Tensor, type TypedArray, tensor } from '@core/tensor'
import { describe, isTensor } from '@core/tensor/extend'
import { checkIndex, type Dataset } from './dataset.js'
import { type Values, valuesOf, whenRead } from './reading.js'

/** As many tensors as went in. */
export type Tensors<T extends readonly Tensor[]> = { -readonly [Key in keyof T]: Tensor }

interface Column {
  readonly values: Values
  readonly dtype: Tensor['dtype']
  readonly shape: readonly number[]
  readonly size: number
}

/**
 * A dataset over tensors in memory: example `i` is row `i` of each. The values are read once, when it is made;
 * where they can only be waited for (WebGPU), examples and batches come as promises.
 *
 * @param tensors - inputs, targets and whatever belongs to them, with the same first dimension
 * @returns a dataset whose examples and batches are arrays of as many tensors
 * @throws ShapeError when the first dimensions differ
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { tensorDataset } from '@nn/data'
 * const dataset = tensorDataset(tensor([[1, 2], [3, 4], [5, 6]]), tensor([0, 1, 0], { dtype: 'int32' }))
 * dataset.length // => 3
 * const [x, y] = await dataset.get(1)
 * x.dataSync() // => [3, 4]
 * y.itemSync() // => 1
 * ```
 */
export function tensorDataset<T extends readonly Tensor[]>(...tensors: T): Dataset<Tensors<T>, Tensors<T>> {
  if (tensors.length === 0) throw new OptionError('tensorDataset: give at least one tensor')
  for (const [i, given] of tensors.entries()) {
    if (!isTensor(given))
      throw new OptionError(
        `tensorDataset: argument ${i} is ${describe(given)}, not a tensor; make one with tensor(values)`,
      )
    if (given.rank === 0)
      throw new ShapeError(
        `tensorDataset: argument ${i} is a single number, shape []; its first dimension must count the examples`,
      )
  }
  const length = tensors[0]!.shape[0]!
  const other = tensors.findIndex(({ shape }) => shape[0] !== length)
  if (other >= 0)
    throw new ShapeError(
      `tensorDataset: argument 0 has shape [${tensors[0]!.shape.join(', ')}], argument ${other} ` +
        `[${tensors[other]!.shape.join(', ')}]; their first dimensions must be equal, one row for each example`,
    )
  const columns: Column[] = tensors.map((source) => {
    const shape = source.shape.slice(1)
    return { values: valuesOf(source), dtype: source.dtype, shape, size: shape.reduce((a, b) => a * b, 1) }
  })
  const made = (make: (values: TypedArray, column: Column) => Tensor) =>
    whenRead(
      columns.map(({ values }) => values),
      (all) => columns.map((column, i) => make(all[i]!, column)) as Tensors<T>,
    )
  return {
    length,
    get: (index) => {
      checkIndex('tensorDataset.get', index, length)
      return made((values, { dtype, shape, size }) =>
        tensor(values.slice(index * size, (index + 1) * size), { shape, dtype }),
      )
    },
    batch: (indices) => made((values, column) => rows(values, column, indices)),
  }
}

// One copy for each row, whatever its shape, and one tensor for the batch.
function rows(values: TypedArray, { dtype, shape, size }: Column, indices: Int32Array): Tensor {
  const out = new (values.constructor as new (length: number) => TypedArray)(indices.length * size)
  for (let i = 0; i < indices.length; i++)
    out.set(values.subarray(indices[i]! * size, (indices[i]! + 1) * size), i * size)
  return tensor(out, { shape: [indices.length, ...shape], dtype })
}
