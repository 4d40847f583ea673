import type { ResampleAttrs } from '../../kernels/resampling.js'
import type { CommandList } from '../commands.js'
import * as op from '../opcodes.js'
import { type Encoder, float32 } from './call.js'

function encode(list: CommandList, opcode: number, addresses: readonly number[], attrs: ResampleAttrs): void {
  list.open(opcode)
  list.ints(addresses)
  list.int(attrs.outer)
  list.int(attrs.n)
  list.int(attrs.m)
  list.int(attrs.taps)
  list.int(attrs.inner)
  list.close()
}

export const resample: Encoder<'resample'> = {
  encode(list, { inputs, outputs, attrs }) {
    encode(list, op.RESAMPLE, [...inputs, outputs[0]], attrs)
  },
  supports: float32,
}

export const resampleGrad: Encoder<'resampleGrad'> = {
  encode(list, { inputs, outputs, attrs }) {
    encode(list, op.RESAMPLE_GRAD, [...inputs, outputs[0]], attrs)
  },
  supports: float32,
}
