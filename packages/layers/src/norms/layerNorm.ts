import { layerNorm, ones, Parameter, type Shape, type Tensor, zeros } from '@core/tensor'
import { checkNumber, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'
import { shapeOf } from './normalizedShape.js'

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance, against division by 0. Default 1e−5. */
  eps?: number
  /** Whether there are a weight and a bias. Default true. */
  elementwiseAffine?: boolean
  /** Without it there is no bias. Default true. */
  bias?: boolean
}

/**
 * Layer norm (Ba et al., 2016): each sample's last dimensions are brought to mean 0 and variance 1,
 * $y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \varepsilon}} \, w + b$; the same in training and at evaluation.
 *
 * Input and output [..., normalizedShape]. Weight begins as 1, bias as 0.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { LayerNorm } from '@nn/layers'
 * new LayerNorm(2).forward(tensor([[1, 3], [10, 30]])).toArraySync() // ~> [[-0.999995, 0.999995], [-1, 1]]
 * ```
 */
export class LayerNorm extends Module {
  /** The sizes of the last dimensions. */
  readonly normalizedShape: Shape
  /** Added to the variance. */
  readonly eps: number
  /** Of the normalized shape, ones at first. */
  readonly weight: Parameter | undefined
  /** Of the normalized shape, zeros at first. */
  readonly bias: Parameter | undefined

  /**
   * @param normalizedShape - the sizes of the last dimensions; a number for the last one alone
   * @param options - `eps` (1e−5), `elementwiseAffine` (true), `bias` (true)
   * @throws OptionError where a size is not a whole number of at least 1
   */
  constructor(normalizedShape: number | Shape, options: LayerNormOptions = {}) {
    super()
    const switches = ['elementwiseAffine', 'bias'] as const
    const {
      eps = 1e-5,
      elementwiseAffine = true,
      bias = true,
    } = checkOptions('LayerNorm', options, ['eps'], switches)
    this.normalizedShape = shapeOf('LayerNorm', normalizedShape)
    this.eps = checkNumber('LayerNorm', 'eps', eps)
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape)) : undefined
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape)) : undefined
  }

  /**
   * Normalises.
   *
   * @param x - a float tensor [..., normalizedShape]
   * @returns a tensor of the same shape
   * @throws ShapeError where the input does not end in that shape
   */
  override forward(x: Tensor): Tensor {
    const { weight, bias, eps } = this
    return layerNorm(x, this.normalizedShape, { weight, bias, eps })
  }
}
