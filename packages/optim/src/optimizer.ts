import { fullLike, OptionError, type Parameter, type Tensor } from '@core/tensor'
import {
  checkOptions,
  checkTensor,
  clearGradient,
  dependsOn,
  everyStep,
  isTensor,
  pin,
} from '@core/tensor/extend'
import { listOf, namedIn, type ParameterInput } from './parameters.js'
import { type OptimizerState, planOf, type Slot, type StateOf, snapshotOf } from './state.js'

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
 * What all optimizers share: groups of parameters, each with its hyperparameters, and what is kept for each parameter
 * from step to step. An optimizer of one's own defines `check` and `update`, and names in `slots` what it keeps.
 */
export abstract class Optimizer<Options extends object> {
  /** The groups; change a hyperparameter here and the next step uses it. */
  readonly groups: readonly Group<Options>[]

  /** What is kept for each parameter: tensors of its shape, and numbers. */
  protected readonly state = new Map<Parameter, StateOf>()

  /** The names of what `update` keeps in `state`, each with its kind. */
  protected readonly slots: Readonly<Record<string, Slot>> = {}

  /**
   * Whether `update` hands all hyperparameters that are numbers to `updateInPlace` or `liveNumber`, so that a compiled step
   * reads them anew each time. Otherwise such a step is recorded again whenever one of them changes.
   */
  readonly replayable: boolean = false

  private readonly hyperparameters: { readonly names: string[]; readonly switches: string[] }

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
    this.hyperparameters = { names, switches }
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
      everyStep(() => this.check(group))
      dependsOn(() => this.form(group))
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

  /**
   * All that the next step depends on beside the parameters and their gradients: what is kept for each parameter, by its
   * name, and the hyperparameters. Tensors are copied. An optimizer into which it is loaded goes on bit for bit.
   *
   * @returns plain objects with tensors, numbers, switches and words in them
   * @throws OptionError where two groups have a parameter of the same name
   * @example
   * ```ts
   * import { Parameter, tensor } from '@core/tensor'
   * import { SGD } from '@nn/optim'
   * const p = new Parameter(tensor([4]))
   * const optimizer = new SGD([['w', p]], { lr: 0.25, momentum: 0.9 })
   * p.mul(p).sum().backward()
   * optimizer.step()
   * const { state, groups } = optimizer.stateDict()
   * Object.keys(state.w ?? {}) // => ['momentumBuffer']
   * groups[0]?.params // => ['w']
   * groups[0]?.momentum // => 0.9
   * ```
   */
  stateDict(): OptimizerState {
    return snapshotOf(this.name, this.groups, this.state, this.every())
  }

  /**
   * Takes over what `stateDict` gave, of an optimizer of this kind with parameters of the same names in the same groups.
   *
   * @param state - what `stateDict` gave; it is copied
   * @throws FormatError where names, kinds, shapes or dtypes do not fit, OptionError where a hyperparameter is not allowed;
   * nothing is changed then
   */
  loadStateDict(state: OptimizerState): void {
    const plan = planOf(this.name, this.groups, this.slots, this.hyperparameters, state)
    for (const group of plan.groups) this.check(group as unknown as Group<Options>)
    plan.apply(this.state)
  }

  /** A tensor of the parameter's shape that is kept for it; when it is first asked for it is filled with `value`. */
  protected tensorOf(parameter: Parameter, slot: string, value = 0): Tensor {
    const own = this.stateOf(parameter)
    own[slot] ??= pin(fullLike(parameter, value))
    return dependsOn(() => this.state.get(parameter)?.[slot]) as Tensor
  }

  /** A number that is kept for a parameter; `value` until it is set. */
  protected numberOf(parameter: Parameter, slot: string, value = 0): number {
    return (this.state.get(parameter)?.[slot] as number | undefined) ?? value
  }

  /** Sets a number that is kept for a parameter. */
  protected keep(parameter: Parameter, slot: string, value: number): void {
    this.stateOf(parameter)[slot] = value
  }

  /** Counts the steps of a parameter, from 1; in replays of a compiled step, too. */
  protected count(parameter: Parameter): void {
    everyStep(() => this.keep(parameter, 'step', this.numberOf(parameter, 'step') + 1))
  }

  /** What decides which kernels run, beside the numbers that they read anew: switches, and which amounts are 0. */
  private form(group: Group<Options>): string {
    const values = group as unknown as Readonly<Record<string, unknown>>
    return this.every()
      .map((key) => {
        const value = values[key]
        if (!this.replayable) return JSON.stringify(value)
        return typeof value === 'number' ? value === 0 : typeof value === 'object' || value
      })
      .join()
  }

  private stateOf(parameter: Parameter): StateOf {
    const own = this.state.get(parameter) ?? {}
    this.state.set(parameter, own)
    return own
  }

  private every(): string[] {
    return [...this.hyperparameters.names, ...this.hyperparameters.switches]
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
