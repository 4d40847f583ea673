import { GATES, type RecurrentAttrs, recurrentGradInputs } from '../../../kernels/recurrent.js'
import { filled } from '../../constants.js'
import type { Launch, Lowering, Numbers } from '../../lowering.js'
import { cellSource, layoutOf, projectionSource, throughWeights } from './gradients.js'
import { join, Records } from './records.js'
import { columnSums, copy, product, statesBefore } from './weights.js'

type Given = ReturnType<typeof recurrentGradInputs<Numbers>>

/** What one step hands to the one before it. */
interface Carry {
  /** Gradient of h, from `at` on in rows `stride` apart. */
  readonly h: Numbers
  readonly stride: number
  readonly at: number
  /** Gradient of c (lstm). */
  readonly c: Numbers | undefined
  readonly cStride: number
  readonly cAt: number
}

/** The launches of one step: from what later steps hand on to its record and what it hands on; `from` is the state before it, from row `before` on. */
type Step = (
  t: number,
  from: { h: Numbers; c: Numbers | undefined; before: number },
  carry: Carry,
) => { record: Numbers; carry: Carry }

function stepOf(attrs: RecurrentAttrs, given: Given, launch: Launch): Step {
  const { cell, batch, hidden } = attrs
  const { size, row, direct } = layoutOf(attrs)
  const source = cellSource(attrs)
  const through = throughWeights(attrs)
  const lengths = given.lengths ? [given.lengths] : []
  const when = (t: number) => (given.lengths ? [t] : [])
  const [dh, w, gates, extra] = [given.dh!, given.w!, given.gates!, given.extra!]
  const onward = (h: Numbers) => ({ h, stride: size, at: 0 })
  if (GATES[cell] === 1)
    return (t, _, carry) => {
      const read = [dh, carry.h, given.h!, w, ...lengths]
      const record = launch(source, batch * row, [...read, t * batch, carry.stride, carry.at, ...when(t)])
      return { record, carry: { ...carry, h: record, stride: row, at: direct } }
    }
  const back = (t: number, record: Numbers, carry: Carry) =>
    onward(
      launch(through, batch * size, [
        ...[record, w, ...(given.lengths ? [carry.h, given.lengths] : [])],
        ...when(t),
      ]),
    )
  if (cell !== 'lstm')
    return (t, from, carry) => {
      const read = [dh, carry.h, gates, from.h, cell === 'gru' ? extra : w, ...lengths]
      const record = launch(source, batch * row, [...read, t * batch, from.before, ...when(t)])
      return { record, carry: { ...carry, ...back(t, record, carry) } }
    }
  const projection = attrs.projection ? projectionSource(attrs) : undefined
  return (t, from, carry) => {
    const shown = projection
      ? [launch(projection, batch * (size + hidden), [dh, carry.h, given.wp!, t * batch])]
      : [dh, carry.h]
    const read = [...shown, gates, extra, from.c!, carry.c!, ...lengths]
    const record = launch(source, batch * row, [
      ...read,
      ...[t * batch, from.before, carry.cStride, carry.cAt, ...when(t)],
    ])
    return { record, carry: { ...back(t, record, carry), c: record, cStride: row, cAt: direct } }
  }
}

/** The weights' gradients, each in one product over all steps. */
function weightGrads(
  attrs: RecurrentAttrs,
  given: Given,
  records: Records,
  dx: Numbers,
  launch: Launch,
): { dw: Numbers; rest: readonly Numbers[] } {
  const { cell, time, batch, hidden, projection } = attrs
  const { width, size, state } = layoutOf(attrs)
  const rows = time * batch
  const before = statesBefore(given.h0!, given.h!, attrs, launch)
  if (cell === 'gruResetBefore') {
    const gates = records.columns({ at: 0, width: 2 * hidden })
    const candidate = records.columns({ at: 2 * hidden, width: hidden })
    const parts = [
      product(gates, before, 2 * hidden, size, rows, launch),
      product(candidate, given.extra!, hidden, size, rows, launch),
    ]
    return { dw: join(parts, launch), rest: [] }
  }
  // The reset gate scales the gradient that goes through the candidate's weights.
  const q = cell === 'gru' ? records.columns({ at: 0, width, from: 2 * hidden, skip: hidden }) : dx
  const dw = product(q, before, width, size, rows, launch)
  if (cell === 'gru') return { dw, rest: [columnSums(q, width, rows, launch)] }
  if (!projection) return { dw, rest: [] }
  const states = records.columns({ at: state, width: size })
  return { dw, rest: [product(states, given.m!, size, hidden, rows, launch)] }
}

/** The gradient of a recurrent layer: a loop against the walk, of one launch a step for plain cells, two for gated ones, three with a projection. */
export const backward: Lowering<'recurrentGrad'> = ({ inputs, outputLengths, attrs }, launch) => {
  const { cell, time, batch, hidden, reverse } = attrs
  const given = recurrentGradInputs(inputs, attrs)
  const { width, size, row } = layoutOf(attrs)
  const rows = ({ h, stride, at }: { h: Numbers; stride: number; at: number }, wide: number) =>
    Records.from([h], stride, launch).columns({ at, width: wide })
  if (time === 0 || batch === 0 || hidden === 0) {
    // Nothing went through the layer: the gradients of the last state are those of the first, where a step did not end them.
    const copied = time === 0 && batch > 0
    return outputLengths.map((length, k) => {
      const source = k === 2 ? given.dhLast! : k === 3 && cell === 'lstm' ? given.dcLast! : undefined
      if (length === 0) return null
      return copied && source ? copy(source, launch) : filled(launch, length, 0)
    })
  }
  const step = stepOf(attrs, given, launch)
  const steps: Numbers[] = []
  let carry: Carry = {
    ...{ h: given.dhLast!, stride: size, at: 0 },
    ...{ c: given.dcLast, cStride: hidden, cAt: 0 },
  }
  for (let k = time - 1; k >= 0; k--) {
    const t = reverse ? time - 1 - k : k
    const from =
      k === 0
        ? { h: given.h0!, c: given.c0, before: 0 }
        : { h: given.h!, c: given.extra, before: (reverse ? t + 1 : t - 1) * batch }
    const made = step(t, from, carry)
    steps[t] = made.record
    carry = made.carry
  }
  const records = Records.from(steps, row, launch)
  const dx = records.columns({ at: 0, width })
  const dh0 = carry.stride === size ? carry.h : rows(carry, size)
  const { dw, rest } = weightGrads(attrs, given, records, dx, launch)
  const dc0 = carry.c ? [rows({ h: carry.c, stride: carry.cStride, at: carry.cAt }, hidden)] : []
  return [dx, dw, dh0, ...dc0, ...rest]
}
