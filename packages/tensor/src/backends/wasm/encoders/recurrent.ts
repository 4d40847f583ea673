import { GATES, type RecurrentAttrs, recurrentGradInputs, recurrentInputs } from '../../kernels/recurrent.js'
import type { CommandList } from '../commands.js'
import * as op from '../opcodes.js'
import { alignedBytes, type Encoder, float32, type PlacedCall } from './call.js'
import { panelWords, productWords } from './matmul.js'
import { LOOP, WEIGHTS } from './stages.js'

const CELLS: Readonly<Record<RecurrentAttrs['cell'], number>> = {
  rnnTanh: op.RNN_TANH,
  rnnRelu: op.RNN_RELU,
  gru: op.GRU,
  gruResetBefore: op.GRU_RESET_BEFORE,
  lstm: op.LSTM,
}

/** Sizes: of the state, of all gates, and of those that come from the first product of a step. */
function sizesOf({ cell, hidden, projection }: RecurrentAttrs): {
  state: number
  wide: number
  first: number
} {
  const wide = GATES[cell] * hidden
  return { state: projection || hidden, wide, first: cell === 'gruResetBefore' ? 2 * hidden : wide }
}

export const recurrent: Encoder<'recurrent'> = {
  encode(list, { inputs, outputs, attrs, scratch, whole = attrs }) {
    const { cell, time, batch, hidden, reverse } = attrs
    const { x, w, h0, b = 0, c0 = 0, wp = 0, lengths = 0 } = recurrentInputs(inputs, attrs)
    const [h, gates = 0, extra = 0, m = 0] = outputs
    list.open(op.RECURRENT)
    list.ints([CELLS[cell], x, w, b, h0, c0, wp, lengths, h, gates, extra, m, scratch])
    list.ints([time, batch, hidden, sizesOf(attrs).state, reverse ? 1 : 0, whole.batch])
    list.close()
  },
  // One step's products, and the packed weights.
  scratch(attrs) {
    const { cell, batch, hidden, projection } = attrs
    const { state, first } = sizesOf(attrs)
    const before = cell === 'gruResetBefore'
    const panels =
      panelWords(state, first) + (before ? panelWords(hidden, hidden) : panelWords(hidden, projection))
    return (
      alignedBytes(batch * first + 16) +
      (before ? alignedBytes(batch * hidden + 16) : 0) +
      alignedBytes(panels + 16)
    )
  },
  supports: float32,
}

/** The arguments of both parts of the gradient. */
function gradient(list: CommandList, opcode: number, call: PlacedCall<'recurrentGrad'>): void {
  const { inputs, outputs, attrs, whole = attrs, stage, range } = call
  const common = call.common ?? call.scratch
  const scratch = call.common === undefined ? call.scratch + commonBytes(attrs) : call.scratch
  const { cell, time, batch, hidden, projection, reverse } = attrs
  const given = recurrentGradInputs(inputs, attrs)
  const { dh, dhLast, w, h0, h, gates = 0, extra = 0, c0 = 0, dcLast = 0, wp = 0, m = 0, lengths = 0 } = given
  const [dx, dw, dh0, last = 0, dwp = 0] = outputs
  const { state, wide } = sizesOf(attrs)
  // The part of the rows that a part of the loop has; columns of the gates are told apart.
  const row = stage === LOOP && range ? range[0] : 0
  const [from, to] = stage === WEIGHTS && range ? range : [0, wide]
  const ds = common + 4 * row * wide
  const all = common + hiddenBytes(whole) + 4 * row * state
  list.open(opcode)
  list.ints([CELLS[cell], dh, dhLast, w, h0, h, gates, extra, c0, dcLast, wp, m, lengths])
  list.ints([dx, dw, dh0, last, projection > 0 ? dwp : 0, scratch])
  list.ints([time, batch, hidden, state, reverse ? 1 : 0])
  list.ints([ds, all, whole.batch, from, to])
  list.close()
}

/** Bytes of what both stages need: gru's gradient of the hidden projection, and all gradients of a projected h. */
function commonBytes(attrs: RecurrentAttrs): number {
  const { time, batch, projection } = attrs
  return hiddenBytes(attrs) + (projection > 0 ? alignedBytes(time * batch * projection) : 0)
}

/** Bytes of gru's gradient of the hidden projection. */
function hiddenBytes(attrs: RecurrentAttrs): number {
  return attrs.cell === 'gru' ? alignedBytes(attrs.time * attrs.batch * sizesOf(attrs).wide) : 0
}

export const recurrentGrad: Encoder<'recurrentGrad'> = {
  encode(list, call) {
    if (call.stage !== WEIGHTS) gradient(list, op.RECURRENT_GRAD, call)
    if (call.stage !== LOOP) gradient(list, op.RECURRENT_WEIGHTS, call)
  },
  common: commonBytes,
  // Gradients on their way back, and the larger of packed weights and final products.
  scratch(attrs, whole) {
    const { cell, batch, hidden, projection } = attrs
    const { state, wide, first } = sizesOf(attrs)
    const second = cell === 'gruResetBefore' ? panelWords(hidden, hidden) : panelWords(projection, hidden)
    const rows = whole.time * whole.batch
    return (
      2 * alignedBytes(batch * state) +
      2 * alignedBytes(batch * hidden) +
      (projection > 0 ? alignedBytes(batch * hidden) + alignedBytes(hidden) : 0) +
      alignedBytes(
        Math.max(
          panelWords(first, state) + second,
          productWords(wide, state, rows, true),
          productWords(projection, hidden, rows, true),
        ),
      )
    )
  },
  supports: float32,
}
