import { recurrentInputs } from '../../kernels/recurrent.js'
import type { Reference } from '../kernel.js'
import { stepOf, widthOf } from './cells.js'
import { rowOf, stateBefore, walkOf } from './walk.js'

/** A recurrent layer: one sequence after the other, each from the first step of its walk to the last. */
export const recurrent: Reference<'recurrent'> = (inputs, outputs, attrs) => {
  const { time, batch, hidden } = attrs
  const { x, w, b, h0, c0, wp, lengths } = recurrentInputs(inputs, attrs)
  const [h, gates, extra, m] = outputs
  const size = attrs.projection || hidden
  const step = stepOf({ x, b, h, gates, extra, m }, w, wp, attrs)
  const walk = walkOf(attrs, lengths)
  const state = new Float64Array(size)
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < time; i++) {
      const row = walk.row(i, b)
      const before = walk.before(i, b)
      const cell = c0 ? stateBefore(before, c0, extra, hidden) : state
      state.set(stateBefore(before, h0, h, size))
      if (!walk.padded(i, b)) {
        step(row, state, cell)
        continue
      }
      h.set(state, row * size)
      if (gates) rowOf(gates, row, widthOf(attrs)).fill(0)
      if (c0) extra.set(cell, row * hidden)
      else if (extra) rowOf(extra, row, hidden).fill(0)
      if (m) rowOf(m, row, hidden).fill(0)
    }
  }
}
