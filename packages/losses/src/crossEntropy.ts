import { div, ne, OptionError, ShapeError, sum, type Tensor, transpose } from '@core/tensor'
import { checkTensors, crossEntropyRows, describe, show } from '@core/tensor/extend'
import { checkLoss, type LossOptions } from './reduction.js'

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends LossOptions {
  /** Where the classes stand in the logits: −1, the last dimension (default), or 1, PyTorch's layout. */
  classDim?: -1 | 1
  /** Targets with this number do not count. Default −100. */
  ignoreIndex?: number
}

/**
 * Cross-entropy of a softmax, the loss of classification: $\ell_i = -\ln \mathrm{softmax}(x_i)_{t_i}$, from the
 * logits, with the largest one subtracted, so that nothing overflows.
 *
 * Unit: nats. The classes stand in the last dimension of the logits: [..., classes], target [...]. For PyTorch's
 * layout [batch, classes, ...] pass `classDim: 1`.
 *
 * @param logits - scores before softmax, float
 * @param target - class numbers, int32, of the shape of the logits without their classes
 * @param options - `classDim` (−1), `ignoreIndex` (−100), `reduction` (`'mean'` over the targets that count)
 * @returns a single number, or with `'none'` the loss of each target
 * @throws ShapeError where the shapes do not fit or a class number is out of range; DTypeError where the target is not
 *   int32; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor, zeros } from '@core/tensor'
 * import { crossEntropy } from '@nn/losses'
 * const target = tensor([3, 1], { dtype: 'int32' })
 * crossEntropy(zeros([2, 10]), target).itemSync() // ~> 2.302585
 * ```
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const op = 'crossEntropy'
  checkLoss(op, options, ['classDim', 'ignoreIndex'])
  const { classDim = -1, ignoreIndex = -100, reduction = 'mean' } = options
  checkTensors(op, [logits, target], ['the logits', 'the target'])
  if (classDim !== -1 && classDim !== 1)
    throw new OptionError(
      `${op}: classDim must be -1 (classes last) or 1 (PyTorch's layout), got ${describe(classDim)}`,
    )
  if (!Number.isInteger(ignoreIndex))
    throw new OptionError(`${op}: ignoreIndex must be a whole number, got ${describe(ignoreIndex)}`)
  const at = classDim === 1 && logits.rank > 1 ? 1 : logits.rank - 1
  const expected = logits.shape.filter((_, i) => i !== at)
  if (logits.rank === 0 || show(target.shape) !== show(expected))
    throw new ShapeError(
      `${op}: logits ${show(logits.shape)} with classes in dimension ${classDim} need a target of shape ${show(expected)}, got ${show(target.shape)}` +
        (classDim === -1 && logits.rank > 2
          ? "; pass { classDim: 1 } for PyTorch's layout [batch, classes, ...]"
          : ''),
    )
  const classes = logits.shape[at]!
  const rows = target.size
  const last = at === logits.rank - 1 ? logits : transposeClasses(logits)
  const losses = crossEntropyRows(last.reshape([rows, classes]), target.reshape([rows]), ignoreIndex)
  if (reduction === 'none') return losses.reshape(target.shape)
  if (reduction === 'sum') return sum(losses)
  return div(sum(losses), counted(target, rows, ignoreIndex, losses))
}

/** [batch, classes, ...] to [batch, ..., classes]. */
function transposeClasses(logits: Tensor): Tensor {
  const axes = logits.shape.map((_, i) => i).filter((i) => i !== 1)
  return logits.rank === 3 ? transpose(logits, 1, 2) : logits.permute([...axes, 1])
}

/** How many targets count: 0 of none, so that their mean is NaN as in PyTorch. */
function counted(target: Tensor, rows: number, ignoreIndex: number, like: Tensor): Tensor | number {
  return rows === 0 ? 0 : sum(ne(target, ignoreIndex)).cast(like.dtype)
}
