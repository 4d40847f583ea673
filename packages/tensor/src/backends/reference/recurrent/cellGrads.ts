import type { TypedArray } from '../../../dtype.js'
import type { RecurrentAttrs } from '../../kernels/recurrent.js'
import { addScaled } from '../loops.js'

/** What the cells read, by name; `extra` is p, q or c. */
export interface Saved {
  readonly h: TypedArray
  readonly gates: TypedArray
  readonly extra: TypedArray
}

/** What one sequence carries from step to step, against the walk. */
export interface Carry {
  /** Gradient of what the step shows (the state, or m); afterwards what of it reaches the state before directly. */
  readonly h: Float64Array
  /** Gradient of the cell state (lstm). */
  readonly c: Float64Array
  /** Gradient of the products with the weights, to be written by the step; it goes on through these. */
  readonly q: Float64Array
  /** Gradient of x, to be written by the step. */
  readonly x: Float64Array
}

/** The gradient of one step of one sequence; `state` (lstm: `cell`) is that before the step. */
export type StepGrad = (carry: Carry, row: number, state: Float64Array, cell: TypedArray) => void

type Make = (saved: Saved, hidden: number, w: Float64Array) => StepGrad

/** q = dx = dh f′: 1 − h² for tanh, [h > 0] for relu */
const rnn =
  (slope: (y: number) => number): Make =>
  ({ h }, hidden) =>
  (carry, row) => {
    for (let k = 0; k < hidden; k++) {
      carry.q[k] = carry.h[k] * slope(h[row * hidden + k])
      carry.h[k] = 0
    }
    carry.x.set(carry.q)
  }

/**
 * dn = dh (1 − z) (1 − n²), dz = dh (h₋₁ − n) z (1 − z), dr = dn p r (1 − r), each before its activation;
 * dx = (dr, dz, dn), q = (dr, dz, dn r), and dh z goes on directly
 */
const gru: Make = ({ gates, extra }, hidden) => {
  return (carry, row, state) => {
    for (let k = 0; k < hidden; k++) {
      const atR = 3 * row * hidden + k
      const r = gates[atR]
      const z = gates[atR + hidden]
      const n = gates[atR + 2 * hidden]
      const dh = carry.h[k]
      const dn = dh * (1 - z) * (1 - n * n)
      carry.h[k] = dh * z
      carry.x[k] = dn * extra[row * hidden + k] * r * (1 - r)
      carry.x[hidden + k] = dh * (state[k] - n) * z * (1 - z)
      carry.x[2 * hidden + k] = dn
      carry.q[k] = carry.x[k]
      carry.q[hidden + k] = carry.x[hidden + k]
      carry.q[2 * hidden + k] = dn * r
    }
  }
}

/**
 * dn and dz as in gru; dq = w_nᵀ dn, dr = dq h₋₁ r (1 − r), and dh z + dq r goes on directly; dx = (dr, dz, dn). What is
 * left to go through the weights is dr and dz: q's third part is 0.
 */
const gruResetBefore: Make = ({ gates }, hidden, w) => {
  const dq = new Float64Array(hidden)
  return (carry, row, state) => {
    dq.fill(0)
    for (let k = 0; k < hidden; k++) {
      const atR = 3 * row * hidden + k
      const z = gates[atR + hidden]
      const n = gates[atR + 2 * hidden]
      const dh = carry.h[k]
      const dn = dh * (1 - z) * (1 - n * n)
      carry.h[k] = dh * z
      carry.x[hidden + k] = dh * (state[k] - n) * z * (1 - z)
      carry.x[2 * hidden + k] = dn
      addScaled(dq, 0, dn, w, (2 * hidden + k) * hidden, hidden)
    }
    for (let k = 0; k < hidden; k++) {
      const r = gates[3 * row * hidden + k]
      carry.h[k] += dq[k] * r
      carry.x[k] = dq[k] * state[k] * r * (1 - r)
    }
    carry.q.set(carry.x)
    carry.q.fill(0, 2 * hidden)
  }
}

/**
 * dc += dm o (1 − tanh² c); di = dc g i (1 − i), df = dc c₋₁ f (1 − f), dg = dc i (1 − g²), do = dm tanh c o (1 − o),
 * each before its activation; q = dx = (di, df, dg, do), and dc f goes on
 */
const lstm: Make = ({ gates, extra }, hidden) => {
  return (carry, row, _, before) => {
    for (let k = 0; k < hidden; k++) {
      const atI = 4 * row * hidden + k
      const i = gates[atI]
      const f = gates[atI + hidden]
      const g = gates[atI + 2 * hidden]
      const o = gates[atI + 3 * hidden]
      const tanhC = Math.tanh(extra[row * hidden + k])
      const dm = carry.h[k]
      const dc = carry.c[k] + dm * o * (1 - tanhC * tanhC)
      carry.h[k] = 0
      carry.c[k] = dc * f
      carry.q[k] = dc * g * i * (1 - i)
      carry.q[hidden + k] = dc * before[k] * f * (1 - f)
      carry.q[2 * hidden + k] = dc * i * (1 - g * g)
      carry.q[3 * hidden + k] = dm * tanhC * o * (1 - o)
    }
    carry.x.set(carry.q)
  }
}

/** The gradient of a cell's step. */
export const CELL_GRADS: Readonly<Record<RecurrentAttrs['cell'], Make>> = {
  rnnTanh: /* @__PURE__ */ rnn((y) => 1 - y * y),
  rnnRelu: /* @__PURE__ */ rnn((y) => (y > 0 ? 1 : 0)),
  gru,
  gruResetBefore,
  lstm,
}
