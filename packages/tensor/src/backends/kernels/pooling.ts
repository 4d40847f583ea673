/** Two sizes: [rows, columns]. */
export type Pair = readonly [number, number]

/**
 * Windows over planes of [rows, columns]. Window i of a dimension of n begins at s = i · stride − padding and has the positions s + j · dilation,
 * j < kernel, as far as they exist. `adaptive`: it reaches from ⌊i n / m⌋ to, not including, ⌈(i + 1) n / m⌉ instead, of m windows (dilation 1).
 */
export interface PoolAttrs {
  readonly planes: number
  readonly input: Pair
  readonly output: Pair
  readonly kernel: Pair
  readonly stride: Pair
  readonly padding: Pair
  readonly dilation: Pair
  readonly adaptive: boolean
}

/** Windows, and by what their sums are divided. */
export interface AvgPoolAttrs extends PoolAttrs {
  /** Whether padding counts as values of 0 (but not what lies behind it, which ceilMode may reach). */
  readonly countIncludePad: boolean
  /** What to divide by; 0: the number of values. */
  readonly divisor: number
}

/** Kernels of pooling. */
export interface PoolingKernels {
  /** The largest value of each window: the first of equal ones; NaN wins, the last one. in: x [planes, ∏ input];
   *  out: y [planes, ∏ output], index int32 [planes, ∏ output]: where in the plane it stood. */
  maxPool: PoolAttrs

  /** The average of each window. in: x [planes, ∏ input]; out: y [planes, ∏ output]. `dilation` is 1. */
  avgPool: AvgPoolAttrs

  /** Its gradient. in: g [planes, ∏ output]; out: dx [planes, ∏ input]. */
  avgPoolGrad: AvgPoolAttrs
}
