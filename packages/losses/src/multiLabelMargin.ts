import {
  add,
  cast,
  cumsum,
  div,
  eq,
  gather,
  gt,
  logicalAnd,
  logicalNot,
  lt,
  relu,
  reshape,
  ShapeError,
  scatterAdd,
  sub,
  sum,
  type Tensor,
  unsqueeze,
  where,
  zerosLike,
} from '@core/tensor'
import { checkTensors, show } from '@core/tensor/extend'
import { checkIndices, checkLoss, checkReal, checkShapes, type LossOptions, reduceLoss } from './reduction.js'

/**
 * Multi-label hinge loss: the scores of all labels that an example has shall be larger than those of all that it has
 * not, by 1: $\ell = \frac{1}{C} \sum_{j \in T} \sum_{i \notin T} \max(0, 1 - (x_j - x_i))$.
 *
 * Unit: the score's. It looks at every pair of a label and a class: memory grows with batch · labels · classes.
 *
 * @param input - scores, float [batch, classes]; without a batch [classes]
 * @param target - the labels of each row, int32, of the same shape: class numbers from the left, the first −1 ends them
 * @param options - `reduction`: `'mean'` (default) over the rows, `'sum'` or `'none'`
 * @returns a single number, or with `'none'` the loss of each row
 * @throws ShapeError where the shapes differ or a class number is out of range; DTypeError where the target is not int32
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { multiLabelMargin } from '@nn/losses'
 * const target = tensor([[3, 0, -1, 1]], { dtype: 'int32' })
 * multiLabelMargin(tensor([[0.1, 0.2, 0.4, 0.8]]), target).itemSync() // ~> 0.85
 * ```
 */
export function multiLabelMargin(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'multiLabelMargin'
  const { reduction = 'mean' } = checkLoss(op, options)
  checkTensors(op, [input, target], ['the input', 'the target'])
  checkReal(op, input, 'input')
  checkIndices(op, target)
  checkShapes(op, input, target, ['input', 'target'])
  const classes = input.shape.at(-1) ?? 0
  if (input.rank === 0 || input.rank > 2 || classes === 0)
    throw new ShapeError(`${op}: scores must be [batch, classes] or [classes], got ${show(input.shape)}`)
  const rows = input.size / classes
  const scores = reshape(input, [rows, classes])
  const longest = checkLabels(op, target, classes)
  const all = reshape(target, [rows, classes]).slice(0, longest, { axis: 1 })
  // Labels count up to the first −1.
  const counts = eq(cumsum(cast(lt(all, 0), 'int32'), 1), 0)
  const labels = where(counts, all, 0)
  const has = gt(scatterAdd(zerosLike(scores), 1, labels, cast(counts, scores.dtype)), 0)
  const margins = add(sub(unsqueeze(scores, 1), unsqueeze(gather(scores, 1, labels), 2)), 1)
  const pairs = logicalAnd(unsqueeze(counts, 2), unsqueeze(logicalNot(has), 1))
  const losses = div(sum(where(pairs, relu(margins), 0), { axis: [1, 2] }), classes)
  return reduceLoss(reshape(losses, input.shape.slice(0, -1)), reduction)
}

/** Checks the labels where they can be looked at at once; gives how many the longest row has, at least 1. */
function checkLabels(op: string, target: Tensor, classes: number): number {
  const values = target.backend.peek(target.storage)
  if (!values) return classes
  let longest = 1
  for (let start = 0; start < values.length; start += classes)
    for (let i = 0; i < classes && values[start + i] !== -1; i++) {
      const label = values[start + i]!
      if (label < 0 || label >= classes)
        throw new ShapeError(
          `${op}: label ${label} of row ${start / classes} is out of range; there are ${classes} classes, numbered 0 to ${classes - 1}, and −1 for the end`,
        )
      longest = Math.max(longest, i + 1)
    }
  return longest
}
