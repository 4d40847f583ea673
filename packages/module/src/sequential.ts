import type { Tensor } from '@core/tensor'
import { OptionError } from '@core/tensor'
import { describe } from '@core/tensor/extend'
import { Module } from './module.js'
import { isModule, MEMBERS } from './walk.js'

/** A module from one tensor to one tensor. */
export interface TensorModule extends Module {
  forward(x: Tensor): Tensor
}

/** Checks a member's name and that it is a module. */
export function checkMember(owner: string, name: string, module: unknown): void {
  if (!isModule(module))
    throw new OptionError(
      `${owner}: ${/^\d+$/.test(name) ? 'argument ' : ''}${name} must be a Module, got ${describe(module)}; wrap functions in a class with forward(x)`,
    )
  if (name === '' || name.includes('.'))
    throw new OptionError(
      `${owner}: '${name}' cannot be a name; it must not be empty and has no dots, which part the names of a state`,
    )
}

/**
 * Modules one after the other: $y = f_n(\dots f_2(f_1(x)))$. Their names are their numbers, as in PyTorch, or the keys
 * of an object.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Linear, ReLU } from '@nn/layers'
 * import { Sequential } from '@nn/module'
 * const net = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 2))
 * net.forward(randn([3, 4])).shape // => [3, 2]
 * const named = new Sequential({ hidden: new Linear(4, 8), head: new Linear(8, 2, { bias: false }) })
 * Object.keys(named.stateDict()) // => ['hidden.weight', 'hidden.bias', 'head.weight']
 * ```
 */
export class Sequential extends Module {
  declare private readonly [MEMBERS]: Map<string, TensorModule>

  /** @param modules - from first to last, each takes what the one before gives; or one object with a name for each */
  constructor(...modules: readonly TensorModule[] | readonly [Readonly<Record<string, TensorModule>>]) {
    super()
    const [first] = modules
    const named = modules.length === 1 && !isModule(first) && typeof first === 'object' && first !== null
    const members = new Map(Object.entries((named ? first : modules) as Record<string, TensorModule>))
    for (const [name, module] of members) checkMember('Sequential', name, module)
    Object.defineProperty(this, MEMBERS, { value: members })
  }

  /** How many modules it holds. */
  get length(): number {
    return this[MEMBERS].size
  }

  /**
   * One of the modules.
   *
   * @param index - its number, from the end where negative, or its name
   * @returns the module; undefined where there is none
   */
  at(index: number | string): TensorModule | undefined {
    return typeof index === 'string' ? this[MEMBERS].get(index) : [...this[MEMBERS].values()].at(index)
  }

  /** The modules, from first to last. */
  [Symbol.iterator](): IterableIterator<TensorModule> {
    return this[MEMBERS].values()
  }

  /**
   * Runs all modules in order.
   *
   * @param x - input of the first
   * @returns output of the last
   */
  override forward(x: Tensor): Tensor {
    let y = x
    for (const module of this[MEMBERS].values()) y = module.forward(y)
    return y
  }
}
