import type { UpdateKernel } from '../../kernels/optim.js'
import type { CommandList } from '../commands.js'
import * as op from '../opcodes.js'
import { type Encoder, float32, type PlacedCall } from './call.js'

/** Writes an update; `state` are the addresses of its state, 0 where there is none. */
function write<K extends UpdateKernel>(
  list: CommandList,
  kind: number,
  { inputs, outputs, outputLengths }: PlacedCall<K>,
  [first = 0, second = 0, third = 0]: readonly number[],
  infinity = false,
): void {
  list.open(op.UPDATE)
  list.int(kind)
  list.int(infinity ? 1 : 0)
  list.int(outputLengths[0]!)
  list.int(inputs[1]!)
  list.int(inputs[0]!)
  list.int(outputs[0]!)
  list.int(first)
  list.int(second)
  list.int(third)
  list.close()
}

export const sgd: Encoder<'sgd'> = {
  encode: (list, call) => write(list, op.SGD, call, call.outputs.slice(1)),
  supports: float32,
}

export const adam: Encoder<'adam'> = {
  encode: (list, call) => write(list, op.ADAM, call, call.outputs.slice(1), call.attrs.infinity),
  supports: float32,
}

export const rmsprop: Encoder<'rmsprop'> = {
  encode(list, call) {
    const { outputs, attrs } = call
    const mean = attrs.centered ? outputs[2]! : 0
    const buffer = attrs.momentum ? outputs.at(-1)! : 0
    write(list, op.RMSPROP, call, [outputs[1]!, mean, buffer])
  },
  supports: float32,
}

export const adadelta: Encoder<'adadelta'> = {
  encode: (list, call) => write(list, op.ADADELTA, call, call.outputs.slice(1)),
  supports: float32,
}

export const lion: Encoder<'lion'> = {
  encode: (list, call) => write(list, op.LION, call, call.outputs.slice(1)),
  supports: float32,
}
