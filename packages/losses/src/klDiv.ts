import { div, eq, exp, log, mul, OptionError, sub, sum, type Tensor, where } from '@core/tensor'
import { checkOptions, describe } from '@core/tensor/extend'
import { checkAlike, type Reduction, reduceLoss } from './reduction.js'

/** Options of {@link klDiv}. */
export interface KlDivOptions {
  /** `'batchmean'`: the sum divided by the size of the first dimension, the divergence as it is defined; or `'mean'` over all values (default), `'sum'`, `'none'`. */
  reduction?: Reduction | 'batchmean'
  /** Whether the target comes as logarithms, too. Default false. */
  logTarget?: boolean
}

/**
 * Kullback–Leibler divergence of the model's distribution from the target's: $\ell = t (\ln t - x)$ with x the logarithm of
 * the model's probability; 0 where t is 0.
 *
 * Unit: nats. As in PyTorch, `'mean'` divides by the number of all values; the divergence itself is `'batchmean'`.
 *
 * @param input - logarithms of the model's probabilities, float, of any shape
 * @param target - probabilities (with `logTarget` their logarithms), of the same shape
 * @param options - `reduction` (`'mean'`), `logTarget` (false)
 * @returns a single number, or with `'none'` the loss of each value
 * @throws ShapeError where the shapes differ; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { klDiv } from '@nn/losses'
 * const model = tensor([[0.25, 0.75]]).log()
 * klDiv(model, tensor([[0.5, 0.5]]), { reduction: 'batchmean' }).itemSync() // ~> 0.143841
 * ```
 */
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  const { reduction = 'mean', logTarget = false } = checkOptions(
    'klDiv',
    options,
    ['reduction'],
    ['logTarget'],
  )
  if (!['mean', 'sum', 'none', 'batchmean'].includes(reduction))
    throw new OptionError(
      `klDiv: reduction must be 'batchmean', 'mean', 'sum' or 'none', got ${describe(reduction)}`,
    )
  checkAlike('klDiv', input, target)
  const losses = logTarget ? mul(exp(target), sub(target, input)) : sub(entropy(target), mul(target, input))
  if (reduction === 'batchmean') return div(sum(losses), input.shape[0] ?? 1)
  return reduceLoss(losses, reduction)
}

/** t ln t, 0 at 0 with a gradient of 0. */
function entropy(t: Tensor): Tensor {
  return mul(t, log(where(eq(t, 0), 1, t)))
}
