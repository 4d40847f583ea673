import type { AvgPoolAttrs, PoolAttrs } from '../../kernels/pooling.js'
import type { CommandList } from '../commands.js'
import * as op from '../opcodes.js'
import { type Encoder, float32 } from './call.js'

function encode(list: CommandList, opcode: number, addresses: readonly number[], attrs: PoolAttrs): void {
  list.open(opcode)
  list.ints(addresses)
  list.int(attrs.planes)
  list.ints(attrs.input)
  list.ints(attrs.output)
  list.ints(attrs.kernel)
  list.ints(attrs.stride)
  list.ints(attrs.padding)
  list.ints(attrs.dilation)
  list.int(attrs.adaptive ? 1 : 0)
}

function average(list: CommandList, opcode: number, from: number, to: number, attrs: AvgPoolAttrs): void {
  encode(list, opcode, [from, to, 0], attrs)
  list.int(attrs.countIncludePad ? 1 : 0)
  list.int(attrs.divisor)
  list.close()
}

export const maxPool: Encoder<'maxPool'> = {
  encode(list, { inputs, outputs, attrs }) {
    encode(list, op.MAX_POOL, [inputs[0], outputs[0], outputs[1]], attrs)
    list.close()
  },
  supports: float32,
}

export const avgPool: Encoder<'avgPool'> = {
  encode(list, { inputs, outputs, attrs }) {
    average(list, op.AVG_POOL, inputs[0], outputs[0], attrs)
  },
  supports: float32,
}

export const avgPoolGrad: Encoder<'avgPoolGrad'> = {
  encode(list, { inputs, outputs, attrs }) {
    average(list, op.AVG_POOL_GRAD, inputs[0], outputs[0], attrs)
  },
  supports: float32,
}
