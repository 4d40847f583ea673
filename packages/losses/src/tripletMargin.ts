import { add, clamp, minimum, pairwiseDistance, ShapeError, sub, type Tensor } from '@core/tensor'
import { checkNumber, show } from '@core/tensor/extend'
import { checkAlike, checkLoss, type LossOptions, reduceLoss } from './reduction.js'

/** Options of {@link tripletMargin}. */
export interface TripletMarginOptions extends LossOptions {
  /** How much farther the negative shall be than the positive, above 0. Default 1. */
  margin?: number
  /** The order of the norm that measures distances. Default 2. */
  p?: number
  /** Added to differences, so that the distance has a gradient everywhere. Default 1e−6. */
  eps?: number
  /** Measures the negative from the positive where that is nearer than the anchor (Balntas et al., 2016). Default false. */
  swap?: boolean
}

/**
 * Triplet margin loss (Schroff et al., 2015): an anchor shall be nearer to the positive than to the negative, by the margin m:
 * $\ell = \max(0, d(a, p) - d(a, n) + m)$ with $d(x, y) = \|x - y + \varepsilon\|_p$.
 *
 * Unit: the distance's.
 *
 * @param anchor - vectors a, float [..., size]
 * @param positive - vectors p of the same kind, of the same shape
 * @param negative - vectors n of another kind, of the same shape
 * @param options - `margin` (1), `p` (2), `eps` (1e−6), `swap` (false), `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each triplet, [...]
 * @throws ShapeError where the shapes differ; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { tripletMargin } from '@nn/losses'
 * const [a, p, n] = [tensor([[0, 0]]), tensor([[3, 4]]), tensor([[0, 2]])]
 * tripletMargin(a, p, n).itemSync() // ~> 4
 * ```
 */
export function tripletMargin(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginOptions = {},
): Tensor {
  const op = 'tripletMargin'
  const {
    margin = 1,
    p = 2,
    eps = 1e-6,
    swap = false,
    reduction = 'mean',
  } = checkLoss(op, options, ['margin', 'p', 'eps'], ['swap'])
  checkNumber(op, 'margin', margin, 0, Infinity, 'min')
  checkNumber(op, 'p', p)
  checkNumber(op, 'eps', eps)
  checkAlike(op, anchor, positive, ['anchor', 'positive'])
  checkAlike(op, anchor, negative, ['anchor', 'negative'])
  if (anchor.rank === 0)
    throw new ShapeError(`${op}: vectors [..., size] are needed, got ${show(anchor.shape)}`)
  const near = pairwiseDistance(anchor, positive, { p, eps })
  const far = pairwiseDistance(anchor, negative, { p, eps })
  const nearer = swap ? minimum(far, pairwiseDistance(positive, negative, { p, eps })) : far
  return reduceLoss(clamp(add(sub(near, nearer), margin), { min: 0 }), reduction)
}
