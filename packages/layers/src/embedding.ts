import {
  embedding,
  type Generator,
  maskedFill,
  noGrad,
  Parameter,
  randn,
  type Tensor,
  tensor,
} from '@core/tensor'
import { assign, checkInteger, checkNumber, checkOptions } from '@core/tensor/extend'
import { Module } from '@nn/module'
import { type Init, initialise } from './initialise.js'

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /** A row for padding: it begins as zeros and is not trained. Counted from the end where negative. Default: none. */
  paddingIdx?: number | undefined
  /** Vectors that are looked up and are longer than this are first shortened to it, in place. Default: none. */
  maxNorm?: number | undefined
  /** The order of that norm. Default 2. */
  normType?: number
  /** Whether the gradient of a vector is divided by how often it was looked up. Default false. */
  scaleGradByFreq?: boolean
  /** How the table begins: an initialiser. Default: as below. */
  init?: Init | undefined
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
  /** The row that is not trained, counted from the start; undefined where there is none. */
  readonly paddingIdx: number | undefined
  private readonly lookup: { maxNorm: number | undefined; normType: number; scaleGradByFreq: boolean }

  /**
   * @param count - how many vectors, at least 1
   * @param dim - how long each is, at least 1
   * @param options - `paddingIdx`, `maxNorm`, `normType` (2), `scaleGradByFreq` (false), `init`, `generator`
   * @throws OptionError where a size is not a whole number of at least 1
   */
  constructor(count: number, dim: number, options: EmbeddingOptions = {}) {
    super()
    const op = 'Embedding'
    const names = ['paddingIdx', 'maxNorm', 'normType', 'init', 'generator'] as const
    const { paddingIdx, generator, ...rest } = checkOptions(op, options, names, ['scaleGradByFreq'])
    const { maxNorm, normType = 2, scaleGradByFreq = false, init } = rest
    checkInteger(op, 'count', count, 1)
    checkInteger(op, 'dim', dim, 1)
    if (maxNorm !== undefined) checkNumber(op, 'maxNorm', maxNorm, 0)
    if (paddingIdx !== undefined) checkInteger(op, 'paddingIdx', paddingIdx, -count, count - 1)
    this.paddingIdx = paddingIdx !== undefined && paddingIdx < 0 ? paddingIdx + count : paddingIdx
    this.lookup = { maxNorm, normType: checkNumber(op, 'normType', normType), scaleGradByFreq }
    this.weight = new Parameter(randn([count, dim], generator ? { generator } : {}))
    initialise(this, init, generator)
    if (this.paddingIdx !== undefined) this.clearRow(this.paddingIdx)
  }

  /**
   * Looks vectors up.
   *
   * @param indices - int32 [...], each from 0 to count − 1
   * @returns [..., dim]
   * @throws ShapeError where a number is out of range; DTypeError where they are not int32
   */
  override forward(indices: Tensor): Tensor {
    return embedding(this.weight, indices, { paddingIdx: this.paddingIdx, ...this.lookup })
  }

  private clearRow(row: number): void {
    const { backend, shape } = this.weight
    const mask = tensor(
      Uint8Array.from({ length: shape[0]! }, (_, i) => Number(i === row)),
      {
        shape: [shape[0]!, 1],
        dtype: 'bool',
        backend,
      },
    )
    noGrad(() => assign(this.weight, maskedFill(this.weight.detach(), mask, 0)))
  }
}
