import * as op from '../opcodes.js'
import { type Encoder, float32 } from './call.js'

export const softmax: Encoder<'softmax'> = {
  encode(list, { inputs, outputs, attrs }) {
    list.open(op.SOFTMAX)
    list.int(inputs[0])
    list.int(outputs[0])
    list.int(attrs.rows)
    list.int(attrs.n)
    list.int(attrs.log ? 1 : 0)
    list.close()
  },
  supports: float32,
}

export const softmaxGrad: Encoder<'softmaxGrad'> = {
  encode(list, { inputs, outputs, attrs }) {
    list.open(op.SOFTMAX_GRAD)
    list.ints(inputs)
    list.int(outputs[0])
    list.int(attrs.rows)
    list.int(attrs.n)
    list.int(attrs.log ? 1 : 0)
    list.close()
  },
  supports: float32,
}

export const crossEntropy: Encoder<'crossEntropy'> = {
  encode(list, { inputs, outputs, attrs }) {
    list.open(op.CROSS_ENTROPY)
    list.ints(inputs)
    list.ints(outputs)
    list.int(attrs.rows)
    list.int(attrs.n)
    list.int(attrs.ignoreIndex)
    list.close()
  },
  supports: float32,
}

export const crossEntropyGrad: Encoder<'crossEntropyGrad'> = {
  encode(list, { inputs, outputs, attrs }) {
    list.open(op.CROSS_ENTROPY_GRAD)
    list.ints(inputs)
    list.int(outputs[0])
    list.int(attrs.rows)
    list.int(attrs.n)
    list.int(attrs.ignoreIndex)
    list.close()
  },
  supports: float32,
}
