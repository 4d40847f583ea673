import {
  CELU,
  ELU,
  GELU,
  GLU,
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  LeakyReLU,
  LogSigmoid,
  LogSoftmax,
  Mish,
  PReLU,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softmax,
  Softmin,
  Softplus,
  Softshrink,
  Softsign,
  Tanh,
  Tanhshrink,
  Threshold,
} from '@nn/layers'
import { layer, type ModuleAdapter } from '../adapters.ts'
import type { Args } from '../args.ts'

/** PyTorch calls the zone of shrinking `lambd`. */
function zone(a: Args): { lambda?: number } {
  return a.has('lambd') ? { lambda: a.number('lambd') } : {}
}

/** Activations. */
export const ACTIVATIONS: Readonly<Record<string, ModuleAdapter>> = {
  CELU: layer('alpha', (a) => new CELU(a.rest())),
  ELU: layer('alpha', (a) => new ELU(a.rest())),
  GELU: layer('approximate', (a) => new GELU(a.rest())),
  GLU: layer('dim', (a) => new GLU(a.number('dim', -1))),
  Hardshrink: layer('lambd', (a) => new Hardshrink(zone(a))),
  Hardsigmoid: layer('', () => new Hardsigmoid()),
  Hardswish: layer('', () => new Hardswish()),
  Hardtanh: layer(
    'min_val max_val',
    (a) => new Hardtanh({ min: a.number('min_val', -1), max: a.number('max_val', 1) }),
  ),
  LeakyReLU: layer('negative_slope', (a) => new LeakyReLU(a.rest())),
  LogSigmoid: layer('', () => new LogSigmoid()),
  LogSoftmax: layer('dim', (a) => new LogSoftmax(a.number('dim'))),
  Mish: layer('', () => new Mish()),
  PReLU: layer('num_parameters init', (a) => new PReLU(a.number('num_parameters', 1), a.rest())),
  ReLU: layer('', () => new ReLU()),
  ReLU6: layer('', () => new ReLU6()),
  SELU: layer('', () => new SELU()),
  SiLU: layer('', () => new SiLU()),
  Sigmoid: layer('', () => new Sigmoid()),
  Softmax: layer('dim', (a) => new Softmax(a.number('dim'))),
  Softmin: layer('dim', (a) => new Softmin(a.number('dim'))),
  Softplus: layer('beta threshold', (a) => new Softplus(a.rest())),
  Softshrink: layer('lambd', (a) => new Softshrink(zone(a))),
  Softsign: layer('', () => new Softsign()),
  Tanh: layer('', () => new Tanh()),
  Tanhshrink: layer('', () => new Tanhshrink()),
  Threshold: layer('threshold value', (a) => new Threshold(a.number('threshold'), a.number('value'))),
}
