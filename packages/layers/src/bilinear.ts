import { bilinear, type Generator, Parameter, type Tensor, uniform } from '@core/tensor'
import { checkInteger, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'
import { type Init, initialise } from './initialise.js'

/** Options of {@link Bilinear}. */
export interface BilinearOptions {
  /** Whether a bias is added. Default true. */
  bias?: boolean
  /** How the parameters begin: an initialiser of the weight, or `{ weight, bias }`. Default: as below. */
  init?: Init | undefined
  /** Where the first weights come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

/**
 * A weight for every pair of features of two inputs: $y_k = \sum_{ij} a_i W_{kij} b_j + c_k$.
 *
 * Inputs [..., in1] and [..., in2], output [..., out]. Weight and bias begin uniform in ±1/√in1, as in PyTorch.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Bilinear } from '@nn/layers'
 * new Bilinear(2, 3, 4).forward(randn([5, 2]), randn([5, 3])).shape // => [5, 4]
 * ```
 */
export class Bilinear extends Module {
  /** [out, in1, in2]. */
  readonly weight: Parameter
  /** [out]; undefined without bias. */
  readonly bias: Parameter | undefined

  /**
   * @param in1Features - features of the first input, at least 1
   * @param in2Features - features of the second input, at least 1
   * @param outFeatures - outputs, at least 1
   * @param options - `bias` (true), `init`, `generator`
   * @throws OptionError where a size is not a whole number of at least 1
   */
  constructor(in1Features: number, in2Features: number, outFeatures: number, options: BilinearOptions = {}) {
    super()
    const op = 'Bilinear'
    const { bias = true, init, generator } = checkOptions(op, options, ['init', 'generator'], ['bias'])
    checkInteger(op, 'in1Features', in1Features, 1)
    checkInteger(op, 'in2Features', in2Features, 1)
    checkInteger(op, 'outFeatures', outFeatures, 1)
    const bound = 1 / Math.sqrt(in1Features)
    const draw = (shape: number[]) =>
      new Parameter(uniform(shape, -bound, bound, generator ? { generator } : {}))
    this.weight = draw([outFeatures, in1Features, in2Features])
    this.bias = bias ? draw([outFeatures]) : undefined
    initialise(this, init, generator)
  }

  /**
   * Applies the layer.
   *
   * @param a - [..., in1]
   * @param b - [..., in2], with the same leading dimensions
   * @returns [..., out]
   * @throws ShapeError where the sizes do not fit
   */
  override forward(a: Tensor, b: Tensor): Tensor {
    return bilinear(a, b, this.weight, this.bias)
  }
}
