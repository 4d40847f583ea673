import * as op from '../opcodes.js'
import { type Encoder, elementBytes, float32 } from './call.js'

export const gatherRows: Encoder<'gatherRows'> = {
  encode(list, { inputs, outputs, outputDTypes, attrs }) {
    list.open(op.GATHER_ROWS)
    list.ints(inputs)
    list.int(outputs[0])
    list.int(attrs.count)
    list.int(attrs.width * elementBytes(outputDTypes[0]))
    list.close()
  },
}

export const scatterAddRows: Encoder<'scatterAddRows'> = {
  encode(list, { inputs, outputs, attrs }) {
    list.open(op.SCATTER_ADD_ROWS)
    list.ints(inputs)
    list.int(outputs[0])
    list.int(attrs.count)
    list.int(attrs.width)
    list.int(attrs.size)
    list.close()
  },
  supports: float32,
}
