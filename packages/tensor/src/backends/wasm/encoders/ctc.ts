import type { CtcAttrs } from '../../kernels/ctc.js'
import type { CommandList } from '../commands.js'
import * as op from '../opcodes.js'
import { type Encoder, float32 } from './call.js'

/** Bytes of so many rows of states with their margins (assembly/ctc.ts). */
function rows(count: number, states: number): number {
  return count * (((states + 3) & ~3) + 8) * 4
}

function sizes(list: CommandList, attrs: CtcAttrs): void {
  list.int(attrs.time)
  list.int(attrs.batch)
  list.int(attrs.classes)
  list.int(attrs.states)
  list.int(attrs.targetStride)
  list.int(attrs.blank)
  list.int(attrs.zeroInfinity ? 1 : 0)
}

export const ctc: Encoder<'ctc'> = {
  encode(list, { inputs, outputs, attrs, scratch }) {
    list.open(op.CTC)
    list.ints(inputs)
    list.ints(outputs)
    list.int(scratch)
    sizes(list, attrs)
    list.close()
  },
  scratch: ({ states }) => rows(5, states),
  supports: float32,
}

export const ctcGrad: Encoder<'ctcGrad'> = {
  encode(list, { inputs, outputs, attrs, scratch }) {
    list.open(op.CTC_GRAD)
    list.ints(inputs)
    list.int(outputs[0])
    list.int(scratch)
    sizes(list, attrs)
    list.close()
  },
  scratch: ({ states }) => rows(6, states),
  supports: float32,
}
