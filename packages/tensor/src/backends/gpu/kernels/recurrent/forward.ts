import { BackendError } from '../../../../errors.js'
import { GATES, type RecurrentAttrs, recurrentInputs } from '../../../kernels/recurrent.js'
import type { Launch, Lowering, Numbers } from '../../lowering.js'
import {
  gatesSource,
  gruSource,
  type Layout,
  layoutOf,
  lstmSource,
  projectedSource,
  transpose,
} from './cells.js'
import { Records } from './records.js'

/** Where a state is: from `at` on, in rows `stride` apart. */
interface Place {
  readonly buffer: Numbers
  readonly stride: number
  readonly at: number
}

/** The launches of one step: from the state before it to its record. */
function stepOf(
  attrs: RecurrentAttrs,
  layout: Layout,
  given: ReturnType<typeof recurrentInputs<Numbers>>,
  launch: Launch,
): (t: number, h: Place, c: Place) => Numbers {
  const { cell, time, batch, hidden, projection } = attrs
  const { width, size, row } = layout
  const turned = time > 2 // else it does not pay
  const turn = (w: Numbers, rows: number, columns: number) =>
    turned ? launch(transpose(rows, columns), rows * columns, [w]) : w
  const along = (rows: number, columns: number) =>
    (turned ? [1, rows] : [columns, 1]) as readonly [number, number]
  const x = given.x!
  const w = turn(given.w!, width, size)
  const wp = given.wp ? turn(given.wp, size, hidden) : undefined
  const lengths = given.lengths ? [given.lengths] : []
  const when = (t: number) => (given.lengths ? [t] : [])
  const at = (h: Place) => [h.stride, h.at]
  const step = along(width, size)
  const gates = gatesSource(attrs, layout, step)
  if (GATES[cell] === 1)
    return (t, h) => launch(gates, batch * row, [x, w, h.buffer, ...lengths, t * batch, ...at(h), ...when(t)])
  if (cell !== 'lstm') {
    const after = cell === 'gru'
    const state = gruSource(attrs, layout, step)
    return (t, h) => {
      const first = [t * batch, ...at(h)]
      const a = launch(gates, batch * (after ? 3 : 2) * hidden, [
        ...[x, w, h.buffer, ...(after ? [given.b!] : [])],
        ...first,
      ])
      const read = [x, a, h.buffer, ...(after ? [] : [w]), ...lengths]
      return launch(state, batch * row, [...read, ...first, ...when(t)])
    }
  }
  const state = lstmSource(attrs, layout)
  const projected = projection ? projectedSource(attrs, layout, along(size, hidden)) : undefined
  return (t, h, c) => {
    const a = launch(gates, batch * width, [x, w, h.buffer, t * batch, ...at(h)])
    const old = given.lengths ? [h.buffer] : []
    const oldAt = given.lengths ? at(h) : []
    if (!projected)
      return launch(state, batch * row, [
        ...[a, c.buffer, ...old, ...lengths],
        ...[c.stride, c.at, ...oldAt, ...when(t)],
      ])
    const cells = launch(state, batch * 2 * hidden, [a, c.buffer, ...lengths, c.stride, c.at, ...when(t)])
    return launch(projected, batch * row, [a, cells, wp!, ...old, ...lengths, ...oldAt, ...when(t)])
  }
}

/**
 * A recurrent layer: a loop over time of one launch a step for plain cells, two for gated ones, three with a projection. Sources name
 * no step, so that all steps share them.
 */
export const forward: Lowering<'recurrent'> = ({ inputs, attrs }, launch) => {
  const { cell, time, hidden, projection, reverse } = attrs
  if (hidden === 0) throw new BackendError('gpu: a recurrent layer without hidden units')
  const given = recurrentInputs(inputs, attrs)
  const layout = layoutOf(attrs)
  const { width, size, row } = layout
  const step = stepOf(attrs, layout, given, launch)
  const steps: Numbers[] = []
  let h: Place = { buffer: given.h0!, stride: size, at: 0 }
  let c: Place = { buffer: given.c0 ?? given.h0!, stride: hidden, at: 0 }
  for (let k = 0; k < time; k++) {
    const t = reverse ? time - 1 - k : k
    const buffer = step(t, h, c)
    steps[t] = buffer
    h = { buffer, stride: row, at: layout.h }
    c = { buffer, stride: row, at: layout.extra }
  }
  const records = Records.from(steps, row, launch)
  const shown = records.columns({ at: layout.h, width: size })
  if (GATES[cell] === 1) return [shown]
  return [
    shown,
    records.columns({ at: 0, width }),
    records.columns({ at: layout.extra, width: hidden }),
    ...(projection ? [records.columns({ at: layout.m, width: hidden })] : []),
  ]
}
