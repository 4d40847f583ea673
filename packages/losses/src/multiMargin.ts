import {
  add,
  arange,
  div,
  embedding,
  eq,
  gather,
  mul,
  OptionError,
  relu,
  reshape,
  ShapeError,
  square,
  sub,
  sum,
  type Tensor,
  where,
} from '@core/tensor'
import { checkNumber, checkRange, checkTensors, describe, show } from '@core/tensor/extend'
import { checkClassWeight } from './classes.js'
import { checkIndices, checkLoss, checkReal, type LossOptions, reduceLoss } from './reduction.js'

/** Options of {@link multiMargin}. */
export interface MultiMarginOptions extends LossOptions {
  /** The power of each term, 1 or 2. Default 1. */
  p?: 1 | 2
  /** How much larger the right score shall be than all others. Default 1. */
  margin?: number
  /** A factor for each class, float [classes]. Default: all the same. */
  weight?: Tensor
}

/**
 * Multi-class hinge loss (Crammer and Singer, 2001, summed over classes): the right score shall be larger than all
 * others, by the margin m: $\ell = \frac{1}{C} \sum_{c \ne t} w_t \max(0, m - x_t + x_c)^p$.
 *
 * Unit: the score's, to the power p.
 *
 * @param input - scores, float [batch, classes]; without a batch [classes]
 * @param target - class numbers, int32 [batch]; without a batch a single number, []
 * @param options - `p` (1), `margin` (1), `weight` ([classes]), `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each row
 * @throws ShapeError where the shapes do not fit or a class number is out of range; DTypeError where the target is not
 *   int32; OptionError where p is neither 1 nor 2
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { multiMargin } from '@nn/losses'
 * multiMargin(tensor([[0.25, 1, 0]]), tensor([1], { dtype: 'int32' })).itemSync() // ~> 0.083333
 * ```
 */
export function multiMargin(input: Tensor, target: Tensor, options: MultiMarginOptions = {}): Tensor {
  const op = 'multiMargin'
  const { p = 1, margin = 1, weight, reduction = 'mean' } = checkLoss(op, options, ['p', 'margin', 'weight'])
  if (p !== 1 && p !== 2) throw new OptionError(`${op}: p must be 1 or 2, got ${describe(p)}`)
  checkNumber(op, 'margin', margin)
  checkTensors(op, [input, target, ...(weight ? [weight] : [])], ['the input', 'the target', 'the weight'])
  checkReal(op, input, 'input')
  checkIndices(op, target)
  const classes = input.shape.at(-1) ?? 0
  if (
    input.rank === 0 ||
    input.rank > 2 ||
    classes === 0 ||
    show(target.shape) !== show(input.shape.slice(0, -1))
  )
    throw new ShapeError(
      `${op}: scores must be [batch, classes] with a target [batch], or [classes] with a target []; got ${show(input.shape)} and ${show(target.shape)}`,
    )
  checkRange(op, target, classes, 'class')
  const rows = target.size
  const scores = reshape(input, [rows, classes])
  const labels = reshape(target, [rows, 1])
  const short = relu(add(sub(scores, gather(scores, 1, labels)), margin))
  const all = arange(0, classes, 1, { dtype: 'int32', backend: input.backend })
  let terms = where(eq(labels, all), 0, p === 1 ? short : square(short))
  if (weight !== undefined) {
    checkClassWeight(op, weight, classes)
    terms = mul(terms, embedding(reshape(weight, [classes, 1]), reshape(target, [rows])))
  }
  return reduceLoss(reshape(div(sum(terms, { axis: 1 }), classes), target.shape), reduction)
}
