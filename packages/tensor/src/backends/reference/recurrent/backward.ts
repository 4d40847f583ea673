import type { TypedArray } from '../../../dtype.js'
import { recurrentGradInputs } from '../../kernels/recurrent.js'
import type { Reference } from '../kernel.js'
import { addScaled } from '../loops.js'
import { CELL_GRADS } from './cellGrads.js'
import { widthOf } from './cells.js'
import { rowOf, stateBefore, walkOf } from './walk.js'

/** The gradient of a recurrent layer: one sequence after the other, each against the order of its walk. */
export const recurrentGrad: Reference<'recurrentGrad'> = (inputs, outputs, attrs) => {
  const { cell, time, batch, hidden } = attrs
  const given = recurrentGradInputs(inputs, attrs)
  const { dh, dhLast, w, h0, h, gates, extra, c0, dcLast, wp, m, lengths } = given
  const [dx, dw, dh0, last, dwp] = outputs
  const size = attrs.projection || hidden
  const width = widthOf(attrs)
  const walk = walkOf(attrs, lengths)
  const weight = new Float64Array(w)
  const step = CELL_GRADS[cell]({ h, gates: gates!, extra: extra! }, hidden, weight)
  const state = new Float64Array(size)
  const dWeight = new Float64Array(width * size)
  const dBias = new Float64Array(width)
  const dState = new Float64Array(size)
  const projection = wp ? new Projection(wp, size, hidden) : undefined
  const carry = {
    h: projection ? projection.shown : dState,
    c: new Float64Array(hidden),
    q: new Float64Array(width),
    x: new Float64Array(width),
  }
  for (let b = 0; b < batch; b++) {
    dState.set(rowOf(dhLast, b, size))
    if (dcLast) carry.c.set(rowOf(dcLast, b, hidden))
    for (let i = time - 1; i >= 0; i--) {
      const row = walk.row(i, b)
      if (walk.padded(i, b)) {
        rowOf(dx, row, width).fill(0)
        continue
      }
      const before = walk.before(i, b)
      state.set(stateBefore(before, h0, h, size))
      for (let k = 0; k < size; k++) dState[k] += dh[row * size + k]
      projection?.back(dState, rowOf(m!, row, hidden))
      step(carry, row, state, c0 ? stateBefore(before, c0, extra!, hidden) : state)
      // through the product w h: dh += wᵀ q, dw += q hᵀ, db += q
      for (let j = 0; j < width; j++) {
        const q = carry.q[j]
        addScaled(dState, 0, q, weight, j * size, size)
        addScaled(dWeight, j * size, q, state, 0, size)
        dBias[j] += q
      }
      if (cell === 'gruResetBefore') {
        const q = new Float64Array(rowOf(extra!, row, hidden))
        for (let j = 2 * hidden; j < width; j++) addScaled(dWeight, j * size, carry.x[j], q, 0, size)
      }
      dx.set(carry.x, row * width)
    }
    dh0.set(dState, b * size)
    if (cell === 'lstm') last.set(carry.c, b * hidden)
  }
  dw.set(dWeight)
  if (cell === 'gru') last.set(dBias)
  if (projection) dwp.set(projection.dWeight)
}

/** h = wp m: its gradients. */
class Projection {
  /** Gradient of m. */
  readonly shown: Float64Array
  readonly dWeight: Float64Array
  private readonly weight: Float64Array

  constructor(
    wp: TypedArray,
    private readonly size: number,
    private readonly hidden: number,
  ) {
    this.weight = new Float64Array(wp)
    this.dWeight = new Float64Array(wp.length)
    this.shown = new Float64Array(hidden)
  }

  /** Takes the gradient of h, which ends here. */
  back(dState: Float64Array, m: TypedArray): void {
    const { size, hidden } = this
    const row = new Float64Array(m)
    this.shown.fill(0)
    for (let j = 0; j < size; j++) {
      addScaled(this.shown, 0, dState[j], this.weight, j * hidden, hidden)
      addScaled(this.dWeight, j * hidden, dState[j], row, 0, hidden)
    }
    dState.fill(0)
  }
}
