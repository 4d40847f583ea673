import * as op from '../opcodes.js'
import type { Encoder } from './call.js'

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
