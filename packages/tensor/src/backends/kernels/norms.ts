/** What the norms over rows need to know. */
export interface RowNormAttrs {
  readonly rows: number
  readonly n: number
  /** Weights of row r begin at (r mod groups) · n / inner. */
  readonly groups: number
  /** So many neighbours in a row share a weight. */
  readonly inner: number
  readonly eps: number
  /** Whether the mean is taken off; else the root of the mean square is what the row is divided by. */
  readonly centred: boolean
  readonly weight: boolean
  readonly bias: boolean
}

/** What the norm over channels needs to know. */
export interface ChannelNormAttrs {
  readonly outer: number
  readonly channels: number
  readonly inner: number
  readonly eps: number
  /** Whether the statistics are given, as at evaluation, and so constants. */
  readonly fixed: boolean
  readonly weight: boolean
  readonly bias: boolean
}

/**
 * Kernels of the norms. Statistics are [4, units]: shift, rest, 1 / √(variance + eps), variance. The mean is shift +
 * rest: what is normalised is (x − shift) − rest, so that no digit is lost where values are large beside their
 * differences. There is a bias only where there is a weight.
 */
export interface NormKernels {
  /** y = ((x − shift) − rest) / √(variance + eps) · w + b, with each row's own statistics (not centred: shift, rest = 0, variance = mean square).
   *  in: x [rows, n], and where set weight, bias [groups · n / inner]; out: y [rows, n], stats [4, rows]. */
  rowNorm: RowNormAttrs

  /** Its gradient. in: g, x [rows, n], stats, and where set weight; out: dx, and where there is a weight: dweight, dbias. */
  rowNormGrad: RowNormAttrs

  /** The same over all values of a channel. in: x [outer, channels, inner], where `fixed` stats [4, channels], where set weight, bias [channels];
   *  out: y, and where not `fixed` stats [4, channels]. */
  channelNorm: ChannelNormAttrs

  /** Its gradient. in: g, x, stats, and where set weight; out: dx, and where there is a weight: dweight, dbias [channels]. */
  channelNormGrad: ChannelNormAttrs
}
