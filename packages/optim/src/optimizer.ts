import { OptionError, Parameter } from '@core/tensor'
import { clearGradient, isTensor } from '@core/tensor/extend'

/** Parameters, plain or with their names. */
export type ParameterInput = Iterable<Parameter> | Iterable<readonly [string, Parameter]>

/** Parameters with hyperparameters of their own; what is left out is taken from the optimizer's options. */
export type GroupInput<Options> = { readonly params: ParameterInput } & Partial<Options>

/** A group as the optimizer holds it: its hyperparameters may be changed at any time. */
export type Group<Options> = Required<Options> & {
  /** The parameters, by name (their number where they came without). */
  readonly params: ReadonlyMap<string, Parameter>
}

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
   * @param defaults - all hyperparameters
   */
  protected constructor(
    protected readonly name: string,
    input: ParameterInput | Iterable<GroupInput<Options>>,
    defaults: Required<Options>,
  ) {
    const seen = new Set<Parameter>()
    this.groups = groupsOf(name, input).map((group) => {
      const { params, ...own } = group
      const map = namesOf(name, params, seen)
      return { ...defaults, ...own, params: map } as Group<Options>
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

  /** Moves every parameter that has a gradient. Nothing is moved when a hyperparameter is not allowed. */
  step(): void {
    for (const group of this.groups) this.check(group)
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
  if (typeof (input as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function')
    throw new OptionError(
      `${name}: expected parameters, e.g. model.parameters(), or a list of groups, got ${String(input)}`,
    )
  const items: unknown[] = [...(input as Iterable<unknown>)]
  if (items.length > 0 && items.every(isGroup)) return items as unknown as GroupInput<Options>[]
  return [{ params: items } as unknown as GroupInput<Options>]
}

function namesOf(name: string, params: ParameterInput, seen: Set<Parameter>): Map<string, Parameter> {
  const map = new Map<string, Parameter>()
  for (const item of params as Iterable<Parameter | readonly [string, Parameter]>) {
    const [key, parameter] = Array.isArray(item)
      ? (item as [string, Parameter])
      : [String(seen.size), item as Parameter]
    if (!(parameter instanceof Parameter || (isTensor(parameter) && (parameter as Parameter).isLeaf)))
      throw new OptionError(
        `${name}: '${key}' is not a Parameter; pass model.parameters() or model.namedParameters()`,
      )
    if (seen.has(parameter))
      throw new OptionError(`${name}: parameter '${key}' is given twice; each parameter belongs to one group`)
    seen.add(parameter)
    map.set(key, parameter)
  }
  return map
}
