import { FormulaSchedule } from './formulaSchedule.js'

/** A schedule whose value is the initial one times a factor of the step. */
export abstract class FactorSchedule extends FormulaSchedule {
  /** The factor after `step` steps. */
  protected abstract factor(step: number): number

  protected override at(step: number, anchor: number): number {
    return anchor * this.factor(step)
  }

  protected override anchorOf(step: number, value: number): number | undefined {
    const factor = this.factor(step)
    return factor === 0 ? undefined : value / factor
  }

  /** Where the factor stays, so does the value, whoever wrote it. */
  protected override next(
    step: number,
    current: number,
    group: number,
  ): readonly [value: number, anchor: number] {
    const [value, anchor] = super.next(step, current, group)
    return [this.factor(step) === this.factor(step - 1) ? current : value, anchor]
  }
}
