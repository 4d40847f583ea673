import { GATES, type RecurrentAttrs, recurrentGradInputs, recurrentInputs } from '../../kernels/recurrent.js'
import * as op from '../opcodes.js'
import { alignedBytes, type Encoder, float32 } from './call.js'
import { panelWords, productWords } from './matmul.js'

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
  encode(list, { inputs, outputs, attrs, scratch }) {
    const { cell, time, batch, hidden, reverse } = attrs
    const { x, w, h0, b = 0, c0 = 0, wp = 0, lengths = 0 } = recurrentInputs(inputs, attrs)
    const [h, gates = 0, extra = 0, m = 0] = outputs
    list.open(op.RECURRENT)
    list.ints([CELLS[cell], x, w, b, h0, c0, wp, lengths, h, gates, extra, m, scratch])
    list.ints([time, batch, hidden, sizesOf(attrs).state, reverse ? 1 : 0])
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

export const recurrentGrad: Encoder<'recurrentGrad'> = {
  encode(list, { inputs, outputs, attrs, scratch }) {
    const { cell, time, batch, hidden, projection, reverse } = attrs
    const given = recurrentGradInputs(inputs, attrs)
    const {
      dh,
      dhLast,
      w,
      h0,
      h,
      gates = 0,
      extra = 0,
      c0 = 0,
      dcLast = 0,
      wp = 0,
      m = 0,
      lengths = 0,
    } = given
    const [dx, dw, dh0, last = 0, dwp = 0] = outputs
    list.open(op.RECURRENT_GRAD)
    list.ints([CELLS[cell], dh, dhLast, w, h0, h, gates, extra, c0, dcLast, wp, m, lengths])
    list.ints([dx, dw, dh0, last, projection > 0 ? dwp : 0, scratch])
    list.ints([time, batch, hidden, sizesOf(attrs).state, reverse ? 1 : 0])
    list.close()
  },
  // Gradients on their way back, gru's gradient of the hidden projection, what a projection needs, and the larger of
  // packed weights and final products.
  scratch(attrs) {
    const { cell, time, batch, hidden, projection } = attrs
    const { state, wide, first } = sizesOf(attrs)
    const second = cell === 'gruResetBefore' ? panelWords(hidden, hidden) : panelWords(projection, hidden)
    return (
      2 * alignedBytes(batch * state) +
      2 * alignedBytes(batch * hidden) +
      (cell === 'gru' ? alignedBytes(time * batch * wide) : 0) +
      (projection > 0
        ? alignedBytes(time * batch * state) + alignedBytes(batch * hidden) + alignedBytes(hidden)
        : 0) +
      alignedBytes(
        Math.max(
          panelWords(first, state) + second,
          productWords(wide, state, time * batch, true),
          productWords(projection, hidden, time * batch, true),
        ),
      )
    )
  },
  supports: float32,
}
