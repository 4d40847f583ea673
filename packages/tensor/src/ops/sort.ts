import * as kernels from '../backends/catalog/index.js'
import { OptionError } from '../errors.js'
import { checkInteger, checkOptions, describe } from '../options.js'
import type { Tensor } from '../tensor.js'
import { cast } from './cast.js'
import type { ValuesAndIndices } from './extremes.js'
import { type Lines, linesOf } from './lines.js'
import { transpose } from './movement.js'
import { pick, picked } from './pick.js'
import { checkTensor, empty, execute } from './run.js'
import { narrow } from './slicing.js'

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** The axis. Default −1. */
  axis?: number
  /** Largest first. Default false. */
  descending?: boolean
}

/** Options of {@link topk}. */
export interface TopkOptions {
  /** The axis. Default −1. */
  axis?: number
  /** The largest values; else the smallest. Default true. */
  largest?: boolean
}

/** Sorted values (without a place on the tape), and where each stood, int32. */
export function ordered(x: Tensor, { at }: Lines, descending: boolean): [values: Tensor, indices: Tensor] {
  const values = x.dtype === 'bool' ? cast(x, 'int32') : x.detach()
  const moved = x.rank > 1 && at !== x.rank - 1
  const rows = moved ? transpose(values, at, -1) : values
  const n = rows.rank === 0 ? 1 : rows.shape[rows.rank - 1]!
  const sorted = empty(x.backend, rows.shape, rows.dtype)
  const index = empty(x.backend, rows.shape, 'int32')
  execute(kernels.sort, [rows], [sorted, index], { rows: n === 0 ? 0 : rows.size / n, n, descending })
  const back = (t: Tensor) => (moved ? transpose(t, at, -1) : t)
  return [cast(back(sorted), x.dtype), back(index)]
}

function checked(op: string, x: Tensor, options: SortOptions): [Lines, boolean] {
  const { axis = -1, descending = false } = checkOptions(op, options, ['axis'], ['descending'])
  checkTensor(op, x)
  return [linesOf(op, axis, x.shape), descending]
}

/**
 * Sorts along an axis. Equal values keep their order; NaN counts as larger than all others. The gradient goes back to
 * where each value came from.
 *
 * @param x - any tensor
 * @param options - `axis`, default −1; `descending`
 * @returns `values` and `indices` (int32: where each value stood), of the same shape
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { sort, tensor } from '@core/tensor'
 * const { values, indices } = sort(tensor([3, 1, 2]))
 * values.toArraySync() // => [1, 2, 3]
 * indices.toArraySync() // => [1, 2, 0]
 * ```
 */
export function sort(x: Tensor, options: SortOptions = {}): ValuesAndIndices {
  const [lines, descending] = checked('sort', x, options)
  const [values, indices] = ordered(x, lines, descending)
  return { values: picked(x, indices, lines, values), indices }
}

/**
 * The order in which values must be taken to be sorted along an axis; of {@link sort} the indices.
 *
 * @param x - any tensor
 * @param options - `axis`, default −1; `descending`
 * @returns an int32 tensor of the same shape; it has no gradient
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { argsort, tensor } from '@core/tensor'
 * argsort(tensor([3, 1, 2]), { descending: true }).toArraySync() // => [0, 2, 1]
 * ```
 */
export function argsort(x: Tensor, options: SortOptions = {}): Tensor {
  const [lines, descending] = checked('argsort', x, options)
  return ordered(x, lines, descending)[1]
}

/**
 * The k largest values along an axis, largest first (or the smallest, smallest first), and where they stand.
 *
 * @param x - any tensor
 * @param k - how many
 * @param options - `axis`, default −1; `largest`, default true
 * @returns `values` and `indices` (int32), with k entries along the axis
 * @throws ShapeError where the axis does not exist; OptionError where it has fewer than k entries
 * @example
 * ```ts
 * import { tensor, topk } from '@core/tensor'
 * topk(tensor([3, 1, 4, 1, 5]), 2).values.toArraySync() // => [5, 4]
 * ```
 */
export function topk(x: Tensor, k: number, options: TopkOptions = {}): ValuesAndIndices {
  const { axis = -1, largest = true } = checkOptions('topk', options, ['axis'], ['largest'])
  checkTensor('topk', x)
  const lines = linesOf('topk', axis, x.shape)
  checkInteger('topk', 'k', k, x.rank === 0 ? 1 : 0)
  if (k > lines.n)
    throw new OptionError(
      `topk: k must be at most ${lines.n}, the entries of axis ${axis}, got ${describe(k)}`,
    )
  const [, all] = ordered(x, lines, largest)
  const indices = all.rank === 0 ? all : narrow(all, lines.at, 0, k)
  return { values: pick(x, indices, lines), indices }
}
