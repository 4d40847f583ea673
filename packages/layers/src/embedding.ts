import { embedding, type Generator, Parameter, randn, type Tensor } from '@core/tensor'
import { checkInteger, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /** Where the first weights come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

/**
 * A table of vectors, looked up by number: $y_i = W_{k_i}$. It turns tokens into vectors that are learned.
 *
 * Input int32 [...], output [..., dim]. The table begins with standard normal numbers, as in PyTorch.
 *
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { Embedding } from '@nn/layers'
 * const embed = new Embedding(100, 16)
 * embed.forward(tensor([[3, 1, 4]], { dtype: 'int32' })).shape // => [1, 3, 16]
 * ```
 */
export class Embedding extends Module {
  /** [count, dim], one row a token. */
  readonly weight: Parameter

  /**
   * @param count - how many vectors, at least 1
   * @param dim - how long each is, at least 1
   * @param options - `generator`
   * @throws OptionError where a size is not a whole number of at least 1
   */
  constructor(count: number, dim: number, options: EmbeddingOptions = {}) {
    super()
    const { generator } = checkOptions('Embedding', options, ['generator'])
    checkInteger('Embedding', 'count', count, 1)
    checkInteger('Embedding', 'dim', dim, 1)
    this.weight = new Parameter(randn([count, dim], generator ? { generator } : {}))
  }

  /**
   * Looks vectors up.
   *
   * @param indices - int32 [...], each from 0 to count − 1
   * @returns [..., dim]
   * @throws ShapeError where a number is out of range; DTypeError where they are not int32
   */
  override forward(indices: Tensor): Tensor {
    return embedding(this.weight, indices)
  }
}
