import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import type { CompareOp } from '../backends/kernels.js'
import { promote } from '../dtype.js'
import { DTypeError } from '../errors.js'
import { broadcastShapes, broadcastStrides, collapse, show } from '../shape.js'
import { state } from '../state.js'
import type { Tensor } from '../tensor.js'
import { mul, pair, type TensorLike, walk } from './arithmetic.js'
import { sumTo } from './broadcast.js'
import { cast } from './cast.js'
import { checkTensor, checkTensors, run, scalar } from './run.js'

function compare(op: CompareOp, a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair(op, a, b)
  const { out, shape, strides } = walk(op, x, y)
  return run(kernels.compare, [x, y], out, 'bool', {
    op,
    shape,
    aStrides: strides[0]!,
    bStrides: strides[1]!,
  })
}

/**
 * Whether the values are equal, element by element; NaN equals nothing. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a bool tensor of the broadcast shape; it has no gradient
 * @example
 * ```ts
 * import { eq, tensor } from '@core/tensor'
 * eq(tensor([1, 2]), 2).toArraySync() // => [false, true]
 * ```
 */
export function eq(a: TensorLike, b: TensorLike): Tensor {
  return compare('eq', a, b)
}

/**
 * Whether the values differ, element by element. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a bool tensor of the broadcast shape; it has no gradient
 * @example
 * ```ts
 * import { ne, tensor } from '@core/tensor'
 * ne(tensor([1, 2]), 2).toArraySync() // => [true, false]
 * ```
 */
export function ne(a: TensorLike, b: TensorLike): Tensor {
  return compare('ne', a, b)
}

/**
 * Whether $a < b$, element by element. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a bool tensor of the broadcast shape; it has no gradient
 * @example
 * ```ts
 * import { lt, tensor } from '@core/tensor'
 * lt(tensor([1, 2]), 2).toArraySync() // => [true, false]
 * ```
 */
export function lt(a: TensorLike, b: TensorLike): Tensor {
  return compare('lt', a, b)
}

/**
 * Whether $a \le b$, element by element. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a bool tensor of the broadcast shape; it has no gradient
 * @example
 * ```ts
 * import { le, tensor } from '@core/tensor'
 * le(tensor([1, 2, 3]), 2).toArraySync() // => [true, true, false]
 * ```
 */
export function le(a: TensorLike, b: TensorLike): Tensor {
  return compare('le', a, b)
}

/**
 * Whether $a > b$, element by element. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a bool tensor of the broadcast shape; it has no gradient
 * @example
 * ```ts
 * import { gt, tensor } from '@core/tensor'
 * gt(tensor([1, 2]), 1).toArraySync() // => [false, true]
 * ```
 */
export function gt(a: TensorLike, b: TensorLike): Tensor {
  return compare('gt', a, b)
}

/**
 * Whether $a \ge b$, element by element. Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a bool tensor of the broadcast shape; it has no gradient
 * @example
 * ```ts
 * import { ge, tensor } from '@core/tensor'
 * ge(tensor([1, 2]), 2).toArraySync() // => [false, true]
 * ```
 */
export function ge(a: TensorLike, b: TensorLike): Tensor {
  return compare('ge', a, b)
}

/**
 * Not, element by element: true where the value is 0 or false.
 *
 * @param x - any tensor
 * @returns a bool tensor of the same shape; it has no gradient
 * @example
 * ```ts
 * import { logicalNot, tensor } from '@core/tensor'
 * logicalNot(tensor([true, false])).toArraySync() // => [false, true]
 * ```
 */
export function logicalNot(x: Tensor): Tensor {
  checkTensor('logicalNot', x)
  return run(kernels.unary, [cast(x, 'bool')], x.shape, 'bool', { op: 'logicalNot' })
}

/**
 * Chooses between two, element by element: $y = c \mathbin{?} a : b$. All three broadcast.
 *
 * @param condition - a bool tensor
 * @param a - a tensor or a number, taken where the condition is true
 * @param b - a tensor or a number, taken where it is false
 * @returns a tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast; DTypeError where the condition is not bool
 * @example
 * ```ts
 * import { gt, tensor, where } from '@core/tensor'
 * const x = tensor([-1, 2])
 * where(gt(x, 0), x, 0).toArraySync() // => [0, 2]
 * ```
 */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  checkTensor('where', condition, 'the condition')
  if (condition.dtype !== 'bool')
    throw new DTypeError(
      `where: the condition ${show(condition.shape)} must be bool, got ${condition.dtype}; compare it, e.g. ne(x, 0)`,
    )
  const [x, y] = choices(condition, a, b)
  const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', x.shape, y.shape))
  const strides = [condition, x, y].map((t) => broadcastStrides(t.shape, shape))
  const walked = collapse(shape, strides)
  const out = run(kernels.where, [condition, x, y], shape, x.dtype, {
    shape: walked.shape,
    cStrides: walked.strides[0]!,
    aStrides: walked.strides[1]!,
    bStrides: walked.strides[2]!,
  })
  if (!wantsGrad(x, y)) return out
  return track(
    'where',
    out,
    [condition],
    [x, (g) => sumTo(where(condition, g, 0), x.shape)],
    [y, (g) => sumTo(where(condition, 0, g), y.shape)],
  )
}

function choices(condition: Tensor, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  if (typeof a === 'number' && typeof b === 'number') {
    const dtype = Number.isInteger(a) && Number.isInteger(b) ? 'int32' : state.dtype
    return [scalar(a, dtype, condition.backend), scalar(b, dtype, condition.backend)]
  }
  if (typeof a !== 'number' && typeof b !== 'number') {
    checkTensors('where', [condition, a, b], ['the condition', 'the first choice', 'the second choice'])
    const dtype = promote(a.dtype, b.dtype)
    return [cast(a, dtype), cast(b, dtype)]
  }
  const [x, y] = pair('where', a, b)
  checkTensors('where', [condition, x, y], ['the condition', 'the first choice', 'the second choice'])
  return [x, y]
}

/** The larger of two, element by element; NaN wins. Equal values share the gradient. */
export function chosen(op: 'maximum' | 'minimum', out: Tensor, x: Tensor, y: Tensor): Tensor {
  const win = op === 'maximum' ? gt : lt
  const share = (a: Tensor, b: Tensor, g: Tensor) =>
    mul(g, cast(win(a, b), g.dtype).add(cast(eq(a, b), g.dtype).mul(0.5)))
  return track(
    op,
    out,
    [x, y],
    [x, (g) => sumTo(share(x, y, g), x.shape)],
    [y, (g) => sumTo(share(y, x, g), y.shape)],
  )
}
