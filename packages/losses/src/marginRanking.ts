import { add, clamp, mul, sub, type Tensor } from '@core/tensor'
import { checkNumber } from '@core/tensor/extend'
import type { MarginOptions } from './hingeEmbedding.js'
import { checkAlike, checkLoss, checkShapes, likeInput, reduceLoss } from './reduction.js'

/**
 * Margin ranking loss: the first score shall be larger than the second where t = 1, smaller where t = −1, by the margin m:
 * $\ell = \max(0, -t (a - b) + m)$.
 *
 * Unit: the score's.
 *
 * @param first - scores a, float, of any shape
 * @param second - scores b, of the same shape
 * @param target - 1 or −1, float or int32, of the same shape
 * @param options - `margin` (0), `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each pair
 * @throws ShapeError where the shapes differ; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { marginRanking } from '@nn/losses'
 * marginRanking(tensor([1, 2]), tensor([3, 1]), tensor([1, 1]), { reduction: 'none' }).toArraySync() // => [2, 0]
 * ```
 */
export function marginRanking(
  first: Tensor,
  second: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  const op = 'marginRanking'
  const { margin = 0, reduction = 'mean' } = checkLoss(op, options, ['margin'])
  checkNumber(op, 'margin', margin)
  checkAlike(op, first, second, ['first input', 'second input'])
  checkShapes(op, first, target, ['first input', 'target'])
  const wrong = mul(likeInput(target, first), sub(second, first))
  return reduceLoss(clamp(margin === 0 ? wrong : add(wrong, margin), { min: 0 }), reduction)
}
