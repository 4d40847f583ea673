import * as op from '../opcodes.js'
import { type Encoder, float32 } from './call.js'

const KINDS = { uniform: op.UNIFORM, normal: op.NORMAL, bernoulli: op.BERNOULLI } as const

export const random: Encoder<'random'> = {
  encode(list, { inputs, outputs, outputLengths, attrs }) {
    list.open(op.RANDOM)
    list.int(KINDS[attrs.kind])
    list.int(inputs[0])
    list.int(outputs[0])
    list.int(outputLengths[0])
    list.float(attrs.low)
    list.float(attrs.high)
    list.close()
  },
}

export const sgd: Encoder<'sgd'> = {
  encode(list, { inputs, outputs, outputLengths, attrs }) {
    list.open(op.SGD)
    list.int(inputs[0])
    list.int(inputs[1])
    list.int(outputs[0])
    list.int(attrs.velocity ? outputs[1] : 0)
    list.int(outputLengths[0])
    list.int(attrs.maximize ? 1 : 0)
    list.close()
  },
  supports: float32,
}
