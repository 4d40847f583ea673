import { dropout, type Generator, ones, ShapeError, type Tensor } from '@core/tensor'
import {
  checkNumber,
  checkOptions,
  checkTensor,
  defaultGenerator,
  generatorOf,
  show,
} from '@core/tensor/extend'
import { Module } from '@nn/module'

/** Options of {@link Dropout}. */
export interface DropoutLayerOptions {
  /** Where the random numbers come from. Default: a generator of the layer's own, derived from the one that `manualSeed` seeds. */
  generator?: Generator
}

/**
 * Dropout (Srivastava et al., 2014): while training each value becomes 0 with probability p and the others are divided
 * by 1 − p; at evaluation nothing happens.
 *
 * Input and output of any shape. The layer has a generator of its own, so that two trainings in one process do not
 * disturb each other.
 *
 * @example
 * ```ts
 * import { ones } from '@core/tensor'
 * import { Dropout } from '@nn/layers'
 * const layer = new Dropout(0.5)
 * layer.eval().forward(ones([3])).toArraySync() // => [1, 1, 1]
 * ```
 */
export class Dropout extends Module {
  /** Probability with which a value is dropped. */
  readonly p: number
  /** @internal */
  protected readonly generator: Generator

  /**
   * @param p - probability with which a value is dropped, from 0 to 1; default 0.5
   * @param options - `generator`
   * @throws OptionError where p is not between 0 and 1
   */
  constructor(p = 0.5, options: DropoutLayerOptions = {}) {
    super()
    const op = this.constructor.name
    const { generator } = checkOptions(op, options, ['generator'])
    this.p = checkNumber(op, 'p', p, 0, 1)
    this.generator = generator === undefined ? defaultGenerator().fork() : generatorOf(op, generator)
  }

  /**
   * Drops values while training.
   *
   * @param x - a float tensor
   * @returns a tensor of the same shape
   */
  override forward(x: Tensor): Tensor {
    return dropout(x, { p: this.p, training: this.training, generator: this.generator })
  }
}

/** Drops whole channels of an input with `rank` dimensions, or one fewer without the batch's. */
function dropChannels(layer: Dropout, generator: Generator, x: Tensor, rank: number, layout: string): Tensor {
  const op = layer.constructor.name
  checkTensor(op, x)
  if (x.rank !== rank && x.rank !== rank - 1)
    throw new ShapeError(
      `${op}: the input must be ${layout}, with or without the batch, got ${show(x.shape)}`,
    )
  if (!layer.training || layer.p === 0) return x
  const kept = x.shape.map((size, i) => (i < x.rank - rank + 2 ? size : 1))
  const { dtype, backend } = x
  return x.mul(dropout(ones(kept, { dtype, backend }), { p: layer.p, generator }))
}

/**
 * Dropout of whole channels of sequences (Tompson et al., 2015): neighbours in a channel are so alike that dropping single
 * values would hardly regularise. Each channel of each sample becomes 0 with probability p, the others are divided by 1 − p.
 *
 * Input and output [batch, channels, length] or [channels, length].
 *
 * @example
 * ```ts
 * import { ones } from '@core/tensor'
 * import { Dropout1d } from '@nn/layers'
 * new Dropout1d(0.5).eval().forward(ones([1, 2])).toArraySync() // => [[1, 1]]
 * ```
 */
export class Dropout1d extends Dropout {
  /**
   * Drops channels while training.
   *
   * @param x - a float tensor [batch, channels, length] or [channels, length]
   * @returns a tensor of the same shape
   * @throws ShapeError where it has other dimensions
   */
  override forward(x: Tensor): Tensor {
    return dropChannels(this, this.generator, x, 3, '[batch, channels, length]')
  }
}

/**
 * Dropout of whole channels of images (Tompson et al., 2015): see {@link Dropout1d}.
 *
 * Input and output [batch, channels, height, width] or [channels, height, width].
 *
 * @example
 * ```ts
 * import { ones } from '@core/tensor'
 * import { Dropout2d } from '@nn/layers'
 * new Dropout2d(0.5).forward(ones([8, 2, 3, 3])).shape // => [8, 2, 3, 3]
 * ```
 */
export class Dropout2d extends Dropout {
  /**
   * Drops channels while training.
   *
   * @param x - a float tensor [batch, channels, height, width] or [channels, height, width]
   * @returns a tensor of the same shape
   * @throws ShapeError where it has other dimensions
   */
  override forward(x: Tensor): Tensor {
    return dropChannels(this, this.generator, x, 4, '[batch, channels, height, width]')
  }
}
