import {
  add,
  div,
  logSoftmax,
  matmul,
  mul,
  neg,
  OptionError,
  reshape,
  sum,
  type Tensor,
  where,
} from '@core/tensor'
import { checkNumber, crossEntropyRows } from '@core/tensor/extend'
import { type ClassOptions, checkClasses, classesLast, counted, kept, weightsOf } from './classes.js'
import { checkIndices, checkLoss, isFloat, type Reduction, reduceLoss } from './reduction.js'

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends ClassOptions {
  /** How much of each target is spread over all classes evenly, 0 to 1. Default 0. */
  labelSmoothing?: number
}

/**
 * Cross-entropy of a softmax, the loss of classification: $\ell_i = -w_{t_i} \ln \mathrm{softmax}(x_i)_{t_i}$, from the
 * logits, with the largest one subtracted, so that nothing overflows.
 *
 * Where the targets are probabilities, $\ell_i = -\sum_c w_c t_{ic} \ln \mathrm{softmax}(x_i)_c$; label smoothing ε
 * (Szegedy et al., 2016) makes probabilities $(1 - \varepsilon) t + \varepsilon / C$ of any target.
 *
 * Unit: nats. The classes stand in the last dimension of the logits: [..., classes], target [...]. For PyTorch's
 * layout [batch, classes, ...] pass `classDim: 1`. The mean of weighted losses is divided by the weights of the targets that
 * count; with probabilities by the number of targets, as in PyTorch.
 *
 * @param logits - scores before softmax, float
 * @param target - class numbers, int32, of the shape of the logits without their classes; or probabilities, float, of the
 *   shape of the logits
 * @param options - `classDim` (−1), `ignoreIndex` (−100), `weight` ([classes]), `labelSmoothing` (0), `reduction` (`'mean'`
 *   over the targets that count)
 * @returns a single number, or with `'none'` the loss of each target
 * @throws ShapeError where the shapes do not fit or a class number is out of range; DTypeError where the target is neither
 *   int32 nor float; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor, zeros } from '@core/tensor'
 * import { crossEntropy } from '@nn/losses'
 * const target = tensor([3, 1], { dtype: 'int32' })
 * crossEntropy(zeros([2, 10]), target).itemSync() // ~> 2.302585
 * crossEntropy(tensor([2, 0]), tensor([0.5, 0.5])).itemSync() // ~> 1.126928
 * ```
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const op = 'crossEntropy'
  checkLoss(op, options, ['classDim', 'ignoreIndex', 'weight', 'labelSmoothing'])
  const { ignoreIndex = -100, labelSmoothing: smoothing = 0, weight, reduction = 'mean' } = options
  const soft = isFloat(target) && target.rank === logits.rank
  const at = checkClasses(op, logits, target, options, soft)
  checkNumber(op, 'labelSmoothing', smoothing, 0, 1)
  if (soft) {
    if (options.ignoreIndex !== undefined && ignoreIndex >= 0)
      throw new OptionError(
        `${op}: ignoreIndex is for class numbers; give the target that shall not count a weight of 0`,
      )
    return softTargets(logits, target, at, options)
  }
  checkIndices(op, target)
  const classes = logits.shape[at]!
  const rows = reshape(classesLast(logits, at), [target.size, classes])
  const labels = reshape(target, [target.size])
  let losses = crossEntropyRows(rows, labels, ignoreIndex)
  const weights = weight && weightsOf(weight, labels, ignoreIndex)
  if (weights) losses = mul(losses, weights)
  if (smoothing > 0) {
    const spread = where(kept(labels, ignoreIndex), overClasses(rows, weight), 0)
    losses = add(mul(losses, 1 - smoothing), mul(spread, -smoothing / classes))
  }
  return reduceCounted(losses, weights, target, ignoreIndex, reduction)
}

/** Σ_c w_c ln softmax(x)_c of each row */
function overClasses(rows: Tensor, weight: Tensor | undefined): Tensor {
  const log = logSoftmax(rows)
  return weight ? matmul(log, weight) : sum(log, { axis: 1 })
}

/** Reduces losses of targets of which some do not count, or count by their weights. */
export function reduceCounted(
  losses: Tensor,
  weights: Tensor | undefined,
  target: Tensor,
  ignoreIndex: number,
  reduction: Reduction,
): Tensor {
  if (reduction !== 'mean')
    return reduceLoss(reduction === 'none' ? reshape(losses, target.shape) : losses, reduction)
  return div(sum(losses), weights ? sum(weights) : counted(target, ignoreIndex, losses))
}

function softTargets(
  logits: Tensor,
  target: Tensor,
  at: number,
  { labelSmoothing = 0, weight, reduction = 'mean' }: CrossEntropyOptions,
): Tensor {
  const classes = logits.shape[at]!
  const wanted = labelSmoothing > 0 ? add(mul(target, 1 - labelSmoothing), labelSmoothing / classes) : target
  const terms = mul(logSoftmax(logits, { axis: at }), wanted)
  const along = logits.shape.map((_, i) => (i === at ? classes : 1))
  const weighted = weight ? mul(terms, reshape(weight, along)) : terms
  return reduceLoss(neg(sum(weighted, { axis: at })), reduction)
}
