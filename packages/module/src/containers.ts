import { OptionError } from '@core/tensor'
import { Module } from './module.js'
import { checkMember } from './sequential.js'
import { MEMBERS } from './walk.js'

/**
 * A list of modules that knows their parameters; what is computed with them is up to its owner. Their names are their
 * numbers.
 *
 * @example
 * ```ts
 * import { Linear } from '@nn/layers'
 * import { ModuleList } from '@nn/module'
 * const heads = new ModuleList([new Linear(4, 2, { bias: false })])
 * heads.append(new Linear(4, 3, { bias: false }))
 * Object.keys(heads.stateDict()) // => ['0.weight', '1.weight']
 * ```
 */
export class ModuleList<M extends Module = Module> extends Module {
  declare private readonly [MEMBERS]: Map<string, M>

  /** @param modules - what it holds at first */
  constructor(modules: Iterable<M> = []) {
    super()
    Object.defineProperty(this, MEMBERS, { value: new Map<string, M>() })
    for (const module of modules) this.append(module)
  }

  /** How many modules it holds. */
  get length(): number {
    return this[MEMBERS].size
  }

  /**
   * One of the modules.
   *
   * @param index - its number, from the end where negative
   * @returns the module; undefined where there is none
   */
  at(index: number): M | undefined {
    return [...this[MEMBERS].values()].at(index)
  }

  /**
   * Adds a module at the end.
   *
   * @param module - the module
   * @returns the list itself
   */
  append(module: M): this {
    const name = String(this.length)
    checkMember('ModuleList', name, module)
    this[MEMBERS].set(name, module)
    return this
  }

  /** The modules, from first to last. */
  [Symbol.iterator](): IterableIterator<M> {
    return this[MEMBERS].values()
  }
}

/**
 * Modules by name that knows their parameters; what is computed with them is up to its owner.
 *
 * @example
 * ```ts
 * import { Linear } from '@nn/layers'
 * import { ModuleDict } from '@nn/module'
 * const heads = new ModuleDict({ mean: new Linear(4, 1), scale: new Linear(4, 1) })
 * Object.keys(heads.stateDict()) // => ['mean.weight', 'mean.bias', 'scale.weight', 'scale.bias']
 * ```
 */
export class ModuleDict<M extends Module = Module> extends Module {
  declare private readonly [MEMBERS]: Map<string, M>

  /** @param modules - what it holds at first */
  constructor(modules: Readonly<Record<string, M>> = {}) {
    super()
    Object.defineProperty(this, MEMBERS, { value: new Map<string, M>() })
    for (const [name, module] of Object.entries(modules)) this.set(name, module)
  }

  /** How many modules it holds. */
  get size(): number {
    return this[MEMBERS].size
  }

  /**
   * Adds a module, or replaces one.
   *
   * @param name - its name
   * @param module - the module
   * @returns the dictionary itself
   */
  set(name: string, module: M): this {
    checkMember('ModuleDict', name, module)
    this[MEMBERS].set(name, module)
    return this
  }

  /**
   * One of the modules.
   *
   * @param name - its name
   * @returns the module
   * @throws OptionError where there is none of that name
   */
  get(name: string): M {
    const module = this[MEMBERS].get(name)
    if (!module)
      throw new OptionError(
        `ModuleDict: there is no '${name}'; there are: ${[...this[MEMBERS].keys()].join(', ') || 'none'}`,
      )
    return module
  }

  /** Whether there is a module of that name. */
  has(name: string): boolean {
    return this[MEMBERS].has(name)
  }

  /** Removes a module; false where there was none of that name. */
  delete(name: string): boolean {
    return this[MEMBERS].delete(name)
  }

  /** Names and modules, in the order in which they were added. */
  [Symbol.iterator](): IterableIterator<[string, M]> {
    return this[MEMBERS].entries()
  }
}
