/** An axis of n values from which one of m values is made. */
export interface ResampleAttrs {
  readonly outer: number
  readonly n: number
  readonly m: number
  /** How many values of the old axis each new one is a sum of. */
  readonly taps: number
  readonly inner: number
}

/** Kernels of padding and interpolation: an axis becomes another one. */
export interface ResamplingKernels {
  /** y[o, i, j] = Σₜ weight[i, t] · x[o, index[i, t], j], t in order. in: x [outer, n, inner], index int32 [m, taps], weight [m, taps];
   *  out: y [outer, m, inner]. */
  resample: ResampleAttrs

  /** Its gradient: dx = 0; dx[o, index[i, t], j] += weight[i, t] · g[o, i, j], in order of i and t. in: g [outer, m, inner], index, weight; out: dx [outer, n, inner]. */
  resampleGrad: ResampleAttrs
}
