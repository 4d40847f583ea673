import * as op from '../opcodes.js'
import { alignedBytes, type Encoder, float32 } from './call.js'

export const rowNorm: Encoder<'rowNorm'> = {
  encode(list, { inputs, outputs, attrs, whole = attrs }) {
    list.open(op.ROW_NORM)
    list.int(inputs[0])
    list.int(attrs.weight ? inputs[1] : 0)
    list.int(attrs.bias ? inputs[2] : 0)
    list.ints(outputs)
    list.int(attrs.rows)
    list.int(attrs.n)
    list.int(attrs.groups)
    list.int(attrs.inner)
    list.int(attrs.centred ? 1 : 0)
    list.float(attrs.eps)
    list.int(whole.rows)
    list.close()
  },
  supports: float32,
}

export const rowNormGrad: Encoder<'rowNormGrad'> = {
  encode(list, { inputs, outputs, attrs, scratch, whole = attrs }) {
    list.open(op.ROW_NORM_GRAD)
    list.int(inputs[0])
    list.int(inputs[1])
    list.int(inputs[2])
    list.int(attrs.weight ? inputs[3] : 0)
    list.int(outputs[0])
    list.int(attrs.weight ? outputs[1] : 0)
    list.int(attrs.weight ? outputs[2] : 0)
    list.int(attrs.rows)
    list.int(attrs.n)
    list.int(attrs.groups)
    list.int(attrs.inner)
    list.int(attrs.centred ? 1 : 0)
    list.int(scratch)
    list.int(whole.rows)
    list.close()
  },
  scratch({ weight, groups, n, inner }) {
    return weight && inner > 0 ? alignedBytes((2 * groups * n) / inner) : 0
  },
  supports: float32,
}

export const channelNorm: Encoder<'channelNorm'> = {
  encode(list, { inputs, outputs, attrs, whole = attrs }) {
    const first = attrs.fixed ? 2 : 1
    list.open(op.CHANNEL_NORM)
    list.int(inputs[0])
    list.int(attrs.weight ? inputs[first] : 0)
    list.int(attrs.bias ? inputs[first + 1] : 0)
    list.int(outputs[0])
    list.int(attrs.fixed ? inputs[1] : outputs[1])
    list.int(attrs.outer)
    list.int(attrs.channels)
    list.int(attrs.inner)
    list.int(attrs.fixed ? 1 : 0)
    list.float(attrs.eps)
    list.int(whole.channels)
    list.close()
  },
  supports: float32,
}

export const channelNormGrad: Encoder<'channelNormGrad'> = {
  encode(list, { inputs, outputs, attrs, whole = attrs }) {
    list.open(op.CHANNEL_NORM_GRAD)
    list.int(inputs[0])
    list.int(inputs[1])
    list.int(inputs[2])
    list.int(attrs.weight ? inputs[3] : 0)
    list.int(outputs[0])
    list.int(attrs.weight ? outputs[1] : 0)
    list.int(attrs.weight ? outputs[2] : 0)
    list.int(attrs.outer)
    list.int(attrs.channels)
    list.int(attrs.inner)
    list.int(attrs.fixed ? 1 : 0)
    list.int(whole.channels)
    list.close()
  },
  supports: float32,
}
