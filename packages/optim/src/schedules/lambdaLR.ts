import { checkFunction, checkOptions } from '@core/tensor/extend'
import { FormulaSchedule } from './formulaSchedule.js'
import { perGroup } from './perGroup.js'
import type { ScheduleOptions } from './schedule.js'
import type { Scheduled } from './target.js'

/** Options of {@link LambdaLR} and {@link MultiplicativeLR}. */
export interface LambdaLROptions extends ScheduleOptions {
  /** From the number of steps taken to a factor; one function, or one for each group. */
  lrLambda: ((step: number) => number) | readonly ((step: number) => number)[]
}

/**
 * The initial value times any function of the step: $\eta_t = \eta_0 \lambda(t)$. The function is not part of its state; the step is.
 * As PyTorch's.
 *
 * @example
 * ```ts
 * import { Parameter, zeros } from '@core/tensor'
 * import { LambdaLR, SGD } from '@nn/optim'
 * const optimizer = new SGD([new Parameter(zeros([2]))], { lr: 1 })
 * const schedule = new LambdaLR(optimizer, { lrLambda: (step) => 1 / (1 + step) })
 * const lrs = Array.from({ length: 3 }, () => {
 *   const lr = schedule.values[0]
 *   optimizer.step()
 *   schedule.step()
 *   return lr
 * })
 * lrs // ~> [1, 0.5, 0.333333]
 * ```
 */
export class LambdaLR extends FormulaSchedule {
  private readonly lambdas: readonly ((step: number) => number)[]

  /**
   * @param optimizer - whose groups it moves
   * @param options - `lrLambda`, `hyperparameter`
   * @throws OptionError where an option is not allowed, or the hyperparameter is no number
   */
  constructor(optimizer: Scheduled, options: LambdaLROptions) {
    const { lrLambda, hyperparameter } = checkOptions('LambdaLR', options, ['lrLambda', 'hyperparameter'])
    super('LambdaLR', optimizer, hyperparameter)
    const check = (fn: unknown) => checkFunction('LambdaLR', 'lrLambda', fn)
    this.lambdas = perGroup('LambdaLR', 'lrLambda', lrLambda, this.target.length, check)
    this.begin()
  }

  protected override at(step: number, _anchor: number, group: number): number {
    return this.initial[group]! * this.lambdas[group]!(step)
  }
}
