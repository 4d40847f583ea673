import { FormatError, noGrad, OptionError, type Parameter, sub, type Tensor } from '@core/tensor'
import { assign, describe, isTensor, pin, show, updateInPlace } from '@core/tensor/extend'
import { broughtTo } from '../moving.js'
import { namedIn, type ParameterInput } from '../parameters.js'

/** What `stateDict` of averages gives. */
export interface AveragesState {
  /** How many times `update` was called. */
  readonly updates: number
  /** The averages, by the names of their parameters. */
  readonly averages: Readonly<Record<string, Tensor>>
}

/**
 * What averages of weights share: a copy of each parameter, moved a share of the way towards the parameter at each `update()`.
 * Until the first update, which copies, they are the parameters as they were when it was made, as in PyTorch's `AveragedModel`.
 */
export abstract class Averages {
  private readonly averages = new Map<string, { readonly parameter: Parameter; readonly average: Tensor }>()
  private count = 0
  private swapped = false

  /**
   * @param name - the class, for messages
   * @param parameters - parameters, plain or with their names
   */
  protected constructor(
    private readonly name: string,
    parameters: ParameterInput,
  ) {
    for (const [key, parameter] of namedIn(name, parameters)) {
      if (this.averages.has(key))
        throw new OptionError(`${name}: two parameters are called '${key}'; give them names of their own`)
      this.averages.set(key, { parameter, average: pin(parameter.detach().clone()) })
    }
    if (this.averages.size === 0)
      throw new OptionError(
        `${name}: there are no parameters to average; pass model.namedParameters() or model.parameters()`,
      )
  }

  /** How far the averages move towards the parameters, given the number of updates before. */
  protected abstract share(updates: number): number

  /** How many times `update` was called. */
  get updates(): number {
    return this.count
  }

  /** Takes the parameters, as they are now, into the averages; the first time it copies them. */
  update(): void {
    this.refuseSwapped('update')
    const share = this.count === 0 ? 1 : this.share(this.count)
    for (const { parameter, average } of this.averages.values())
      if (share === 1) assign(average, parameter.detach())
      else noGrad(() => move(average, parameter.detach(), share))
    this.count++
  }

  /**
   * Exchanges the parameters with their averages; a second call exchanges them back. See {@link Averages.withAverages}.
   */
  swap(): void {
    for (const { parameter, average } of this.averages.values()) {
      const own = parameter.detach().clone()
      assign(parameter, average)
      assign(average, own)
    }
    this.swapped = !this.swapped
  }

  /**
   * Calls a function while the parameters are the averages, and puts the parameters back in any case.
   *
   * @param fn - e.g. evaluates the model; may be async
   * @returns what it gives
   * @throws what it throws; OptionError where the averages are in place already
   */
  withAverages<T>(fn: () => T): T {
    this.refuseSwapped('withAverages')
    this.swap()
    let result: T
    try {
      result = fn()
    } catch (error) {
      this.swap()
      throw error
    }
    if (typeof (result as PromiseLike<unknown> | null | undefined)?.then === 'function')
      return Promise.resolve(result).finally(() => this.swap()) as T
    this.swap()
    return result
  }

  /**
   * Writes the averages into parameters, for good.
   *
   * @param parameters - those of a like model, in the same order, with the same names where they have names; default: the
   * parameters that are averaged
   * @throws OptionError where they are not the same in number or name; ShapeError or DTypeError where they do not fit
   */
  copyTo(parameters?: ParameterInput): void {
    this.refuseSwapped('copyTo')
    const all = [...this.averages]
    const targets = parameters
      ? namedIn(`${this.name}.copyTo`, parameters)
      : all.map(([key, { parameter }]) => [key, parameter] as const)
    if (targets.length !== all.length || targets.some(([key], i) => key !== all[i]![0]))
      throw new OptionError(
        `${this.name}.copyTo: expected the parameters ${all.map(([key]) => `'${key}'`).join(', ')}, got ${targets.map(([key]) => `'${key}'`).join(', ') || 'none'}`,
      )
    for (const [i, [key, target]] of targets.entries())
      checkFits(`${this.name}.copyTo`, key, target, all[i]![1].average)
    for (const [i, [, target]] of targets.entries()) assign(target, all[i]![1].average)
  }

  /** The averages and how many updates are in them; tensors are copied. */
  stateDict(): AveragesState {
    this.refuseSwapped('stateDict')
    const copies = [...this.averages].map(([key, { average }]) => [key, average.clone()] as const)
    return { updates: this.count, averages: Object.fromEntries(copies) }
  }

  /**
   * Takes over what `stateDict` gave.
   *
   * @param state - what `stateDict` gave; it is copied
   * @throws FormatError where it does not fit; BackendError where it lives on another backend, which cannot be read at once;
   *   nothing is changed then
   */
  loadStateDict(state: AveragesState): void {
    this.refuseSwapped('loadStateDict')
    const given = checkState(`${this.name}.loadStateDict`, state, this.averages)
    const own = [...this.averages]
    const values = own.map(([key, { average }]) =>
      broughtTo(`${this.name}.loadStateDict`, key, given[key]!, average.backend),
    )
    for (const [i, [, { average }]] of own.entries()) assign(average, values[i]!)
    this.count = state.updates
  }

  private refuseSwapped(method: string): void {
    if (this.swapped)
      throw new OptionError(
        `${this.name}.${method}: the parameters are exchanged with their averages; call swap() first, or ${method} outside of withAverages`,
      )
  }
}

/** average + share (value − average), in place. */
function move(average: Tensor, value: Tensor, share: number): void {
  const numbers = () => [share, 0, 0, 0, 0, 1, 1]
  updateInPlace('sgd', {
    parameter: average,
    gradient: sub(average, value),
    numbers,
    attrs: { velocity: false },
  })
}

function checkFits(op: string, key: string, target: Tensor, average: Tensor): void {
  if (show(target.shape) !== show(average.shape) || target.dtype !== average.dtype)
    throw new OptionError(
      `${op}: '${key}' is ${target.dtype} ${show(target.shape)}, its average ${average.dtype} ${show(average.shape)}; nothing was changed`,
    )
}

function checkState(
  op: string,
  state: AveragesState,
  own: ReadonlyMap<string, { readonly average: Tensor }>,
): Readonly<Record<string, Tensor>> {
  const averages: unknown = (state as AveragesState | null)?.averages
  const isObject = typeof averages === 'object' && averages !== null && !isTensor(averages)
  if (!isObject || !Number.isInteger(state.updates) || state.updates < 0)
    throw new FormatError(
      `${op}: expected { updates, averages }, as stateDict() gives it, got ${describe(state)}`,
    )
  const given = averages as Readonly<Record<string, unknown>>
  const faults = Object.keys(given)
    .filter((key) => !own.has(key))
    .map((key) => `${key}: unexpected`)
  for (const [key, { average }] of own) {
    const value = Object.hasOwn(given, key) ? given[key] : undefined
    if (!isTensor(value)) faults.push(`${key}: ${value === undefined ? 'missing' : describe(value)}`)
    else if (value.storage.disposed) faults.push(`${key}: disposed of`)
    else if (show(value.shape) !== show(average.shape) || value.dtype !== average.dtype)
      faults.push(
        `${key}: ${value.dtype} ${show(value.shape)} in the state, ${average.dtype} ${show(average.shape)} here`,
      )
  }
  if (faults.length > 0)
    throw new FormatError(`${op}: the state does not fit; nothing was changed.\n  ${faults.join('\n  ')}`)
  return given as Readonly<Record<string, Tensor>>
}
