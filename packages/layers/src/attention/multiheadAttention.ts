import {
  cat,
  expand,
  type Generator,
  linear,
  narrow,
  OptionError,
  Parameter,
  permute,
  reshape,
  select,
  type Tensor,
  transpose,
  uniform,
  zeros,
} from '@core/tensor'
import {
  attention,
  checkInteger,
  checkNumber,
  checkOptions,
  checkTensors,
  defaultGenerator,
  generatorOf,
} from '@core/tensor/extend'
import { init, Module } from '@nn/module'
import { initialise } from '../initialise.js'
import { joinMasks, type Masks } from './masks.js'
import type { AttentionForwardOptions, AttentionOutput, MultiheadAttentionOptions } from './options.js'
import { checkShapes } from './shapes.js'

/**
 * Multi-head attention (Vaswani et al., 2017): each head projects queries, keys and values to features of its own, every
 * query takes the mean of the values weighted by $\mathrm{softmax}(q k^\top / \sqrt{d})$, and all heads together are projected
 * once more: $Y = [H_1 \dots H_h] W_o^\top + b_o$, $H_i = \mathrm{attention}(Q W_i^{q\top}, K W_i^{k\top}, V W_i^{v\top})$.
 *
 * Query [batch, queries, embedDim], key [batch, keys, kdim], value [batch, keys, vdim] (all without batch, too), output
 * like the query. Parameters lie and are called as PyTorch's: `in_proj_weight` [3 · embedDim, embedDim] is query, key, value.
 * It begins Xavier uniform, the output's weight uniform in ±1/√embedDim, biases as 0. Masks are PyTorch's: true hides.
 *
 * @example
 * ```ts
 * import { randn } from '@core/tensor'
 * import { MultiheadAttention } from '@nn/layers'
 * const layer = new MultiheadAttention(16, 4)
 * const { output, weights } = layer.forward(randn([2, 5, 16]), { isCausal: true })
 * output.shape // => [2, 5, 16]
 * weights?.shape // => [2, 5, 5]
 * Object.keys(layer.stateDict()) // => ['in_proj_weight', 'in_proj_bias', 'out_proj.weight', 'out_proj.bias']
 * ```
 */
export class MultiheadAttention extends Module {
  /** Features of queries and output. */
  readonly embedDim: number
  /** Heads. */
  readonly numHeads: number
  /** Probability with which a weight is dropped while training. */
  readonly dropout: number
  /** Whether the batch comes first. */
  readonly batchFirst: boolean
  /** [3 · embedDim, embedDim], where queries, keys and values have the same features. */
  readonly inProjWeight: Parameter | undefined
  /** [embedDim, embedDim], where they have not. */
  readonly qProjWeight: Parameter | undefined
  /** [embedDim, kdim], where they have not. */
  readonly kProjWeight: Parameter | undefined
  /** [embedDim, vdim], where they have not. */
  readonly vProjWeight: Parameter | undefined
  /** [3 · embedDim]. */
  readonly inProjBias: Parameter | undefined
  /** The learned key, [1, 1, embedDim]. */
  readonly biasK: Parameter | undefined
  /** The learned value, [1, 1, embedDim]. */
  readonly biasV: Parameter | undefined
  /** [embedDim, embedDim]. */
  readonly outProjWeight: Parameter
  /** [embedDim]. */
  readonly outProjBias: Parameter | undefined
  private readonly addZeroAttn: boolean
  private readonly generator: Generator

