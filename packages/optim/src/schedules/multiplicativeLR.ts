import { checkFunction, checkOptions } from '@core/tensor/extend'
import { FormulaSchedule } from './formulaSchedule.js'
import type { LambdaLROptions } from './lambdaLR.js'
import { perGroup } from './perGroup.js'
import type { Scheduled } from './target.js'

/**
 * Is multiplied at every step by a function of the step: $\eta_t = \eta_{t-1} \lambda(t)$. The function is not part of its state.
 * As PyTorch's; there is no closed formula, so each value comes from the one before.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { MultiplicativeLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new MultiplicativeLR(optimizer, { lrLambda: (step) => step / (1 + step) })
 * const lrs = Array.from({ length: 4 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [1, 0.5, 0.333333, 0.25]
 * ```
 */
export class MultiplicativeLR extends FormulaSchedule {
  private readonly lambdas: readonly ((step: number) => number)[]

  /**
   * @param optimizer - whose groups it moves
   * @param options - `lrLambda`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: LambdaLROptions) {
    const op = 'MultiplicativeLR'
    const { lrLambda, hyperparameter } = checkOptions(op, options, ['lrLambda', 'hyperparameter'])
    super(op, optimizer, hyperparameter)
    const check = (fn: unknown) => checkFunction(op, 'lrLambda', fn)
    this.lambdas = perGroup(op, 'lrLambda', lrLambda, this.target.length, check)
    this.begin()
  }

  /** In a sequence it goes on from the value that it finds, times λ(0), as PyTorch's. */
  override restart(): void {
    this.startFrom(this.values.map((value, group) => value * this.lambdas[group]!(0)))
  }

  protected override at(_step: number, anchor: number): number {
    return anchor
  }

  protected override next(
    step: number,
    current: number,
    group: number,
  ): readonly [value: number, anchor: number] {
    const value = current * this.lambdas[group]!(step)
    return [value, value]
  }
}
