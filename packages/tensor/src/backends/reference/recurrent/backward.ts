import type { TypedArray } from '../../dtype.js'
import { GATES, type RecurrentAttrs } from '../kernels.js'
import type { Kernel } from './kernel.js'
import { addScaled } from './loops.js'
import { type Before, beforeStep, stateBefore } from './recurrent.js'

/** What one sequence carries from step to step, backwards. */
interface Carry {
  /** Gradient of the state after the step; when the step is through, what of it reaches the state before it directly. */
  readonly h: Float64Array
  /** The same of the cell state (lstm). */
  readonly c: Float64Array
  /** Gradient of the recurrent product w h (+ b) of the step, to be written by it. */
  readonly q: Float64Array
}

/** The gradient of one step of one sequence: updates the carry, writes dx. */
type Step = (carry: Carry, row: number, before: Before) => void

/** q = dx = dh f′: 1 − h² for tanh, [h > 0] for relu */
function rnn(inputs: readonly TypedArray[], dx: TypedArray, hidden: number, tanh: boolean): Step {
  const [, , , h] = inputs
  return (carry, row) => {
    for (let k = 0; k < hidden; k++) {
      const at = row * hidden + k
      const y = h[at]
      const d = carry.h[k] * (tanh ? 1 - y * y : y > 0 ? 1 : 0)
      carry.h[k] = 0
      carry.q[k] = d
      dx[at] = d
    }
  }
}

/**
 * dn = dh (1 − z) (1 − n²), dz = dh (h₋₁ − n) z (1 − z), dr = dn p r (1 − r), each before its activation;
 * dx = (dr, dz, dn), q = (dr, dz, dn r), and dh z goes on directly
 */
function gru(inputs: readonly TypedArray[], dx: TypedArray, hidden: number): Step {
  const [, , h0, h, gates, product] = inputs
  return (carry, row, before) => {
    const previous = before.first ? h0 : h
    for (let k = 0; k < hidden; k++) {
      const atR = 3 * row * hidden + k
      const atZ = atR + hidden
      const atN = atZ + hidden
      const r = gates[atR]
      const z = gates[atZ]
      const n = gates[atN]
      const dh = carry.h[k]
      const dn = dh * (1 - z) * (1 - n * n)
      const dz = dh * (previous[before.row * hidden + k] - n) * z * (1 - z)
      const dr = dn * product[row * hidden + k] * r * (1 - r)
      carry.h[k] = dh * z
      carry.q[k] = dr
      carry.q[hidden + k] = dz
      carry.q[2 * hidden + k] = dn * r
      dx[atR] = dr
      dx[atZ] = dz
      dx[atN] = dn
    }
  }
}

/**
 * dc += dh o (1 − tanh² c); di = dc g i (1 − i), df = dc c₋₁ f (1 − f), dg = dc i (1 − g²), do = dh tanh c o (1 − o),
 * each before its activation; q = dx = (di, df, dg, do), and dc f goes on
 */
function lstm(inputs: readonly TypedArray[], dx: TypedArray, hidden: number): Step {
  const [, , , , c0, gates, c] = inputs
  return (carry, row, before) => {
    const previous = before.first ? c0 : c
    for (let k = 0; k < hidden; k++) {
      const atI = 4 * row * hidden + k
      const i = gates[atI]
      const f = gates[atI + hidden]
      const g = gates[atI + 2 * hidden]
      const o = gates[atI + 3 * hidden]
      const tanhC = Math.tanh(c[row * hidden + k])
      const dh = carry.h[k]
      const dc = carry.c[k] + dh * o * (1 - tanhC * tanhC)
      carry.h[k] = 0
      carry.c[k] = dc * f
      carry.q[k] = dc * g * i * (1 - i)
      carry.q[hidden + k] = dc * previous[before.row * hidden + k] * f * (1 - f)
      carry.q[2 * hidden + k] = dc * i * (1 - g * g)
      carry.q[3 * hidden + k] = dh * tanhC * o * (1 - o)
    }
    dx.set(carry.q, 4 * row * hidden)
  }
}

function stepOf(inputs: readonly TypedArray[], dx: TypedArray, { cell, hidden }: RecurrentAttrs): Step {
  if (cell === 'gru') return gru(inputs, dx, hidden)
  if (cell === 'lstm') return lstm(inputs, dx, hidden)
  return rnn(inputs, dx, hidden, cell === 'rnnTanh')
}

/** The gradient of a recurrent layer: one sequence after the other, each from its last step to its first. */
export const recurrentGrad: Kernel<'recurrentGrad'> = (inputs, outputs, attrs) => {
  const { cell, time, batch, hidden } = attrs
  const [dh, w, h0, h] = inputs
  const [dx, dw, dh0] = outputs
  const dcLast = cell === 'lstm' ? inputs[7] : undefined
  const width = GATES[cell] * hidden
  const step = stepOf(inputs, dx, attrs)
  const weight = new Float64Array(w)
  const state = new Float64Array(hidden)
  const dWeight = new Float64Array(width * hidden)
  const dBias = new Float64Array(width)
  const carry = { h: new Float64Array(hidden), c: new Float64Array(hidden), q: new Float64Array(width) }
  for (let b = 0; b < batch; b++) {
    carry.h.fill(0)
    if (dcLast) carry.c.set(dcLast.subarray(b * hidden, (b + 1) * hidden))
    for (let t = time - 1; t >= 0; t--) {
      const row = t * batch + b
      const before = beforeStep(t, b, batch)
      state.set(stateBefore(before, h0, h, hidden))
      for (let k = 0; k < hidden; k++) carry.h[k] += dh[row * hidden + k]
      step(carry, row, before)
      // through the product w h: dh += wᵀ q, dw += q hᵀ, db += q
      for (let j = 0; j < width; j++) {
        const q = carry.q[j]
        addScaled(carry.h, 0, q, weight, j * hidden, hidden)
        addScaled(dWeight, j * hidden, q, state, 0, hidden)
        dBias[j] += q
      }
    }
    dh0.set(carry.h, b * hidden)
    if (cell === 'lstm') outputs[3].set(carry.c, b * hidden)
  }
  dw.set(dWeight)
  if (cell === 'gru') outputs[3].set(dBias)
}
