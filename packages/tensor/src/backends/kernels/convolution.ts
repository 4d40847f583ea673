/** Three sizes, outermost first: [depth or rows, rows, columns]. */
export type Triple = readonly [number, number, number]

/**
 * What a convolution looks like. There are always three spatial dimensions: two are [rows, 1, columns], one is
 * [1, 1, columns]. `x` is its input [batch, inChannels, ∏ input], `y` its output [batch, outChannels, ∏ output], `w` the weight
 * [outChannels, inChannels / groups, ∏ kernel].
 * Output position p and kernel position k meet the input at p · stride − padding + k · dilation, where it has that position.
 */
export interface ConvAttrs {
  readonly batch: number
  readonly groups: number
  readonly inChannels: number
  readonly outChannels: number
  readonly input: Triple
  readonly output: Triple
  readonly kernel: Triple
  readonly stride: Triple
  readonly dilation: Triple
  /** In front; what stands behind follows from the size of the output. */
  readonly padding: Triple
  /** Whether a bias is added, one number for each channel of the result. */
  readonly bias: boolean
}

/** Kernels of convolution. */
export interface ConvolutionKernels {
  /** y[b, o, p] = Σ x[b, c, p · stride − padding + k · dilation] · w[o, c, k] (+ bias[o]) over the channels c of o's group and k.
   *  in: x, w, and, where `bias` is set, bias; out: y. */
  conv: ConvAttrs

  /** Its gradient for x, which is the transposed convolution: x[b, c, p · stride − padding + k · dilation] += y[b, o, p] · w[o, c, k]
   *  from 0 (or bias[c]). in: y, w, and, where `bias` is set, bias [inChannels]; out: x. */
  convInputGrad: ConvAttrs

  /** Its gradient for w: w[o, c, k] = Σ y[b, o, p] · x[b, c, p · stride − padding + k · dilation] over b and p. in: y, x; out: w. */
  convWeightGrad: ConvAttrs
}
