import { GATES, type RecurrentAttrs } from '../src/backends/kernels/recurrent.js'

export const CELLS = ['rnnTanh', 'rnnRelu', 'gru', 'gruResetBefore', 'lstm'] as const

/** Attributes of the plain form. */
export const PLAIN = { reverse: false, lengths: false, projection: 0 }

/** A kind of array that holds floats. */
type Floats = Float32Array | Float64Array

/** How many values each array of a layer has. */
export function sizesOf({ cell, time, batch, hidden, projection }: RecurrentAttrs) {
  const wide = GATES[cell] * hidden
  const state = projection || hidden
  const [steps, gated] = [time * batch, GATES[cell] > 1]
  return {
    ...{ x: steps * wide, w: wide * state, h0: batch * state, h: steps * state, wide },
    b: cell === 'gru' ? wide : undefined,
    c0: cell === 'lstm' ? batch * hidden : undefined,
    wp: projection ? projection * hidden : undefined,
    gates: gated ? steps * wide : undefined,
    extra: gated ? steps * hidden : undefined,
    m: projection ? steps * hidden : undefined,
  }
}

/** Inputs of one layer; `make` draws them. */
export function layerOf<A extends Floats>(
  attrs: RecurrentAttrs,
  make: (n: number, scale: number) => A,
  length: (b: number) => number,
) {
  const n = sizesOf(attrs)
  const scale = 1 / Math.sqrt(attrs.hidden + 1)
  const some = (size: number | undefined, by = 1) => (size === undefined ? undefined : make(size, by))
  const lengths = attrs.lengths ? Int32Array.from({ length: attrs.batch }, (_, b) => length(b)) : undefined
  return {
    x: make(n.x, 1),
    w: make(n.w, scale),
    h0: make(n.h0, 1),
    b: some(n.b),
    c0: some(n.c0),
    wp: some(n.wp, scale),
    lengths,
  }
}

/** What of a list there is. */
function present<T>(...list: readonly (T | undefined)[]): T[] {
  return list.filter((v) => v !== undefined)
}

/** Inputs of the forward kernel. */
export function forwardOf<A extends Floats>({ x, w, h0, b, c0, wp, lengths }: ReturnType<typeof layerOf<A>>) {
  return present<A | Int32Array>(x, w, h0, b, c0, wp, lengths)
}

/** Outputs of the forward kernel, to be written. */
export function resultsOf<A extends Floats>(attrs: RecurrentAttrs, make: (n: number) => A): A[] {
  const { h, gates, extra, m } = sizesOf(attrs)
  return present(h, gates, extra, m).map(make)
}

/** Inputs of the backward kernel. */
export function backwardOf<A extends Floats>(
  { w, h0, c0, wp, lengths }: ReturnType<typeof layerOf<A>>,
  [h, ...saved]: readonly A[],
  { dh, dhLast, dcLast }: { dh: A; dhLast: A; dcLast: A },
) {
  const [gates, extra, m] = saved
  return present<A | Int32Array>(
    ...[dh, dhLast, w, h0, h, gates, extra],
    ...(c0 ? [c0, dcLast] : []),
    ...[wp, m, lengths],
  )
}

/** Outputs of the backward kernel, to be written: dx, dw, dh0, db or dc0, dwp. */
export function gradsOf<A extends Floats>(attrs: RecurrentAttrs, make: (n: number) => A): A[] {
  const { x, w, h0, b, c0, wp } = sizesOf(attrs)
  return present(x, w, h0, b ?? c0, wp).map(make)
}
