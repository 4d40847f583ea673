/**
 * A recurrent cell: `rnnTanh`, `rnnRelu`; `gru` (gates r, z, n), whose reset gate acts on the recurrent product, as in
 * PyTorch; `gruResetBefore`, whose reset gate acts on the state before it (Cho et al., 2014); `lstm` (i, f, g, o).
 */
export type RecurrentCell = 'rnnTanh' | 'rnnRelu' | 'gru' | 'gruResetBefore' | 'lstm'

/** What the recurrent kernels need to know. */
export interface RecurrentAttrs {
  readonly cell: RecurrentCell
  readonly time: number
  readonly batch: number
  readonly hidden: number
  /** Whether time is walked from its end: the state before step t is that of step t + 1, and h0 comes before step T − 1. */
  readonly reverse: boolean
  /** Whether there are lengths. */
  readonly lengths: boolean
  /** lstm: the size that h is projected to; 0 for none. */
  readonly projection: number
}

/** Gates of a recurrent cell. */
export const GATES = { rnnTanh: 1, rnnRelu: 1, gru: 3, gruResetBefore: 3, lstm: 4 } as const

/**
 * Kernels of recurrent layers. G = 1, 3, 4 gates for rnn, gru, lstm; T = time, B = batch, H = hidden; S, the size of the state h, is
 * `projection`, or H where that is 0.
 */
export interface RecurrentKernels {
  /** One layer over all its time steps.
   *  in: x [T, B, G·H] (input projection, its bias included, and the hidden bias too, except for gru),
   *      w [G·H, S], h0 [B, S], for gru b [G·H] (hidden bias), for lstm c0 [B, H],
   *      with a projection wp [S, H], and with lengths those, int32 [B], from 1 to T (they were checked);
   *  out: h [T, B, S]; the activated gates, and what the gradient needs beside them:
   *    rnnTanh, rnnRelu: h' = f(x + w h); no further output;
   *    gru (r, z, n): r = σ(x_r + w_r h + b_r), z = σ(x_z + w_z h + b_z), p = w_n h + b_n, n = tanh(x_n + r p), h' = (1 − z) n + z h (two products);
   *      out 1: gates [T, B, 3H] (r, z, n); out 2: p [T, B, H];
   *    gruResetBefore: the same, but q = r h, n = tanh(x_n + w_n q); out 2: q [T, B, H];
   *    lstm (i, f, g, o): c' = f c + i g, m = o tanh c', h' = m, or wp m with a projection;
   *      out 1: gates [T, B, 4H] (i, f, g, o); out 2: c [T, B, H]; with a projection out 3: m [T, B, H].
   *  In a padded step, t ≥ length, h and c are those before it (in the order of the walk); gates, p, q and m are 0. */
  recurrent: RecurrentAttrs

  /** Its gradient, against the order of the walk.
   *  in: dh [T, B, S] (gradient of h; not read in padded steps), dhLast [B, S] (of h after the walk), w, h0, h, with gates those and p, q or c,
   *      for lstm c0 and dcLast [B, H] (gradient of c after the walk), with a projection wp and m, with lengths those;
   *  out: dx [T, B, G·H] (gradient of x; 0 in padded steps), dw [G·H, S], dh0 [B, S], for gru db [G·H], for lstm dc0 [B, H], and
   *      with a projection dwp [S, H].
   *  The recurrent weight gradient is collected in one product over all steps. */
  recurrentGrad: RecurrentAttrs
}

/** Inputs of `recurrent`, by name. */
export function recurrentInputs<T>(list: readonly T[], { cell, projection, lengths }: RecurrentAttrs) {
  const [x, w, h0] = list
  let next = 3
  const optional = (there: boolean) => (there ? list[next++] : undefined)
  return {
    ...{ x, w, h0 },
    b: optional(cell === 'gru'),
    c0: optional(cell === 'lstm'),
    wp: optional(projection > 0),
    lengths: optional(lengths),
  }
}

/** Inputs of `recurrentGrad`, by name; `extra` is p, q or c. */
export function recurrentGradInputs<T>(list: readonly T[], { cell, projection, lengths }: RecurrentAttrs) {
  const [dh, dhLast, w, h0, h] = list
  let next = 5
  const optional = (there: boolean) => (there ? list[next++] : undefined)
  const gated = GATES[cell] > 1
  return {
    ...{ dh, dhLast, w, h0, h },
    gates: optional(gated),
    extra: optional(gated),
    c0: optional(cell === 'lstm'),
    dcLast: optional(cell === 'lstm'),
    wp: optional(projection > 0),
    m: optional(projection > 0),
    lengths: optional(lengths),
  }
}
