import type { ActivationOp } from '../../kernels/activation.js'
import * as op from '../opcodes.js'
import { type Encoder, float32 } from './call.js'

const ACTIVATION: Readonly<Record<ActivationOp, number>> = {
  leakyRelu: op.LEAKY_RELU,
  elu: op.ELU,
  silu: op.SILU,
  mish: op.MISH,
  geluTanh: op.GELU_TANH,
  softplus: op.SOFTPLUS,
  logSigmoid: op.LOG_SIGMOID,
  hardtanh: op.HARDTANH,
  clamp: op.CLAMP,
  hardsigmoid: op.HARDSIGMOID,
  hardswish: op.HARDSWISH,
  hardshrink: op.HARDSHRINK,
  softshrink: op.SOFTSHRINK,
  threshold: op.THRESHOLD,
  softsign: op.SOFTSIGN,
  tanhshrink: op.TANHSHRINK,
}

function encoder(opcode: number): Encoder<'activation' | 'activationGrad'> {
  return {
    encode(list, { inputs, outputs, outputLengths, attrs }) {
      list.open(opcode)
      list.int(ACTIVATION[attrs.op])
      list.ints(inputs)
      list.int(outputs[0])
      list.int(outputLengths[0])
      list.float(attrs.a)
      list.float(attrs.b)
      list.float(attrs.c)
      list.close()
    },
    supports: float32,
  }
}

export const activation: Encoder<'activation'> = /* @__PURE__ */ encoder(op.ACTIVATION)
export const activationGrad: Encoder<'activationGrad'> = /* @__PURE__ */ encoder(op.ACTIVATION_GRAD)
