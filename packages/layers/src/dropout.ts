import { dropout, type Generator, type Tensor } from '@core/tensor'
import { checkNumber, checkOptions, defaultGenerator, generatorOf } from '@core/tensor/extend'
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
  private readonly generator: Generator

  /**
   * @param p - probability with which a value is dropped, from 0 to 1; default 0.5
   * @param options - `generator`
   * @throws OptionError where p is not between 0 and 1
   */
  constructor(p = 0.5, options: DropoutLayerOptions = {}) {
    super()
    const { generator } = checkOptions('Dropout', options, ['generator'])
    this.p = checkNumber('Dropout', 'p', p, 0, 1)
    this.generator = generator === undefined ? defaultGenerator().fork() : generatorOf('Dropout', generator)
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
