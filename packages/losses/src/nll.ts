import { gather, mul, neg, reshape, type Tensor, unsqueeze, where } from '@core/tensor'
import { checkRange } from '@core/tensor/extend'
import { type ClassOptions, checkClasses, kept, lookUp, weightsOf } from './classes.js'
import { reduceCounted } from './crossEntropy.js'
import { checkIndices, checkLoss } from './reduction.js'

/**
 * Negative log-likelihood of the right class, for what `logSoftmax` gives: $\ell_i = -w_{t_i} x_{i, t_i}$. Cross-entropy
 * does both in one step.
 *
 * Unit: that of the logarithm, nats. The classes stand in the last dimension of the input: [..., classes], target [...].
 * For PyTorch's layout [batch, classes, ...] pass `classDim: 1`. The mean is divided by the weights of the targets that count.
 *
 * @param logProbs - logarithms of probabilities, float
 * @param target - class numbers, int32, of the shape of the input without its classes
 * @param options - `classDim` (−1), `ignoreIndex` (−100), `weight` ([classes]), `reduction` (`'mean'` over the targets
 *   that count)
 * @returns a single number, or with `'none'` the loss of each target
 * @throws ShapeError where the shapes do not fit or a class number is out of range; DTypeError where the target is not
 *   int32; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { nll } from '@nn/losses'
 * nll(tensor([[-0.5, -1], [-2, -0.25]]), tensor([0, 1], { dtype: 'int32' })).itemSync() // => 0.375
 * ```
 */
export function nll(logProbs: Tensor, target: Tensor, options: ClassOptions = {}): Tensor {
  const op = 'nll'
  checkLoss(op, options, ['classDim', 'ignoreIndex', 'weight'])
  const { ignoreIndex = -100, weight, reduction = 'mean' } = options
  const at = checkClasses(op, logProbs, target, options)
  checkIndices(op, target)
  checkRange(op, target, logProbs.shape[at]!, 'class', ignoreIndex)
  const picked = gather(logProbs, at, unsqueeze(lookUp(target, ignoreIndex), at))
  const likelihood = reshape(picked, target.shape)
  const weights = weight && weightsOf(weight, target, ignoreIndex)
  const losses = neg(weights ? mul(likelihood, weights) : likelihood)
  return reduceCounted(where(kept(target, ignoreIndex), losses, 0), weights, target, ignoreIndex, reduction)
}
