import { type Generator, linear, Parameter, type Tensor, uniform } from '@core/tensor'
import { checkInteger, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'
import { type Init, initialise } from './initialise.js'

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Whether a bias is added. Default true. */
  bias?: boolean
  /** How the parameters begin: an initialiser of the weight, or `{ weight, bias }`. Default: as below. */
  init?: Init | undefined
  /** Where the first weights come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

/**
 * A layer of neurons, each connected to all inputs: $y = x W^\top + b$.
 *
 * Input [..., in], output [..., out]. Weight and bias begin uniform in ±1/√in (LeCun et al., "Efficient BackProp",
 * 1998; PyTorch's default).
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { Linear } from '@nn/layers'
 * const layer = new Linear(784, 10)
 * layer.forward(randn([32, 784])).shape // => [32, 10]
 * ```
 */
export class Linear extends Module {
  /** [out, in], one row a neuron. */
  readonly weight: Parameter
  /** [out]; undefined without bias. */
  readonly bias: Parameter | undefined

  /**
   * @param inFeatures - inputs of each neuron, at least 1
   * @param outFeatures - neurons, at least 1
   * @param options - `bias` (true), `init`, `generator`
   * @throws OptionError where a size is not a whole number of at least 1
   */
  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super()
    const { bias = true, init, generator } = checkOptions('Linear', options, ['init', 'generator'], ['bias'])
    checkInteger('Linear', 'inFeatures', inFeatures, 1)
    checkInteger('Linear', 'outFeatures', outFeatures, 1)
    const bound = 1 / Math.sqrt(inFeatures)
    const draw = (shape: number[]) =>
      new Parameter(uniform(shape, -bound, bound, generator ? { generator } : {}))
    this.weight = draw([outFeatures, inFeatures])
    this.bias = bias ? draw([outFeatures]) : undefined
    initialise(this, init, generator)
  }

  /**
   * Applies the layer.
   *
   * @param x - [..., in]
   * @returns [..., out]
   * @throws ShapeError where the last dimension is not `inFeatures`
   */
  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias)
  }
}
