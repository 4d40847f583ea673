import { track, wantsGrad } from '../autograd/track.js'
import type { Tensor } from '../tensor.js'
import { binary, div, mul, neg, pair, type TensorLike } from './arithmetic.js'
import { sumTo } from './broadcast.js'

function rest(
  op: 'fmod' | 'remainder',
  roundingMode: 'trunc' | 'floor',
  a: TensorLike,
  b: TensorLike,
): Tensor {
  const [x, y] = pair(op, a, b)
  const out = binary(op, x, y)
  if (!wantsGrad(x, y)) return out
  return track(
    op,
    out,
    [x, y],
    [x, (g) => sumTo(g, x.shape)],
    [y, (g) => sumTo(neg(mul(g, div(x, y, { roundingMode }))), y.shape)],
  )
}

/**
 * What a division leaves over, with the sign of the dividend, element by element: $y = a - b \, \mathrm{trunc}(a / b)$, as
 * JavaScript's `%`. Exact; NaN where $b = 0$ (0 for integers). Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast; DTypeError for bool
 * @example
 * ```ts
 * import { fmod, tensor } from '@core/tensor'
 * fmod(tensor([5, -5]), 3).toArraySync() // => [2, -2]
 * ```
 */
export function fmod(a: TensorLike, b: TensorLike): Tensor {
  return rest('fmod', 'trunc', a, b)
}

/**
 * What a division leaves over, with the sign of the divisor, element by element: $y = a - b \lfloor a / b \rfloor$. NaN
 * where $b = 0$ (0 for integers). Broadcasts as NumPy does.
 *
 * @param a - a tensor or a number
 * @param b - a tensor or a number; at least one is a tensor
 * @returns a tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast; DTypeError for bool
 * @example
 * ```ts
 * import { remainder, tensor } from '@core/tensor'
 * remainder(tensor([5, -5]), 3).toArraySync() // => [2, 1]
 * ```
 */
export function remainder(a: TensorLike, b: TensorLike): Tensor {
  return rest('remainder', 'floor', a, b)
}
