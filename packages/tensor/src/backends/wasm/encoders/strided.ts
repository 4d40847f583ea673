import type { DType } from '../../../dtype.js'
import * as op from '../opcodes.js'
import { type Encoder, elementBytes } from './call.js'

const DTYPES: Readonly<Record<DType, number>> = {
  float32: op.FLOAT32,
  int32: op.INT32,
  bool: op.BOOL,
  float64: -1,
}
const number = new Float32Array(1)
const bits = new Int32Array(number.buffer)

/** The bits of a number as an element of this dtype. */
function bitsOf(value: number, dtype: DType): number {
  if (dtype === 'bool') return value !== 0 ? 1 : 0
  if (dtype === 'int32')
    return Number.isNaN(value) ? 0 : Math.trunc(Math.min(Math.max(value, -2147483648), 2147483647))
  number[0] = value
  return bits[0]
}

export const gatherStrided: Encoder<'gatherStrided'> = {
  encode(list, { inputs, outputs, outputDTypes, attrs }) {
    list.open(op.GATHER_STRIDED)
    list.int(inputs[0])
    list.int(outputs[0])
    list.int(elementBytes(outputDTypes[0]))
    list.int(attrs.shape.length)
    list.int(attrs.offset)
    list.ints(attrs.shape)
    list.ints(attrs.strides)
    list.close()
  },
}

export const scatterStrided: Encoder<'scatterStrided'> = {
  encode(list, { inputs, outputs, outputDTypes, attrs }) {
    list.open(op.SCATTER_STRIDED)
    list.int(inputs[0])
    list.int(outputs[0])
    list.int(elementBytes(outputDTypes[0]))
    list.int(attrs.shape.length)
    list.int(attrs.offset)
    list.ints(attrs.shape)
    list.ints(attrs.strides)
    list.close()
  },
}

export const fill: Encoder<'fill'> = {
  encode(list, { outputs, outputLengths, outputDTypes, attrs }) {
    list.open(op.FILL)
    list.int(outputs[0])
    list.int(elementBytes(outputDTypes[0]))
    list.int(outputLengths[0])
    list.int(bitsOf(attrs.value, outputDTypes[0]))
    list.close()
  },
}

export const cast: Encoder<'cast'> = {
  encode(list, { inputs, outputs, outputLengths, inputDTypes, outputDTypes }) {
    list.open(op.CAST)
    list.int(DTYPES[inputDTypes[0]])
    list.int(DTYPES[outputDTypes[0]])
    list.int(inputs[0])
    list.int(outputs[0])
    list.int(outputLengths[0])
    list.close()
  },
}
