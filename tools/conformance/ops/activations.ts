import {
  celu,
  elu,
  gelu,
  glu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logSoftmax,
  logsigmoid,
  mish,
  prelu,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softmin,
  softplus,
  softshrink,
  softsign,
  type Tensor,
  tanh,
  tanhshrink,
  threshold,
} from '@core/tensor'
import { type OpAdapter, op, unary } from '../adapters.ts'

/** PyTorch calls the zone of shrinking `lambd`. */
function shrink(f: (x: Tensor, options: { lambda?: number }) => Tensor): OpAdapter {
  return op('input lambd', (a) => f(a.tensor('input'), a.has('lambd') ? { lambda: a.number('lambd') } : {}))
}

function overAxis(f: (x: Tensor, options: { axis: number }) => Tensor, axis?: number): OpAdapter {
  return op('input dim', (a) => f(a.tensor('input'), { axis: a.number('dim', axis) }))
}

/** Activations. */
export const ACTIVATIONS: Readonly<Record<string, OpAdapter>> = {
  log_softmax: overAxis(logSoftmax),
  'nn.functional.celu': op('input alpha', (a) => celu(a.tensor('input'), a.rest())),
  'nn.functional.elu': op('input alpha', (a) => elu(a.tensor('input'), a.rest())),
  'nn.functional.gelu': op('input', (a) => gelu(a.tensor('input'), a.rest())),
  'nn.functional.glu': overAxis(glu, -1),
  'nn.functional.hardshrink': shrink(hardshrink),
  'nn.functional.hardsigmoid': unary(hardsigmoid),
  'nn.functional.hardswish': unary(hardswish),
  'nn.functional.hardtanh': op('input min_val max_val', (a) =>
    hardtanh(a.tensor('input'), { min: a.number('min_val', -1), max: a.number('max_val', 1) }),
  ),
  'nn.functional.leaky_relu': op('input negative_slope', (a) => leakyRelu(a.tensor('input'), a.rest())),
  'nn.functional.logsigmoid': unary(logsigmoid),
  'nn.functional.mish': unary(mish),
  'nn.functional.prelu': op('input weight', (a) => prelu(a.tensor('input'), a.tensor('weight'))),
  'nn.functional.relu': unary(relu),
  'nn.functional.relu6': unary(relu6),
  'nn.functional.selu': unary(selu),
  'nn.functional.silu': unary(silu),
  'nn.functional.softmin': overAxis(softmin),
  'nn.functional.softplus': op('input beta threshold', (a) => softplus(a.tensor('input'), a.rest())),
  'nn.functional.softshrink': shrink(softshrink),
  'nn.functional.softsign': unary(softsign),
  'nn.functional.tanhshrink': unary(tanhshrink),
  'nn.functional.threshold': op('input threshold value', (a) =>
    threshold(a.tensor('input'), a.number('threshold'), a.number('value')),
  ),
  sigmoid: unary(sigmoid),
  softmax: overAxis(softmax),
  tanh: unary(tanh),
}
