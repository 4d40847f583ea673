import type { Tensor } from '@core/tensor'
import { isTensor } from '@core/tensor/extend'
import { Unsupported } from './unsupported.ts'
import { singleOf, type Value } from './values.ts'

/** PyTorch's snake_case to our camelCase. */
function camelCase(name: string): string {
  return name.replace(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase()).replace(/_+$/, '')
}

// Arguments that say where to compute or whether to overwrite, and not what; with these values they change no result.
const NEUTRAL: Readonly<Record<string, readonly Value[]>> = {
  inplace: [false, true],
  device: [null],
  dtype: [null],
  out: [null],
}

/**
 * The arguments of one call by PyTorch's names. An adapter asks for those that it knows; what nobody has asked for makes
 * the case unsupported, so that no argument is ever silently ignored. An argument that is null counts as left out.
 */
export class Args {
  private readonly given = new Map<string, Value>()
  private readonly unread = new Set<string>()
  private readonly nulls = new Set<string>()

  /**
   * @param callee - for messages
   * @param names - PyTorch's names of positional arguments, in order, with blanks between
   * @param positional - their values
   * @param named - the others
   */
  constructor(
    private readonly callee: string,
    names: string,
    positional: readonly Value[],
    named: Readonly<Record<string, Value>> = {},
  ) {
    const order = names.split(' ').filter((name) => name !== '')
    if (positional.length > order.length) throw this.unsupported(`argument ${order.length + 1}`)
    const all = [...positional.map((value, i) => [order[i]!, value] as const), ...Object.entries(named)]
    for (const [name, value] of all) {
      if (value === null) this.nulls.add(name)
      if (value === null || (Object.hasOwn(NEUTRAL, name) && NEUTRAL[name]!.includes(value))) continue
      this.given.set(name, value)
      this.unread.add(name)
    }
  }

  /** The error that this call is not supported because of one argument. */
  unsupported(argument: string): Unsupported {
    return new Unsupported(`${this.callee}(${argument})`)
  }

  /** Throws unless every argument was asked for. */
  finish(): void {
    if (this.unread.size > 0) throw this.unsupported([...this.unread].join(', '))
  }

  /** Whether an argument is given. */
  has(name: string): boolean {
    return this.given.has(name)
  }

  /** Whether an argument is given as null, where that is not the same as leaving it out. */
  isNull(name: string): boolean {
    return this.nulls.has(name)
  }

  /** An argument as it is; undefined where it is not given. */
  value(name: string): Value | undefined {
    this.unread.delete(name)
    return this.given.get(name)
  }

  private typed<T extends Value>(name: string, fits: (value: Value) => boolean, fallback: T | undefined): T {
    const value = this.value(name) ?? fallback
    if (value === undefined) throw new Error(`${this.callee}: the case gives no ${name}`)
    if (!fits(value)) throw this.unsupported(`${name}: ${Array.isArray(value) ? 'list' : typeof value}`)
    return value as T
  }

  /** A tensor. */
  tensor(name: string): Tensor {
    return this.typed<Tensor>(name, isTensor, undefined)
  }

  /** A tensor that may be missing. */
  tensorOr(name: string): Tensor | undefined {
    return this.has(name) ? this.tensor(name) : undefined
  }

  /** A list of tensors. */
  tensors(name: string): Tensor[] {
    return [...this.typed<readonly Tensor[]>(name, (v) => Array.isArray(v) && v.every(isTensor), undefined)]
  }

  /** A tensor or a number. */
  tensorLike(name: string): Tensor | number {
    return this.typed<Tensor | number>(name, (v) => isTensor(v) || typeof v === 'number', undefined)
  }

  /** A number; a tensor with one value is taken, too. */
  number(name: string, fallback?: number): number {
    const value = this.value(name)
    if (!isTensor(value)) return this.typed<number>(name, (v) => typeof v === 'number', fallback)
    const number = singleOf(value)
    if (number === undefined) throw this.unsupported(`${name}: tensor`)
    return number
  }

  /** A number that may be missing. */
  numberOr(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined
  }

  /** A switch. */
  boolean(name: string, fallback = false): boolean {
    return this.typed<boolean>(name, (v) => typeof v === 'boolean', fallback)
  }

  /** A word. */
  string(name: string, fallback?: string): string {
    return this.typed<string>(name, (v) => typeof v === 'string', fallback)
  }

  /** A number, or a list of numbers. */
  sizes(name: string, fallback?: number | readonly number[]): number | number[] {
    return this.typed<number | number[]>(
      name,
      (v) => typeof v === 'number' || (Array.isArray(v) && v.every((n) => typeof n === 'number')),
      fallback as number | number[] | undefined,
    )
  }

  /** A list of numbers; a single one counts as a list of one. */
  numbers(name: string, fallback?: readonly number[]): number[] {
    const value = this.sizes(name, fallback)
    return typeof value === 'number' ? [value] : value
  }

  /** Some optional arguments as an object of options under our names (camelCase), without those that are not given. */
  options<T extends object>(...names: readonly string[]): T {
    const named = names.filter((name) => this.has(name)).map((name) => [camelCase(name), this.value(name)])
    return Object.fromEntries(named) as T
  }

  /** All arguments that nobody has asked for yet, as options under our names: only for callees that refuse unknown options. */
  rest<T extends object>(): T {
    return this.options<T>(...this.unread)
  }

  /** PyTorch's `dim` and `keepdim` as options of our reductions; no dimensions (`[]`) are all of them. */
  reduction(): { axis?: number | number[]; keepDim?: boolean } {
    const dim = this.has('dim') ? this.sizes('dim') : []
    const axis = Array.isArray(dim) && dim.length === 0 ? {} : { axis: dim }
    return { ...axis, ...(this.has('keepdim') ? { keepDim: this.boolean('keepdim') } : {}) }
  }
}
