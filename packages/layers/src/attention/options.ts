import type { Generator, Tensor } from '@core/tensor'
import type { Init } from '../initialise.js'

/** Options of `MultiheadAttention`. */
export interface MultiheadAttentionOptions {
  /** Probability with which an attention weight is dropped while training. Default 0. */
  dropout?: number
  /** Whether the projections have biases. Default true. */
  bias?: boolean
  /** Features of the keys. Default: `embedDim`. */
  kdim?: number
  /** Features of the values. Default: `embedDim`. */
  vdim?: number
  /** Whether a learned key and value are added at the end. Default false. */
  addBiasKv?: boolean
  /** Whether a key and value of zeros are added at the end. Default false. */
  addZeroAttn?: boolean
  /** Whether inputs are [batch, time, features], else [time, batch, features]. Default true. */
  batchFirst?: boolean
  /** How the parameters begin: an initialiser of the weights, or one for each by name. Default: as below. */
  init?: Init | undefined
  /** Where the first weights, and dropout, come from. Default: the generator seeded by `manualSeed`. */
  generator?: Generator
}

/** Options of a call of `MultiheadAttention`. */
export interface AttentionForwardOptions {
  /** [queries, keys] or [batch · heads, queries, keys]; bool: true where a query may **not** look; float: added to the scores. */
  attnMask?: Tensor | undefined
  /** [batch, keys]; bool: true for keys that are padding; float: added to the scores. */
  keyPaddingMask?: Tensor | undefined
  /** Whether query i sees keys 0 … i only. Default false. */
  isCausal?: boolean
  /** Whether the attention weights are given, too. Default true. */
  needWeights?: boolean
  /** Whether those are the mean over the heads. Default true. */
  averageAttnWeights?: boolean
}

/** What `MultiheadAttention` gives. */
export interface AttentionOutput {
  /** Like the query. */
  output: Tensor
  /** [batch, queries, keys], or [batch, heads, queries, keys]; undefined where they were not asked for. */
  weights: Tensor | undefined
}
