import { ShapeError } from '../errors.js'
import { makeTensor } from '../make.js'
import { checkInteger } from '../options.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { cast } from './cast.js'
import { ge, le, where } from './compare.js'
import { checkTensor } from './run.js'
import { part, place } from './slicing.js'

/**
 * The diagonal of a matrix; or of a vector the matrix that has it on its diagonal, and zeros elsewhere.
 *
 * @param x - a tensor of one or two dimensions
 * @param diagonal - which one: 0 the main diagonal, above 0 one to its right, below 0 one to its left. Default 0
 * @returns a vector, or a square matrix
 * @throws ShapeError where x has neither one dimension nor two
 * @example
 * ```ts
 * import { diag, tensor } from '@core/tensor'
 * diag(tensor([[1, 2], [3, 4]])).toArraySync() // => [1, 4]
 * diag(tensor([1, 2]), 1).toArraySync() // => [[0, 1, 0], [0, 0, 2], [0, 0, 0]]
 * ```
 */
export function diag(x: Tensor, diagonal = 0): Tensor {
  checkTensor('diag', x)
  checkInteger('diag', 'diagonal', diagonal, -(2 ** 31))
  const shift = Math.abs(diagonal)
  if (x.rank === 1) {
    const size = x.size + shift
    return place(x, [size, size], [size + 1], diagonal >= 0 ? shift : shift * size)
  }
  if (x.rank !== 2)
    throw new ShapeError(
      `diag: a vector or a matrix is needed, got ${show(x.shape)}; use reshape or select first`,
    )
  const [rows, columns] = x.shape as [number, number]
  const length = diagonal >= 0 ? Math.min(rows, columns - shift) : Math.min(rows - shift, columns)
  return part(
    x,
    [Math.max(0, length)],
    [columns + 1],
    length <= 0 ? 0 : diagonal >= 0 ? shift : shift * columns,
  )
}

function triangle(op: 'tril' | 'triu', x: Tensor, diagonal: number): Tensor {
  checkTensor(op, x)
  checkInteger(op, 'diagonal', diagonal, -(2 ** 31))
  if (x.rank < 2)
    throw new ShapeError(
      `${op}: a matrix or a stack of matrices is needed, got ${show(x.shape)}; use reshape first`,
    )
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const numbers = (n: number, shape: number[], shift: number) =>
    makeTensor(
      x.backend.adopt(
        Int32Array.from({ length: n }, (_, i) => i + shift),
        'int32',
      ),
      shape,
    )
  const compare = op === 'tril' ? le : ge
  const keep = compare(numbers(columns, [columns], 0), numbers(rows, [rows, 1], diagonal))
  return x.dtype === 'bool' ? where(keep, x, cast(numbers(1, [], 0), 'bool')) : where(keep, x, 0)
}

/**
 * The lower triangle of matrices: what lies above the diagonal becomes 0.
 *
 * @param x - a tensor [..., rows, columns]
 * @param diagonal - up to which diagonal values are kept: 0 the main one, above 0 further to its right. Default 0
 * @returns a tensor of the same shape
 * @throws ShapeError where x has less than two dimensions
 * @example
 * ```ts
 * import { ones, tril } from '@core/tensor'
 * tril(ones([2, 3])).toArraySync() // => [[1, 0, 0], [1, 1, 0]]
 * ```
 */
export function tril(x: Tensor, diagonal = 0): Tensor {
  return triangle('tril', x, diagonal)
}

/**
 * The upper triangle of matrices: what lies below the diagonal becomes 0.
 *
 * @param x - a tensor [..., rows, columns]
 * @param diagonal - from which diagonal on values are kept: 0 the main one, below 0 further to its left. Default 0
 * @returns a tensor of the same shape
 * @throws ShapeError where x has less than two dimensions
 * @example
 * ```ts
 * import { ones, triu } from '@core/tensor'
 * triu(ones([2, 3])).toArraySync() // => [[1, 1, 1], [0, 1, 1]]
 * ```
 */
export function triu(x: Tensor, diagonal = 0): Tensor {
  return triangle('triu', x, diagonal)
}
