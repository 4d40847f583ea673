import { ShapeError, type Tensor } from '@core/tensor'
import { checkOptions, show } from '@core/tensor/extend'
import { Module, type TensorModule } from '@nn/module'

/** Options of {@link Residual}. */
export interface ResidualOptions {
  /** What the input passes beside the body, where it must change its shape. Default: nothing. */
  shortcut?: TensorModule
}

/**
 * A body whose input is added to its output (He et al., 2015): $y = x + f(x)$, so that gradients have a way past it.
 *
 * Output of the shape of the body's output, which the input (after the shortcut) must have, too.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Linear, Residual } from '@nn/layers'
 * new Residual(new Linear(4, 4)).forward(randn([2, 4])).shape // => [2, 4]
 * new Residual(new Linear(4, 8), { shortcut: new Linear(4, 8) }).forward(randn([2, 4])).shape // => [2, 8]
 * ```
 */
export class Residual extends Module {
  /** What is computed. */
  readonly body: TensorModule
  /** What the input passes beside it. */
  readonly shortcut: TensorModule | undefined

  /**
   * @param body - a module from one tensor to one tensor
   * @param options - `shortcut`
   */
  constructor(body: TensorModule, options: ResidualOptions = {}) {
    super()
    this.shortcut = checkOptions('Residual', options, ['shortcut']).shortcut
    this.body = body
  }

  /**
   * Runs the body and adds the input.
   *
   * @param x - input of the body
   * @returns the sum
   * @throws ShapeError where the shapes differ
   */
  override forward(x: Tensor): Tensor {
    const y = this.body.forward(x)
    const past = this.shortcut ? this.shortcut.forward(x) : x
    if (show(past.shape) !== show(y.shape))
      throw new ShapeError(
        `Residual: the body gives ${show(y.shape)}, past it comes ${show(past.shape)}; they must be the same: pass a shortcut that changes the shape`,
      )
    return past.add(y)
  }
}
