import type { TypedArray } from '../../../dtype.js'
import { GATES, type RecurrentAttrs } from '../../kernels/recurrent.js'
import { sigmoid } from '../functions.js'
import { multiply } from '../loops.js'

/** What the cells read and write, by name; `extra` is p, q or c. */
export interface Arrays {
  readonly x: TypedArray
  readonly b: TypedArray | undefined
  readonly h: TypedArray
  readonly gates: TypedArray
  readonly extra: TypedArray
  readonly m: TypedArray
}

/**
 * One time step of one sequence: from the state before it, `state` and (lstm) `cell`, to row `row` of the outputs. It
 * may write to `state`.
 */
export type Step = (row: number, state: Float64Array, cell: TypedArray) => void

type Make = (arrays: Arrays, w: Float64Array, hidden: number, wp: Float64Array) => Step

/** h' = f(x + w h) */
const rnn =
  (f: (x: number) => number): Make =>
  ({ x, h }, w, hidden) => {
    const a = new Float64Array(hidden)
    return (row, state) => {
      multiply(w, state, hidden, hidden, a)
      for (let k = 0; k < hidden; k++) {
        const at = row * hidden + k
        h[at] = f(x[at] + a[k])
      }
    }
  }

/** r = σ(x_r + w_r h + b_r), z = σ(x_z + w_z h + b_z), p = w_n h + b_n, n = tanh(x_n + r p), h' = z h + (1 − z) n */
const gru: Make = ({ x, b: bias, h, gates, extra }, w, hidden) => {
  const b = bias!
  const a = new Float64Array(3 * hidden)
  return (row, state) => {
    multiply(w, state, 3 * hidden, hidden, a)
    for (let k = 0; k < hidden; k++) {
      const atR = 3 * row * hidden + k
      const atZ = atR + hidden
      const atN = atZ + hidden
      const r = sigmoid(x[atR] + a[k] + b[k])
      const z = sigmoid(x[atZ] + a[hidden + k] + b[hidden + k])
      const p = a[2 * hidden + k] + b[2 * hidden + k]
      const n = Math.tanh(x[atN] + r * p)
      gates[atR] = r
      gates[atZ] = z
      gates[atN] = n
      extra[row * hidden + k] = p
      h[row * hidden + k] = z * state[k] + (1 - z) * n
    }
  }
}

/** r = σ(x_r + w_r h), z = σ(x_z + w_z h), q = r h, n = tanh(x_n + w_n q), h' = z h + (1 − z) n */
const gruResetBefore: Make = ({ x, h, gates, extra }, w, hidden) => {
  const a = new Float64Array(2 * hidden)
  const q = new Float64Array(hidden)
  const product = new Float64Array(hidden)
  const candidate = w.subarray(2 * hidden * hidden)
  return (row, state) => {
    multiply(w, state, 2 * hidden, hidden, a)
    for (let k = 0; k < hidden; k++) {
      const atR = 3 * row * hidden + k
      const r = sigmoid(x[atR] + a[k])
      q[k] = r * state[k]
      gates[atR] = r
      gates[atR + hidden] = sigmoid(x[atR + hidden] + a[hidden + k])
    }
    extra.set(q, row * hidden)
    multiply(candidate, q, hidden, hidden, product)
    for (let k = 0; k < hidden; k++) {
      const atN = (3 * row + 2) * hidden + k
      const z = gates[atN - hidden]
      const n = Math.tanh(x[atN] + product[k])
      gates[atN] = n
      h[row * hidden + k] = z * state[k] + (1 - z) * n
    }
  }
}

/** i = σ(x_i + w_i h), f = σ(x_f + w_f h), g = tanh(x_g + w_g h), o = σ(x_o + w_o h), c' = f c + i g, m = o tanh c', h' = m or wp m */
const lstm: Make = ({ x, h, gates, extra, m }, w, hidden, wp) => {
  const size = w.length / (4 * hidden)
  const a = new Float64Array(4 * hidden)
  const shown = new Float64Array(hidden)
  const projected = new Float64Array(size)
  return (row, state, before) => {
    multiply(w, state, 4 * hidden, size, a)
    for (let k = 0; k < hidden; k++) {
      const atI = 4 * row * hidden + k
      const atF = atI + hidden
      const atG = atF + hidden
      const atO = atG + hidden
      const i = sigmoid(x[atI] + a[k])
      const f = sigmoid(x[atF] + a[hidden + k])
      const g = Math.tanh(x[atG] + a[2 * hidden + k])
      const o = sigmoid(x[atO] + a[3 * hidden + k])
      const cell = f * before[k] + i * g
      gates[atI] = i
      gates[atF] = f
      gates[atG] = g
      gates[atO] = o
      extra[row * hidden + k] = cell
      shown[k] = o * Math.tanh(cell)
    }
    if (wp.length === 0) return h.set(shown, row * hidden)
    m.set(shown, row * hidden)
    multiply(wp, shown, size, hidden, projected)
    h.set(projected, row * size)
  }
}

const CELLS: Readonly<Record<RecurrentAttrs['cell'], Make>> = {
  rnnTanh: /* @__PURE__ */ rnn(Math.tanh),
  rnnRelu: /* @__PURE__ */ rnn((x) => Math.max(x, 0)),
  gru,
  gruResetBefore,
  lstm,
}

/** The step of a cell. */
export function stepOf(
  arrays: Arrays,
  w: TypedArray,
  wp: TypedArray | undefined,
  attrs: RecurrentAttrs,
): Step {
  return CELLS[attrs.cell](arrays, new Float64Array(w), attrs.hidden, new Float64Array(wp ?? []))
}

/** Values of all gates in one row. */
export function widthOf({ cell, hidden }: RecurrentAttrs): number {
  return GATES[cell] * hidden
}
