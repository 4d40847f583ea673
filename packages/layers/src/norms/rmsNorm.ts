import { ones, Parameter, rmsNorm, type Shape, type Tensor } from '@core/tensor'
import { checkNumber, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'
import { shapeOf } from './normalizedShape.js'

/** Options of {@link RMSNorm}. */
export interface RMSNormOptions {
  /** Added to the mean square. Default: the distance from 1 to the next number of the dtype. */
  eps?: number | undefined
  /** Whether there is a weight. Default true. */
  elementwiseAffine?: boolean
}

/**
 * Root mean square norm (Zhang and Sennrich, 2019): $y = \frac{x}{\sqrt{\mathrm{mean}(x^2) + \varepsilon}} \, w$ over the
 * last dimensions.
 *
 * Input and output [..., normalizedShape]. The weight begins as 1.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { RMSNorm } from '@nn/layers'
 * new RMSNorm(2).forward(tensor([3, 4])).toArraySync() // ~> [0.848528, 1.131371]
 * ```
 */
export class RMSNorm extends Module {
  /** The sizes of the last dimensions. */
  readonly normalizedShape: Shape
  /** Added to the mean square; undefined for the dtype's own precision. */
  readonly eps: number | undefined
  /** Of the normalized shape, ones at first. */
  readonly weight: Parameter | undefined

  /**
   * @param normalizedShape - the sizes of the last dimensions; a number for the last one alone
   * @param options - `eps`, `elementwiseAffine` (true)
   * @throws OptionError where a size is not a whole number of at least 1
   */
  constructor(normalizedShape: number | Shape, options: RMSNormOptions = {}) {
    super()
    const { eps, elementwiseAffine = true } = checkOptions('RMSNorm', options, ['eps'], ['elementwiseAffine'])
    this.normalizedShape = shapeOf('RMSNorm', normalizedShape)
    this.eps = eps === undefined ? undefined : checkNumber('RMSNorm', 'eps', eps)
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape)) : undefined
  }

  /**
   * Normalises.
   *
   * @param x - a float tensor [..., normalizedShape]
   * @returns a tensor of the same shape
   * @throws ShapeError where the input does not end in that shape
   */
  override forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, { weight: this.weight, eps: this.eps })
  }
}
