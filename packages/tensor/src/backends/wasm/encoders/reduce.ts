import type { ReduceOp } from '../../kernels.js'
import * as op from '../opcodes.js'
import type { Encoder } from './call.js'

const REDUCE: Readonly<Record<ReduceOp, number>> = {
  sum: op.SUM,
  prod: op.PROD,
  max: op.MAX,
  min: op.MIN,
  sumSquares: op.SUM_SQUARES,
  any: op.ANY,
  all: op.ALL,
}

export const reduce: Encoder<'reduce'> = {
  encode(list, { inputs, outputs, inputDTypes, attrs }) {
    list.open(op.REDUCE)
    list.int(REDUCE[attrs.op] + (inputDTypes[0] === 'int32' ? op.REDUCE_INT : 0))
    list.int(inputs[0])
    list.int(outputs[0])
    list.int(attrs.outer)
    list.int(attrs.n)
    list.int(attrs.inner)
    list.close()
  },
  supports([dtype], attrs) {
    const masks = attrs.op === 'any' || attrs.op === 'all'
    if (dtype === 'bool' || masks) return dtype === 'bool' && masks
    return dtype === 'float32' || attrs.op !== 'sumSquares'
  },
}

export const argReduce: Encoder<'argReduce'> = {
  encode(list, { inputs, outputs, inputDTypes, attrs }) {
    list.open(op.ARG_REDUCE)
    list.int(inputDTypes[0] === 'int32' ? op.INT32 : op.FLOAT32)
    list.int(attrs.op === 'argmin' ? 1 : 0)
    list.int(inputs[0])
    list.int(outputs[0])
    list.int(attrs.outer)
    list.int(attrs.n)
    list.int(attrs.inner)
    list.close()
  },
  supports: ([dtype]) => dtype !== 'bool',
}
