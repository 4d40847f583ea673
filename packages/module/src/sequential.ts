import type { Tensor } from '@core/tensor'
import { OptionError } from '@core/tensor'
import { Module } from './module.js'
import { isModule } from './walk.js'

/** A module from one tensor to one tensor. */
export interface TensorModule extends Module {
  forward(x: Tensor): Tensor
}

/**
 * Modules one after the other: $y = f_n(\dots f_2(f_1(x)))$. Their names are their numbers, as in PyTorch.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Linear, ReLU } from '@nn/layers'
 * import { Sequential } from '@nn/module'
 * const net = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 2))
 * net.forward(randn([3, 4])).shape // => [3, 2]
 * ```
 */
export class Sequential extends Module {
  /** How many modules it holds. */
  readonly length: number

  /** @param modules - from first to last; each takes what the one before gives */
  constructor(...modules: readonly TensorModule[]) {
    super()
    modules.forEach((module, i) => {
      if (!isModule(module))
        throw new OptionError(
          `Sequential: argument ${i} is not a Module; wrap functions in a class with forward(x)`,
        )
      Object.defineProperty(this, String(i), { value: module, enumerable: true })
    })
    this.length = modules.length
    Object.defineProperty(this, 'length', { enumerable: false })
  }

  /** The module with a number, from the end where negative. */
  at(index: number): TensorModule | undefined {
    return (this as unknown as Record<number, TensorModule>)[index < 0 ? index + this.length : index]
  }

  /**
   * Runs all modules in order.
   *
   * @param x - input of the first
   * @returns output of the last
   */
  override forward(x: Tensor): Tensor {
    let y = x
    for (let i = 0; i < this.length; i++) y = this.at(i)!.forward(y)
    return y
  }
}
