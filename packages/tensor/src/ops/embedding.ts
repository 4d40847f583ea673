import { noGrad } from '../autograd/mode.js'
import { track, wantsGrad } from '../autograd/track.js'
import { OptionError, ShapeError } from '../errors.js'
import { assign } from '../inplace.js'
import { checkInteger, checkNumber, checkOptions } from '../options.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { add, div, mul } from './arithmetic.js'
import { reshape } from './broadcast.js'
import { eq, gt, where } from './compare.js'
import { checkRange, gatherRows, scatterRows } from './indexing.js'
import { vectorNorm } from './norm.js'
import { checkIndices, checkTensors, filled } from './run.js'

/** Options of {@link embedding}. */
export interface EmbeddingLookupOptions {
  /** A row that is not trained: its gradient is 0. Counted from the end where negative. Default: none. */
  paddingIdx?: number | undefined
  /** Rows that are looked up and are longer than this are first shortened to it, in place. Default: none. */
  maxNorm?: number | undefined
  /** The order of that norm. Default 2. */
  normType?: number
  /** Whether the gradient of a row is divided by how often it was looked up. Default false. */
  scaleGradByFreq?: boolean
}

/** Shortens, in place, the rows that are looked up and longer than `maxNorm`. */
function renorm(weight: Tensor, indices: Tensor, maxNorm: number, order: number): void {
  noGrad(() => {
    const values = weight.detach()
    const ones = filled(1, [indices.size, 1], weight.dtype, weight.backend)
    const used = gt(scatterRows(ones, indices, weight.shape[0]!), 0)
    const length = vectorNorm(values, order, { axis: 1, keepDim: true })
    const factor = where(gt(length, maxNorm), div(maxNorm, add(length, 1e-7)), 1)
    assign(weight, mul(values, where(used, factor, 1)))
  })
}

/**
 * Looks rows up in a table: $y_i = W_{k_i}$. The gradient of a row is the sum over its uses.
 *
 * @param weight - the table [count, width]
 * @param indices - row numbers, int32, of any shape [...]
 * @param options - `paddingIdx`, `maxNorm`, `normType` (2), `scaleGradByFreq` (false)
 * @returns [..., width]
 * @throws ShapeError where a number is out of range; DTypeError where the indices are not int32
 * @example
 * ```ts
 * import { embedding, tensor } from '@core/tensor'
 * const table = tensor([[1, 2], [3, 4], [5, 6]])
 * embedding(table, tensor([2, 0], { dtype: 'int32' })).toArraySync() // => [[5, 6], [1, 2]]
 * ```
 */
export function embedding(weight: Tensor, indices: Tensor, options: EmbeddingLookupOptions = {}): Tensor {
  const op = 'embedding'
  const names = ['paddingIdx', 'maxNorm', 'normType'] as const
  const {
    paddingIdx,
    maxNorm,
    normType = 2,
    scaleGradByFreq = false,
  } = checkOptions(op, options, names, ['scaleGradByFreq'])
  checkTensors(op, [weight, indices], ['the weight', 'the indices'])
  checkIndices(op, indices, 'the indices')
  if (weight.rank !== 2)
    throw new ShapeError(`${op}: the weight must be a matrix [count, width], got ${show(weight.shape)}`)
  const [count, width] = weight.shape as [number, number]
  checkRange(op, indices, count, 'index')
  const padding = paddingIdx === undefined ? undefined : paddingRow(op, paddingIdx, count)
  const flat = indices.view([indices.size])
  if (maxNorm !== undefined) {
    checkNumber(op, 'maxNorm', maxNorm, 0)
    if (!weight.isLeaf) throw new OptionError(`${op}: maxNorm changes the weight in place; it must be a leaf`)
    renorm(weight, flat, maxNorm, normType)
  }
  const shape = [...indices.shape, width]
  if ((padding === undefined && !scaleGradByFreq) || !wantsGrad(weight))
    return reshape(gatherRows(weight, flat), shape)
  const column = flat.view([flat.size, 1])
  const gradient = (g: Tensor): Tensor => {
    const kept = padding === undefined ? g : where(eq(column, padding), 0, g)
    if (!scaleGradByFreq) return scatterRows(kept, flat, count)
    const ones = filled(1, [flat.size, 1], g.dtype, g.backend)
    return scatterRows(div(kept, gatherRows(scatterRows(ones, flat, count), flat)), flat, count)
  }
  const y = noGrad(() => gatherRows(weight, flat))
  return reshape(track(op, y, [flat], [weight, gradient]), shape)
}

/** The padding row, counted from the start. */
export function paddingRow(op: string, paddingIdx: number, count: number): number {
  checkInteger(op, 'paddingIdx', paddingIdx, -count, count - 1)
  return paddingIdx < 0 ? paddingIdx + count : paddingIdx
}
