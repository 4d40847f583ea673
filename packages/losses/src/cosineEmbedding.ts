import {
  add,
  clamp,
  div,
  eq,
  mul,
  ShapeError,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  where,
} from '@core/tensor'
import { checkNumber, checkTensors, show } from '@core/tensor/extend'
import type { MarginOptions } from './hingeEmbedding.js'
import { checkAlike, checkLoss, likeInput, reduceLoss } from './reduction.js'

/** Keeps the cosine finite where a vector is 0; PyTorch's constant. */
const EPSILON = 1e-12

/**
 * Cosine embedding loss: vectors that belong together (t = 1) shall point the same way, others (t = −1) shall not:
 * $\ell = 1 - \cos(a, b)$ where t = 1, $\max(0, \cos(a, b) - m)$ where t = −1.
 *
 * Unit: none; from 0 to 2.
 *
 * @param first - vectors a, float [batch, size]; without a batch [size]
 * @param second - vectors b, of the same shape
 * @param target - 1 or −1, float or int32 [batch]; without a batch a single number, []
 * @param options - `margin` m (0), `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each pair
 * @throws ShapeError where the shapes do not fit; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { cosineEmbedding } from '@nn/losses'
 * const [a, b] = [tensor([[1, 0], [1, 0]]), tensor([[0, 2], [3, 0]])]
 * cosineEmbedding(a, b, tensor([1, -1]), { reduction: 'none' }).toArraySync() // ~> [1, 1]
 * ```
 */
export function cosineEmbedding(
  first: Tensor,
  second: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  const op = 'cosineEmbedding'
  const { margin = 0, reduction = 'mean' } = checkLoss(op, options, ['margin'])
  checkNumber(op, 'margin', margin)
  checkAlike(op, first, second, ['first input', 'second input'])
  checkTensors(op, [first, target], ['the first input', 'the target'])
  const batch = first.shape.slice(0, -1)
  if (first.rank === 0 || first.rank > 2 || show(target.shape) !== show(batch))
    throw new ShapeError(
      `${op}: inputs must be [batch, size] with a target [batch], or [size] with a target []; got ${show(first.shape)} and ${show(target.shape)}`,
    )
  const over = (x: Tensor) => sum(x, { axis: -1 })
  const lengths = mul(add(over(square(first)), EPSILON), add(over(square(second)), EPSILON))
  const cosine = div(over(mul(first, second)), sqrt(lengths))
  const sign = likeInput(target, first)
  const together = where(eq(sign, 1), sub(1, cosine), 0)
  const apart = where(eq(sign, -1), clamp(sub(cosine, margin), { min: 0 }), 0)
  return reduceLoss(add(together, apart), reduction)
}
