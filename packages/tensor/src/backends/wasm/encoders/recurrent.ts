import { GATES, type RecurrentAttrs } from '../../kernels.js'
import * as op from '../opcodes.js'
import { alignedBytes, type Encoder, float32 } from './call.js'
import { panelWords, productWords } from './matmul.js'

const CELLS: Readonly<Record<RecurrentAttrs['cell'], number>> = {
  rnnTanh: op.RNN_TANH,
  rnnRelu: op.RNN_RELU,
  gru: op.GRU,
  lstm: op.LSTM,
}

export const recurrent: Encoder<'recurrent'> = {
  encode(list, { inputs, outputs, attrs, scratch }) {
    const { cell, time, batch, hidden } = attrs
    list.open(op.RECURRENT)
    list.int(CELLS[cell])
    for (let i = 0; i < 5; i++) list.int(inputs[i] ?? 0) // x, w, b, h0, c0
    for (let i = 0; i < 3; i++) list.int(outputs[i] ?? 0) // h, gates, p or c
    list.int(scratch)
    list.int(time)
    list.int(batch)
    list.int(hidden)
    list.close()
  },
  // One step's products, and the packed weights.
  scratch({ cell, batch, hidden }) {
    const wide = GATES[cell] * hidden
    return alignedBytes(batch * wide + 32) + alignedBytes(panelWords(hidden, wide) + 16)
  },
  supports: float32,
}

export const recurrentGrad: Encoder<'recurrentGrad'> = {
  encode(list, { inputs, outputs, attrs, scratch }) {
    const { cell, time, batch, hidden } = attrs
    const lstm = cell === 'lstm'
    list.open(op.RECURRENT_GRAD)
    list.int(CELLS[cell])
    for (let i = 0; i < 4; i++) list.int(inputs[i]) // dh, w, h0, h
    list.int((lstm ? inputs[5] : inputs[4]) ?? 0) // gates
    list.int((lstm ? inputs[6] : inputs[5]) ?? 0) // c or p
    list.int(lstm ? inputs[4] : 0) // c0
    list.int(lstm ? inputs[7] : 0) // dcLast
    for (let i = 0; i < 4; i++) list.int(outputs[i] ?? 0) // dx, dw, dh0, db or dc0
    list.int(scratch)
    list.int(time)
    list.int(batch)
    list.int(hidden)
    list.close()
  },
  // Gradients on their way back, gru's gradient of the hidden projection, and the larger of packed weights and final product.
  scratch({ cell, time, batch, hidden }) {
    const wide = GATES[cell] * hidden
    const product = productWords(wide, hidden, time * batch, true)
    return (
      4 * alignedBytes(batch * hidden) +
      (cell === 'gru' ? alignedBytes(time * batch * wide) : 0) +
      alignedBytes(Math.max(panelWords(wide, hidden), product))
    )
  },
  supports: float32,
}
