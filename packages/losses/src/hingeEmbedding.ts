import { add, clamp, ne, sub, type Tensor, where } from '@core/tensor'
import { checkNumber, checkTensors } from '@core/tensor/extend'
import { checkLoss, checkReal, checkShapes, type LossOptions, likeInput, reduceLoss } from './reduction.js'

/** Options of losses with a margin. */
export interface MarginOptions extends LossOptions {
  /** How far apart things shall be that differ. */
  margin?: number
}

/**
 * Hinge loss of distances, to learn embeddings: distances x of pairs that belong together (t = 1) shall be small, others
 * (t = −1) at least the margin m: $\ell = x$ where t = 1, $\max(0, m - x)$ where t = −1.
 *
 * Unit: the distance's.
 *
 * @param input - distances, float, of any shape
 * @param target - 1 or −1, float or int32, of the same shape
 * @param options - `margin` (1), `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each pair
 * @throws ShapeError where the shapes differ; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { hingeEmbedding } from '@nn/losses'
 * hingeEmbedding(tensor([0.5, 0.25]), tensor([1, -1]), { reduction: 'none' }).toArraySync() // => [0.5, 0.75]
 * ```
 */
export function hingeEmbedding(input: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const op = 'hingeEmbedding'
  const { margin = 1, reduction = 'mean' } = checkLoss(op, options, ['margin'])
  checkNumber(op, 'margin', margin)
  checkTensors(op, [input, target], ['the input', 'the target'])
  checkReal(op, input, 'input')
  checkShapes(op, input, target, ['input', 'target'])
  const sign = likeInput(target, input)
  const apart = where(ne(sign, 1), clamp(sub(margin, input), { min: 0 }), 0)
  const together = where(ne(sign, -1), input, 0)
  return reduceLoss(add(apart, together), reduction)
}
