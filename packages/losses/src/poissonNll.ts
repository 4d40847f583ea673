import { add, exp, gt, log, mul, sub, type Tensor, where } from '@core/tensor'
import { checkNumber } from '@core/tensor/extend'
import { checkAlike, checkLoss, type LossOptions, reduceLoss } from './reduction.js'

/** Options of {@link poissonNll}. */
export interface PoissonNllOptions extends LossOptions {
  /** Whether the input is the logarithm of the rate. Default true. */
  logInput?: boolean
  /** Adds Stirling's approximation of $\ln t!$, so that losses of different targets can be compared. Default false. */
  full?: boolean
  /** Keeps the logarithm finite where the input is the rate itself. Default 1e−8. */
  eps?: number
}

/**
 * Negative log-likelihood of a Poisson distribution, the loss of counts: $\ell = e^x - t x$ with x the logarithm of the
 * rate; with `logInput: false` $\ell = x - t \ln (x + \varepsilon)$. `full` adds $t \ln t - t + \frac{1}{2} \ln 2 \pi t$ for t > 1 (and then, as in PyTorch, the gradient to a
 * target of 0 is NaN).
 *
 * Unit: nats.
 *
 * @param input - the logarithm of the rate (or the rate), float, of any shape
 * @param target - counts, float, of the same shape
 * @param options - `logInput` (true), `full` (false), `eps` (1e−8), `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each value
 * @throws ShapeError where the shapes differ; OptionError for unknown options
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { poissonNll } from '@nn/losses'
 * poissonNll(tensor([0, 1]), tensor([1, 2]), { reduction: 'none' }).toArraySync() // ~> [1, 0.718282]
 * ```
 */
export function poissonNll(input: Tensor, target: Tensor, options: PoissonNllOptions = {}): Tensor {
  const op = 'poissonNll'
  const {
    logInput = true,
    full = false,
    eps = 1e-8,
    reduction = 'mean',
  } = checkLoss(op, options, ['eps'], ['logInput', 'full'])
  checkNumber(op, 'eps', eps, 0)
  checkAlike(op, input, target)
  const losses = logInput
    ? sub(exp(input), mul(target, input))
    : sub(input, mul(target, log(add(input, eps))))
  return reduceLoss(full ? add(losses, stirling(target)) : losses, reduction)
}

/** t ln t − t + ½ ln 2πt for t > 1, else 0. As in PyTorch, the gradient to a target of 0 is NaN. */
function stirling(t: Tensor): Tensor {
  const value = add(sub(mul(t, log(t)), t), mul(log(mul(t, 2 * Math.PI)), 0.5))
  return where(gt(t, 1), value, 0)
}
