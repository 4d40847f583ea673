import { OptionError, type Parameter } from '@core/tensor'
import { checkOptions, checkTensor, clearGradient, isTensor } from '@core/tensor/extend'
import { listOf, namedIn, type ParameterInput } from './parameters.js'

/** Parameters with hyperparameters of their own; what is left out is taken from the optimizer's options. */
export type GroupInput<Options> = {
  /** The parameters. */
  readonly params: ParameterInput
} & Partial<Options>

/** A group as the optimizer holds it: its hyperparameters may be changed at any time. */
export type Group<Options> = Required<Options> & {
  /** The parameters, by name (their number where they came without). */
  readonly params: ReadonlyMap<string, Parameter>
}

/** What hyperparameters are when nothing is said. */
export type Defaults<Options> = { readonly [Name in keyof Required<Options>]: Options[Name] | undefined }

/**
 * What all optimizers share: groups of parameters, each with its hyperparameters. An optimizer of one's own defines
 * `check` and `update`.
 */
export abstract class Optimizer<Options extends object> {
  /** The groups; change a hyperparameter here and the next step uses it. */
  readonly groups: readonly Group<Options>[]

  /**
   * @param name - the optimizer, for messages
   * @param input - parameters, named parameters, or groups of them
   * @param options - hyperparameters for all groups
   * @param defaults - every hyperparameter, with what it is when nothing is said; undefined where it must be given
   */
  protected constructor(
    protected readonly name: string,
    input: ParameterInput | Iterable<GroupInput<Options>>,
    options: Options,
    defaults: Defaults<Options>,
  ) {
    const all = Object.keys(defaults) as (keyof Options & string)[]
    const switches = all.filter((key) => typeof defaults[key] === 'boolean')
    const names = all.filter((key) => !switches.includes(key))
    const common = { ...defaults, ...given(checkOptions(name, options, names, switches)) }
    const seen = new Set<Parameter>()
    this.groups = groupsOf(name, input).map(({ params, ...own }) => {
      const map = new Map<string, Parameter>()
      for (const [key, parameter] of namedIn(name, params, seen.size)) {
        if (seen.has(parameter))
          throw new OptionError(
            `${name}: parameter '${key}' is given twice; each parameter belongs to one group`,
          )
        if (map.has(key))
          throw new OptionError(
            `${name}: two parameters are called '${key}'; give them names of their own, or pass parameters() without names`,
          )
        seen.add(parameter)
        map.set(key, parameter)
      }
      const different = given(checkOptions(name, own as unknown as Options, names, switches))
      return { ...common, ...different, params: map } as unknown as Group<Options>
    })
    if (seen.size === 0)
      throw new OptionError(
        `${name}: there are no parameters to train; pass model.parameters() or model.namedParameters()`,
      )
    for (const group of this.groups) this.check(group)
  }

  /** Throws where a hyperparameter is not allowed. */
  protected abstract check(group: Group<Options>): void

  /** Moves one parameter, which has a gradient. */
  protected abstract update(parameter: Parameter, group: Group<Options>): void

  /** Moves every parameter that has a gradient. Everything is checked before anything is moved. */
  step(): void {
    for (const group of this.groups) {
      this.check(group)
      for (const [key, parameter] of group.params) {
        checkTensor(`${this.name}.step`, parameter, `the parameter '${key}'`)
        const { gradient } = parameter
        if (gradient) checkTensor(`${this.name}.step`, gradient, `the gradient of '${key}'`)
      }
    }
    for (const group of this.groups)
      for (const parameter of group.params.values()) if (parameter.gradient) this.update(parameter, group)
  }

  /** Clears the gradients of all its parameters. */
  zeroGrad(): void {
    for (const group of this.groups) for (const parameter of group.params.values()) clearGradient(parameter)
  }
}

function isGroup(item: unknown): item is GroupInput<object> {
  return (
    typeof item === 'object' && item !== null && !isTensor(item) && !Array.isArray(item) && 'params' in item
  )
}

function groupsOf<Options>(
  name: string,
  input: ParameterInput | Iterable<GroupInput<Options>>,
): readonly GroupInput<Options>[] {
  const items = listOf(name, input)
  if (items.length > 0 && items.every(isGroup)) return items as unknown as GroupInput<Options>[]
  return [{ params: items } as unknown as GroupInput<Options>]
}

/** The options that are given; what is undefined counts as left out. */
function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}
