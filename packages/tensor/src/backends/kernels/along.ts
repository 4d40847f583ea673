/** Kernels that work along one axis: scans, sorting, and picking by index. `n` values of each of `outer · inner` lines. */
export interface AlongKernels {
  /** Running sum or product of the middle axis, from its first value on, or from its last where `reverse`.
   *  in: x [outer, n, inner] (float, int32); out: y, the same. Floats are collected in double precision. */
  scan: Line & { readonly op: 'sum' | 'prod'; readonly reverse: boolean }

  /** A linear recurrence along the middle axis: s_j = b_j + a_j s_{j−1}; where `reverse`, its transpose:
   *  s_j = b_j + a_{j+1} s_{j+1}. Beyond the ends s is 0. in: a, b [outer, n, inner] float; out: s. In double precision. */
  affineScan: Line & { readonly reverse: boolean }

  /** Sorts rows; equal values keep their order; NaN is larger than all others. in: x [rows, n] (float, int32);
   *  out: y [rows, n], index int32 [rows, n]: where in the row each value stood. */
  sort: { readonly rows: number; readonly n: number; readonly descending: boolean }

  /** y[o, j, i] = x[o, index[o, j, i], i]. in: x [outer, n, inner] (any dtype), index int32 [outer, count, inner];
   *  out: y [outer, count, inner]. Indices were checked. */
  gatherAlong: Line & { readonly count: number }

  /** y[o, index[o, j, i], i] = x[o, j, i], or +=, or ×=; in order of j, so that the last of equal indices stays where it is set;
   *  the rest of y stays. in: x (any dtype; float for add and multiply), index int32, [outer, count, inner] each;
   *  in-out: y [outer, n, inner]. */
  scatterAlong: Line & { readonly count: number; readonly mode: 'set' | 'add' | 'multiply' }
}

/** Lines of n values along the middle axis of [outer, n, inner]. */
export interface Line {
  readonly outer: number
  readonly n: number
  readonly inner: number
}
