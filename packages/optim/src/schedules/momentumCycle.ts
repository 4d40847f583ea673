import { OptionError } from '@core/tensor'
import { checkNumber } from '@core/tensor/extend'
import { perGroup } from './perGroup.js'
import { type Scheduled, Target } from './target.js'

/** Bounds of a momentum that moves against the learning rate. */
export interface MomentumOptions {
  /** Whether momentum moves along: `momentum`, or the first of `betas`. Default: where the learning rate is scheduled. */
  cycleMomentum?: boolean
  /** The lowest momentum, where the learning rate is highest; one number, or one for each group. */
  baseMomentum?: number | readonly number[]
  /** The highest momentum, where the learning rate is lowest; one number, or one for each group. */
  maxMomentum?: number | readonly number[]
}

/** The momentum of all groups, which moves against the learning rate. */
export class MomentumCycle {
  private readonly target: Target
  private readonly base: readonly number[]
  private readonly max: readonly number[]

  /**
   * @param op - the schedule, for messages
   * @param optimizer - its groups have `betas` or `momentum`
   * @param bounds - the lowest and the highest
   * @param at - the momentum after `step` steps
   */
  constructor(
    op: string,
    optimizer: Scheduled,
    bounds: {
      readonly baseMomentum: number | readonly number[]
      readonly maxMomentum: number | readonly number[]
    },
    private readonly at: (step: number, base: number, max: number) => number,
  ) {
    const has = (key: string) => optimizer.groups.every((group) => Object.hasOwn(group, key))
    if (!has('betas') && !has('momentum'))
      throw new OptionError(
        `${op}: the optimizer has neither momentum nor betas; pass { cycleMomentum: false } to move the learning rate alone`,
      )
    this.target = new Target(op, optimizer, has('betas') ? 'betas.0' : 'momentum')
    const check = (name: string) => (value: number) => checkNumber(op, name, value, 0, 1, 'max')
    this.base = perGroup(op, 'baseMomentum', bounds.baseMomentum, this.target.length, check('baseMomentum'))
    this.max = perGroup(op, 'maxMomentum', bounds.maxMomentum, this.target.length, check('maxMomentum'))
  }

  /** The values now, a group each. */
  get values(): number[] {
    return this.target.values
  }

  set values(values: readonly number[]) {
    this.target.write(values)
  }

  /** Writes the momentum after `step` steps. */
  write(step: number): void {
    this.target.write(this.base.map((base, group) => this.at(step, base, this.max[group]!)))
  }
}