  /**
   * @param embedDim - features of queries and output
   * @param numHeads - heads, of which `embedDim` is a multiple
   * @param options - `dropout` (0), `bias` (true), `kdim`, `vdim`, `addBiasKv` (false), `addZeroAttn` (false), `batchFirst`
   *   (true), `init`, `generator`
   * @throws OptionError where the features do not fall into that many equal heads
   */
  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super()
    const op = 'MultiheadAttention'
    const switches = ['bias', 'addBiasKv', 'addZeroAttn', 'batchFirst'] as const
    const names = ['dropout', 'kdim', 'vdim', 'init', 'generator'] as const
    const {
      dropout = 0,
      kdim = embedDim,
      vdim = embedDim,
      ...rest
    } = checkOptions(op, options, names, switches)
    const { bias = true, addBiasKv = false, addZeroAttn = false, batchFirst = true, generator } = rest
    this.embedDim = checkInteger(op, 'embedDim', embedDim, 1)
    this.numHeads = checkInteger(op, 'numHeads', numHeads, 1)
    if (embedDim % numHeads !== 0)
      throw new OptionError(`${op}: embedDim ${embedDim} must be a multiple of numHeads ${numHeads}`)
    checkInteger(op, 'kdim', kdim, 1)
    checkInteger(op, 'vdim', vdim, 1)
    this.dropout = checkNumber(op, 'dropout', dropout, 0, 1)
    this.batchFirst = batchFirst
    this.addZeroAttn = addZeroAttn
    const first = generator ?? defaultGenerator()
    this.generator = generator === undefined ? first.fork() : generatorOf(op, generator)
    const make = (name: string, shape: number[], how?: (p: Parameter, g?: Generator) => void): Parameter => {
      const parameter = new Parameter(zeros(shape), { name })
      how?.(parameter, first)
      return parameter
    }
    const xavier = init.xavierUniform()
    if (kdim === embedDim && vdim === embedDim)
      this.inProjWeight = make('in_proj_weight', [3 * embedDim, embedDim], xavier)
    else {
      this.qProjWeight = make('q_proj_weight', [embedDim, embedDim], xavier)
      this.kProjWeight = make('k_proj_weight', [embedDim, kdim], xavier)
      this.vProjWeight = make('v_proj_weight', [embedDim, vdim], xavier)
    }
    if (bias) this.inProjBias = make('in_proj_bias', [3 * embedDim])
    if (addBiasKv) {
      this.biasK = make('bias_k', [1, 1, embedDim], init.xavierNormal())
      this.biasV = make('bias_v', [1, 1, embedDim], init.xavierNormal())
    }
    const bound = 1 / Math.sqrt(embedDim)
    const weight = uniform([embedDim, embedDim], -bound, bound, { generator: first })
    this.outProjWeight = new Parameter(weight, { name: 'out_proj.weight' })
    if (bias) this.outProjBias = make('out_proj.bias', [embedDim])
    initialise(this, rest.init, generator)
  }

  /** Attention of a sequence to itself. */
  override forward(query: Tensor, options?: AttentionForwardOptions): AttentionOutput
  /** Attention of queries to keys and values. */
  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options?: AttentionForwardOptions,
  ): AttentionOutput
  /**
   * Attends.
   *
   * @param query - [batch, queries, embedDim], or without batch
   * @param keyOrOptions - key [batch, keys, kdim]; without key and value the query is all three
   * @param value - [batch, keys, vdim]
   * @param more - `attnMask`, `keyPaddingMask`, `isCausal` (false), `needWeights` (true), `averageAttnWeights` (true)
   * @returns output and attention weights
   * @throws ShapeError where the shapes do not fit
   */
  override forward(
    query: Tensor,
    keyOrOptions?: Tensor | AttentionForwardOptions,
    value?: Tensor,
    more?: AttentionForwardOptions,
  ): AttentionOutput {
    const op = 'MultiheadAttention'
    const alone = value === undefined
    const key = alone ? query : (keyOrOptions as Tensor)
    const given = [query, key, value ?? query] as const
    const switches = ['isCausal', 'needWeights', 'averageAttnWeights'] as const
    const options = (alone ? (keyOrOptions as AttentionForwardOptions | undefined) : more) ?? {}
    const {
      needWeights = true,
      averageAttnWeights = true,
      ...masks
    } = checkOptions(op, options, ['attnMask', 'keyPaddingMask'], switches)
    checkTensors(op, given, ['the query', 'the key', 'the value'])
    const features = [this.embedDim, this.kProjWeight, this.vProjWeight].map((own) =>
      typeof own === 'number' ? own : (own ?? this.inProjWeight!).shape[1]!,
    )
    checkShapes(op, given, features, this.batchFirst)
    const single = query.rank === 2
    const batched = given.map((t) => this.toBatchFirst(t))
    const { output, weights } = this.attend(op, batched, single ? forOne(masks) : masks)
    const y = linear(output, this.outProjWeight, this.outProjBias)
    const shaped = single ? reshape(y, y.shape.slice(1)) : this.batchFirst ? y : transpose(y, 0, 1)
    if (!needWeights) return { output: shaped, weights: undefined }
    const shown = averageAttnWeights ? weights.mean({ axis: 1 }) : weights
    return { output: shaped, weights: single ? reshape(shown, shown.shape.slice(1)) : shown }
  }

  private toBatchFirst(t: Tensor): Tensor {
    if (t.rank === 2) return reshape(t, [1, ...t.shape])
    return this.batchFirst ? t : transpose(t, 0, 1)
  }

  private attend(
    op: string,
    [query, key, value]: Tensor[],
    masks: Masks,
  ): { output: Tensor; weights: Tensor } {
    const { embedDim, numHeads, biasK, biasV } = this
    const [batch, queries] = query!.shape as unknown as [number, number]
    const keys = key!.shape[1]!
    const [q, k, v] = this.project(query!, key!, value!)
    const extended = (t: Tensor, bias: Parameter | undefined): Tensor => {
      const parts = [t]
      if (bias) parts.push(expand(bias, [batch, 1, embedDim]))
      if (this.addZeroAttn) parts.push(zeros([batch, 1, embedDim], { dtype: t.dtype, backend: t.backend }))
      return parts.length > 1 ? cat(parts, 1) : t
    }
    const heads = (t: Tensor) =>
      permute(reshape(t, [batch, t.shape[1]!, numHeads, embedDim / numHeads]), [0, 2, 1, 3])
    const extra = (biasK ? 1 : 0) + (this.addZeroAttn ? 1 : 0)
    const attnMask = joinMasks(op, query!, masks, { batch, heads: numHeads, queries, keys, extra })
    const { output, weights } = attention(
      op,
      heads(q),
      heads(extended(k, biasK)),
      heads(extended(v, biasV)),
      {
        attnMask,
        dropoutP: this.training ? this.dropout : 0,
        generator: this.generator,
      },
    )
    return { output: reshape(permute(output, [0, 2, 1, 3]), [batch, queries, embedDim]), weights }
  }

  /** Queries, keys and values, each [batch, time, embedDim]; in one product where all come from one tensor. */
  private project(query: Tensor, key: Tensor, value: Tensor): [Tensor, Tensor, Tensor] {
    const { embedDim, inProjWeight, inProjBias } = this
    if (inProjWeight && query === key && key === value) {
      const all = linear(query, inProjWeight, inProjBias)
      const apart = reshape(all, [...all.shape.slice(0, -1), 3, embedDim])
      return [select(apart, -2, 0), select(apart, -2, 1), select(apart, -2, 2)]
    }
    const one = (x: Tensor, own: Parameter | undefined, i: number) =>
      linear(
        x,
        own ?? narrow(inProjWeight!, 0, i * embedDim, embedDim),
        inProjBias && narrow(inProjBias, 0, i * embedDim, embedDim),
      )
    return [one(query, this.qProjWeight, 0), one(key, this.kProjWeight, 1), one(value, this.vProjWeight, 2)]
  }
}

/** The masks of a single sequence as those of a batch of one. */
function forOne({ keyPaddingMask, ...rest }: Masks): Masks {
  return keyPaddingMask?.rank === 1
    ? { ...rest, keyPaddingMask: reshape(keyPaddingMask, [1, -1]) }
    : { ...rest, keyPaddingMask }
}
