import { clamp, div, mul, sub, type Tensor } from '@core/tensor'
import { checkNumber } from '@core/tensor/extend'
import { l1 } from './l1.js'
import { checkAlike, checkLoss, type LossOptions, reduceLoss } from './reduction.js'

/** Options of {@link huber}. */
export interface HuberOptions extends LossOptions {
  /** δ > 0: up to this error the loss is quadratic, in the target's unit. Default 1. */
  delta?: number
}

/** Options of {@link smoothL1}. */
export interface SmoothL1Options extends LossOptions {
  /** β ≥ 0: up to this error the loss is quadratic, in the target's unit; 0 makes it L1. Default 1. */
  beta?: number
}

/** c (d − c / 2) with d = x − t, c = d within ±bound: d² / 2 inside, bound (|d| − bound / 2) outside. */
function rounded(input: Tensor, target: Tensor, bound: number): Tensor {
  const error = sub(input, target)
  const inside = clamp(error, { min: -bound, max: bound })
  return mul(inside, sub(error, mul(inside, 0.5)))
}

/**
 * Huber's loss (1964), quadratic for small errors and linear for large ones, so that outliers do not rule: with $d = x - t$
 *
 * $$ \ell = \begin{cases} d^2 / 2 & |d| \le \delta \\ \delta (|d| - \delta / 2) & \text{else} \end{cases} $$
 *
 * Unit: the square of the target's.
 *
 * @param input - what the model gave, float, of any shape
 * @param target - what it should have been, of the same shape
 * @param options - `delta` (1), `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each value
 * @throws ShapeError where the shapes differ; OptionError where δ is not above 0
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { huber } from '@nn/losses'
 * huber(tensor([1, 5]), tensor([2, 2]), { reduction: 'none' }).toArraySync() // => [0.5, 2.5]
 * ```
 */
export function huber(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const { delta = 1, reduction = 'mean' } = checkLoss('huber', options, ['delta'])
  checkNumber('huber', 'delta', delta, 0, Infinity, 'both')
  checkAlike('huber', input, target)
  return reduceLoss(rounded(input, target, delta), reduction)
}

/**
 * Smooth L1 loss (Girshick, 2015): Huber's divided by β, so that far out it is the absolute error whatever β is: with
 * $d = x - t$
 *
 * $$ \ell = \begin{cases} d^2 / 2\beta & |d| < \beta \\ |d| - \beta / 2 & \text{else} \end{cases} $$
 *
 * Unit: the target's.
 *
 * @param input - what the model gave, float, of any shape
 * @param target - what it should have been, of the same shape
 * @param options - `beta` (1), `reduction` (`'mean'`)
 * @returns a single number, or with `'none'` the loss of each value
 * @throws ShapeError where the shapes differ; OptionError where β is below 0
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { smoothL1 } from '@nn/losses'
 * smoothL1(tensor([1, 5]), tensor([2, 2]), { reduction: 'none' }).toArraySync() // => [0.5, 2.5]
 * ```
 */
export function smoothL1(input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  const { beta = 1, reduction = 'mean' } = checkLoss('smoothL1', options, ['beta'])
  checkNumber('smoothL1', 'beta', beta, 0, Infinity, 'max')
  checkAlike('smoothL1', input, target)
  if (beta === 0) return l1(input, target, { reduction })
  return reduceLoss(div(rounded(input, target, beta), beta), reduction)
}
