import { track, wantsGrad } from '../autograd/track.js'
import type { Tensor } from '../tensor.js'
import { add, binary, div, mul, neg, sub, type TensorLike } from './arithmetic.js'
import { sumTo } from './broadcast.js'
import { eq, where } from './compare.js'
import { map } from './map.js'
import { floats, reciprocal, rsqrt, square } from './math.js'

/**
 * Tangent, element by element: $y = \tan x$, x in radians.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { tan, tensor } from '@core/tensor'
 * tan(tensor([0, 1])).toArraySync() // ~> [0, 1.557408]
 * ```
 */
export function tan(x: Tensor): Tensor {
  return map('tan', x, 'y', (g, y) => mul(g, add(square(y), 1)))
}

/**
 * Arc sine, element by element: the angle between −π/2 and π/2 whose sine is x; NaN beyond ±1, where the slope is infinite.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { asin, tensor } from '@core/tensor'
 * asin(tensor([0, 1])).toArraySync() // ~> [0, 1.570796]
 * ```
 */
export function asin(x: Tensor): Tensor {
  return map('asin', x, 'x', (g, saved) => mul(g, rsqrt(sub(1, square(saved)))))
}

/**
 * Arc cosine, element by element: the angle between 0 and π whose cosine is x; NaN beyond ±1, where the slope is infinite.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { acos, tensor } from '@core/tensor'
 * acos(tensor([1, 0])).toArraySync() // ~> [0, 1.570796]
 * ```
 */
export function acos(x: Tensor): Tensor {
  return map('acos', x, 'x', (g, saved) => neg(mul(g, rsqrt(sub(1, square(saved))))))
}

/**
 * Arc tangent, element by element: the angle between −π/2 and π/2 whose tangent is x.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { atan, tensor } from '@core/tensor'
 * atan(tensor([0, 1])).toArraySync() // ~> [0, 0.785398]
 * ```
 */
export function atan(x: Tensor): Tensor {
  return map('atan', x, 'x', (g, saved) => div(g, add(square(saved), 1)))
}

/**
 * The angle of the point $(x, y)$ between −π and π, element by element: $\arctan(y / x)$ in the right quadrant. Broadcasts
 * as NumPy does. The gradient at the origin is 0.
 *
 * @param y - the ordinate: a tensor or a number
 * @param x - the abscissa: a tensor or a number; at least one is a tensor
 * @returns a float tensor of the broadcast shape
 * @throws ShapeError where the shapes do not broadcast
 * @example
 * ```ts
 * import { atan2, tensor } from '@core/tensor'
 * atan2(tensor([1, -1]), tensor([1, -1])).toArraySync() // ~> [0.785398, -2.356194]
 * ```
 */
export function atan2(y: TensorLike, x: TensorLike): Tensor {
  const [a, b] = floats('atan2', y, x)
  const out = binary('atan2', a, b)
  if (!wantsGrad(a, b)) return out
  // 1 / (x² + y²); 0 at the origin, where there is no direction
  const inverse = () => {
    const q = add(square(a), square(b))
    return where(eq(q, 0), 0, reciprocal(q))
  }
  return track(
    'atan2',
    out,
    [a, b],
    [a, (g) => sumTo(mul(g, mul(b, inverse())), a.shape)],
    [b, (g) => sumTo(neg(mul(g, mul(a, inverse()))), b.shape)],
  )
}
