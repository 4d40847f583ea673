import { OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'

/** What a schedule can move: anything with groups of hyperparameters, as every optimizer has. */
export interface Scheduled {
  /** The groups. */
  readonly groups: readonly object[]
}

/** Where a group keeps what its hyperparameters were before the first schedule touched them: shared by all schedules. */
const INITIAL = Symbol('initial values')

type AnyGroup = Record<string, unknown> & { [INITIAL]?: Map<string, number> }

/** One numeric hyperparameter in all groups of an optimizer; `betas.0` is the first member of a list. */
export class Target {
  private readonly groups: readonly AnyGroup[]
  private readonly key: string
  private readonly index: number | undefined

  constructor(
    op: string,
    optimizer: Scheduled,
    readonly path: string,
  ) {
    const groups: unknown = (optimizer as Scheduled | null | undefined)?.groups
    if (!Array.isArray(groups) || groups.length === 0)
      throw new OptionError(
        `${op}: the first argument must be an optimizer, e.g. new SGD(model.parameters(), { lr: 0.1 }), got ${describe(optimizer)}`,
      )
    if (typeof path !== 'string')
      throw new OptionError(`${op}: hyperparameter must be a name like 'lr', got ${describe(path)}`)
    const [, key, index] = /^(.+?)(?:\.(\d+))?$/.exec(path) ?? [undefined, path, undefined]
    this.groups = groups as AnyGroup[]
    this.key = key!
    this.index = index === undefined ? undefined : Number(index)
    for (const [i, group] of this.groups.entries()) {
      const value = this.read(group)
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw new OptionError(
          `${op}: hyperparameter '${path}' is ${describe(value)} in group ${i}, not a number; there is ${namesIn(group).join(', ') || 'none'}`,
        )
    }
  }

  /** How many groups there are. */
  get length(): number {
    return this.groups.length
  }

  /** The values now, a group each. */
  get values(): number[] {
    return this.groups.map((group) => this.read(group) as number)
  }

  /** Writes a value for each group. Lists are replaced, not changed: groups may share them. */
  write(values: readonly number[]): void {
    for (const [i, group] of this.groups.entries()) {
      const value = values[i]!
      if (this.index === undefined) group[this.key] = value
      else group[this.key] = (group[this.key] as number[]).map((old, j) => (j === this.index ? value : old))
    }
  }

  /** What the values were before the first schedule, a group each: those of now where there was none. */
  get initial(): number[] {
    return this.values.map((now, i) => this.groups[i]![INITIAL]?.get(this.path) ?? now)
  }

  /** Makes these the values from which schedules begin. */
  set initial(values: readonly number[]) {
    for (const [i, group] of this.groups.entries()) keptIn(group).set(this.path, values[i]!)
  }

  private read(group: AnyGroup): unknown {
    const value = Object.hasOwn(group, this.key) ? group[this.key] : undefined
    return this.index === undefined ? value : (value as unknown[] | undefined)?.[this.index]
  }
}

/** Not enumerable, so that copies of a group and stored states are without it. */
function keptIn(group: AnyGroup): Map<string, number> {
  if (!group[INITIAL]) Object.defineProperty(group, INITIAL, { value: new Map<string, number>() })
  return group[INITIAL]!
}

function namesIn(group: AnyGroup): string[] {
  return Object.entries(group).flatMap(([key, value]) => {
    if (Array.isArray(value)) return value.map((_, i) => `${key}.${i}`)
    return typeof value === 'number' ? [key] : []
  })
}
