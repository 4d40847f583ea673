import { GATES, type RecurrentAttrs } from '../../backends/kernels/recurrent.js'
import type { Tensor } from '../../tensor.js'
import { where } from '../compare.js'
import { gather } from '../strided.js'
import type { RecurrentOutputs } from './inputs.js'

/** The gates of a trace: where each stands among a cell's gates; the cell state is none of them. */
const TRACED: Readonly<Record<RecurrentAttrs['cell'], Readonly<Record<string, number>>>> = {
  rnnTanh: {},
  rnnRelu: {},
  gru: { reset: 0, update: 1, candidate: 2 },
  gruResetBefore: { reset: 0, update: 1, candidate: 2 },
  lstm: { forget: 1, input: 0, output: 3, candidate: 2, cell: -1 },
}

/** The trace from what the kernel wrote: its gates [time, batch, G·hidden] and, of an lstm, cell states. */
export function traceOf(
  { cell, time, batch, hidden }: RecurrentAttrs,
  gates: Tensor | undefined,
  cells: Tensor | undefined,
  mask: Tensor | undefined,
): Record<string, Tensor> {
  const shape = [time, batch, hidden]
  const wide = GATES[cell] * hidden
  const part = (at: number) => {
    if (at >= 0) return gather(gates!, shape, [batch * wide, wide, 1], at * hidden)
    return mask ? where(mask, cells!, 0) : gather(cells!, shape, [batch * hidden, hidden, 1])
  }
  return Object.fromEntries(Object.entries(TRACED[cell]).map(([name, at]) => [name, part(at)]))
}

/** All results of a layer in one list, in an order of their own: those of the kernel first. */
export function listed(
  cell: RecurrentAttrs['cell'],
  { output, hLast, cLast, trace }: RecurrentOutputs,
): Tensor[] {
  const gates = trace ? Object.keys(TRACED[cell]).map((name) => trace[name]!) : []
  return [output, hLast, ...(cLast ? [cLast] : []), ...gates]
}
