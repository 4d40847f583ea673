import * as op from '../opcodes.js'
import { alignedBytes, type Encoder, elementBytes, float32 } from './call.js'

export const scan: Encoder<'scan'> = {
  encode(list, { inputs, outputs, inputDTypes, attrs }) {
    list.open(op.SCAN)
    list.int(inputs[0])
    list.int(outputs[0])
    list.int(attrs.outer)
    list.int(attrs.n)
    list.int(attrs.inner)
    list.int(attrs.op === 'prod' ? 1 : 0)
    list.int(attrs.reverse ? 1 : 0)
    list.int(inputDTypes[0] === 'int32' ? 1 : 0)
    list.close()
  },
  supports: ([dtype]) => dtype !== 'bool',
}

export const affineScan: Encoder<'affineScan'> = {
  encode(list, { inputs, outputs, attrs }) {
    list.open(op.AFFINE_SCAN)
    list.ints(inputs)
    list.int(outputs[0])
    list.int(attrs.outer)
    list.int(attrs.n)
    list.int(attrs.inner)
    list.int(attrs.reverse ? 1 : 0)
    list.close()
  },
  supports: float32,
}

export const sort: Encoder<'sort'> = {
  encode(list, { inputs, outputs, inputDTypes, attrs, scratch }) {
    list.open(op.SORT)
    list.int(inputs[0])
    list.ints(outputs)
    list.int(scratch)
    list.int(attrs.rows)
    list.int(attrs.n)
    list.int(attrs.descending ? 1 : 0)
    list.int(inputDTypes[0] === 'float32' ? 1 : 0)
    list.close()
  },
  scratch: ({ n }) => 4096 + alignedBytes(4 * n), // counters, and two areas of n double words
  supports: ([dtype]) => dtype !== 'bool',
}

export const gatherAlong: Encoder<'gatherAlong'> = {
  encode(list, { inputs, outputs, inputDTypes, attrs }) {
    list.open(op.GATHER_ALONG)
    list.ints(inputs)
    list.int(outputs[0])
    list.int(attrs.outer)
    list.int(attrs.n)
    list.int(attrs.inner)
    list.int(attrs.count)
    list.int(elementBytes(inputDTypes[0]))
    list.close()
  },
}

export const scatterAlong: Encoder<'scatterAlong'> = {
  encode(list, { inputs, outputs, inputDTypes, attrs }) {
    list.open(op.SCATTER_ALONG)
    list.ints(inputs)
    list.int(outputs[0])
    list.int(attrs.outer)
    list.int(attrs.n)
    list.int(attrs.inner)
    list.int(attrs.count)
    list.int(elementBytes(inputDTypes[0]))
    list.int(attrs.mode === 'add' ? 1 : attrs.mode === 'multiply' ? 2 : 0)
    list.close()
  },
  supports: ([dtype], { mode }) => mode === 'set' || dtype === 'float32',
}
