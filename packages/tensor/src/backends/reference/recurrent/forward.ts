import type { TypedArray } from '../../dtype.js'
import { GATES, type RecurrentAttrs } from '../kernels.js'
import { sigmoid, UNARY } from './functions.js'
import type { Kernel } from './kernel.js'
import { multiply } from './loops.js'

/**
 * One time step of one sequence. `a` is w h (the recurrent product), `row` the position t · batch + b of the step in
 * arrays of [time, batch, …]; `before` tells where the state before the step is.
 */
type Step = (a: Float64Array, row: number, before: Before) => void

/** Where the state before a step is: row `row` of h0 (c0) in the first step, of h (c) later. */
export interface Before {
  readonly first: boolean
  readonly row: number
}

/** h' = f(x + w h) */
function rnn(
  inputs: readonly TypedArray[],
  outputs: readonly TypedArray[],
  hidden: number,
  f: (x: number) => number,
): Step {
  const [x] = inputs
  const [h] = outputs
  return (a, row) => {
    for (let k = 0; k < hidden; k++) {
      const at = row * hidden + k
      h[at] = f(x[at] + a[k])
    }
  }
}

/** r = σ(x_r + w_r h + b_r), z = σ(x_z + w_z h + b_z), p = w_n h + b_n, n = tanh(x_n + r p), h' = z h + (1 − z) n */
function gru(inputs: readonly TypedArray[], outputs: readonly TypedArray[], hidden: number): Step {
  const [x, , bias, h0] = inputs
  const [h, gates, product] = outputs
  return (a, row, before) => {
    const previous = before.first ? h0 : h
    for (let k = 0; k < hidden; k++) {
      const at = row * hidden + k
      const atR = 3 * row * hidden + k
      const atZ = atR + hidden
      const atN = atZ + hidden
      const r = sigmoid(x[atR] + a[k] + bias[k])
      const z = sigmoid(x[atZ] + a[hidden + k] + bias[hidden + k])
      const p = a[2 * hidden + k] + bias[2 * hidden + k]
      const n = Math.tanh(x[atN] + r * p)
      gates[atR] = r
      gates[atZ] = z
      gates[atN] = n
      product[at] = p
      h[at] = z * previous[before.row * hidden + k] + (1 - z) * n
    }
  }
}

/** i = σ(x_i + w_i h), f = σ(x_f + w_f h), g = tanh(x_g + w_g h), o = σ(x_o + w_o h), c' = f c + i g, h' = o tanh c' */
function lstm(inputs: readonly TypedArray[], outputs: readonly TypedArray[], hidden: number): Step {
  const [x, , , , c0] = inputs
  const [h, gates, c] = outputs
  return (a, row, before) => {
    const previous = before.first ? c0 : c
    for (let k = 0; k < hidden; k++) {
      const atI = 4 * row * hidden + k
      const atF = atI + hidden
      const atG = atF + hidden
      const atO = atG + hidden
      const i = sigmoid(x[atI] + a[k])
      const f = sigmoid(x[atF] + a[hidden + k])
      const g = Math.tanh(x[atG] + a[2 * hidden + k])
      const o = sigmoid(x[atO] + a[3 * hidden + k])
      const cell = f * previous[before.row * hidden + k] + i * g
      gates[atI] = i
      gates[atF] = f
      gates[atG] = g
      gates[atO] = o
      c[row * hidden + k] = cell
      h[row * hidden + k] = o * Math.tanh(cell)
    }
  }
}

function stepOf(inputs: readonly TypedArray[], outputs: readonly TypedArray[], attrs: RecurrentAttrs): Step {
  if (attrs.cell === 'gru') return gru(inputs, outputs, attrs.hidden)
  if (attrs.cell === 'lstm') return lstm(inputs, outputs, attrs.hidden)
  return rnn(inputs, outputs, attrs.hidden, attrs.cell === 'rnnTanh' ? Math.tanh : UNARY.relu)
}

/** Where sequence b has its state before step t. */
export function beforeStep(t: number, b: number, batch: number): Before {
  return t === 0 ? { first: true, row: b } : { first: false, row: (t - 1) * batch + b }
}

/** Row `row` of h0 in the first step, of h later. */
export function stateBefore(before: Before, h0: TypedArray, h: TypedArray, hidden: number): TypedArray {
  return (before.first ? h0 : h).subarray(before.row * hidden, (before.row + 1) * hidden)
}

/** A recurrent layer: one sequence after the other, each from its first step to its last. */
export const recurrent: Kernel<'recurrent'> = (inputs, outputs, attrs) => {
  const { time, batch, hidden } = attrs
  const [, w, , h0] = inputs
  const [h] = outputs
  const step = stepOf(inputs, outputs, attrs)
  const weight = new Float64Array(w)
  const state = new Float64Array(hidden)
  const a = new Float64Array(GATES[attrs.cell] * hidden)
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < time; t++) {
      const before = beforeStep(t, b, batch)
      state.set(stateBefore(before, h0, h, hidden))
      multiply(weight, state, a.length, hidden, a)
      step(a, t * batch + b, before)
    }
  }
}
