import { UPDATES, type UpdateKernel } from '../../../src/backends/kernels/optim.js'
import type { KernelAttrs } from '../../../src/backends/kernels.js'
import { floats, generator } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(11)

/** An update of n numbers; squares and sizes in the state are positive. `edges` puts NaN and ±∞ into gradient and state. */
function update<K extends UpdateKernel>(
  what: string,
  kernel: K,
  attrs: KernelAttrs[K],
  numbers: readonly number[],
  { n = 37, edges = false, state }: { n?: number; edges?: boolean; state?: number } = {},
): KernelCase {
  const grad = floats(n, random)
  const outputs = Array.from({ length: 1 + UPDATES[kernel].state(attrs as never) }, (_, k) =>
    floats(n, random).map((v) => (k === 0 ? v : (state ?? 0.2 + Math.abs(v)))),
  )
  if (edges) {
    grad.set([NaN, Infinity, -Infinity, 0, -0, 0.5, 0.5])
    outputs[0]![5] = NaN
    for (const s of outputs.slice(1)) s[6] = NaN
  }
  return kernelCase({
    ...{ what, kernel, attrs, outputs },
    inputs: [grad, Float32Array.from(numbers)],
    ...{ ulps: 8, absolute: 2e-7 },
  })
}

const sgd = (nesterov: number, first: number, sign: number) => [0.1, 0.9, 0.25, 0.01, nesterov, first, sign]
const adam = (sign: number, mStep = 0.01, gStep = 0) => [
  ...[sign, 0.02, 0.001, 0.9, 0.1, 0.99, 0.01, 1.5, 1e-3],
  ...[mStep, gStep],
]
const rmsprop = (sign: number) => [sign, 0.02, 0.9, 0.1, 1e-3, 0.05, 0.9]
const adadelta = (sign: number) => [sign, 0.02, 0.9, 0.1, 1e-3, 0.5]
const lion = (sign: number) => [sign, 0.001, 0.9, 0.1, 0.99, 0.01, 0.05]
const still = { velocity: false }
const moving = { velocity: true }
const plain = { amsgrad: false, infinity: false }
const centered = { centered: true, momentum: false }

export const optim: readonly KernelCase[] = [
  update('plain', 'sgd', still, sgd(0, 0, 1)),
  update('one number, climbing', 'sgd', still, sgd(0, 0, -1), { n: 1 }),
  update('none', 'sgd', moving, sgd(0, 0, 1), { n: 0 }),
  update('edges', 'sgd', still, sgd(0, 0, 1), { edges: true }),
  update('momentum', 'sgd', moving, sgd(0, 0, 1), { n: 5003 }),
  update('momentum, first step: the state is not read', 'sgd', moving, sgd(0, 1, 1), { state: NaN }),
  update('Nesterov', 'sgd', moving, sgd(1, 0, -1)),
  update('Nesterov, first step', 'sgd', moving, sgd(1, 1, 1), { state: NaN }),
  update('plain', 'adam', plain, adam(1), { n: 5003 }),
  update('climbing, with a share of the gradient', 'adam', plain, adam(-1, 0.01, 0.003)),
  update('edges', 'adam', plain, adam(1), { edges: true }),
  update('fresh state', 'adam', plain, adam(1), { state: 0 }),
  update('largest', 'adam', { amsgrad: true, infinity: false }, adam(1)),
  update('largest, edges', 'adam', { amsgrad: true, infinity: false }, adam(1), { edges: true }),
  update('infinity norm', 'adam', { amsgrad: false, infinity: true }, adam(1)),
  update('infinity norm, edges', 'adam', { amsgrad: false, infinity: true }, adam(-1), { edges: true }),
  update('plain', 'rmsprop', { centered: false, momentum: false }, rmsprop(1)),
  update('edges', 'rmsprop', { centered: false, momentum: false }, rmsprop(1), { edges: true }),
  update('momentum', 'rmsprop', { centered: false, momentum: true }, rmsprop(-1)),
  update('centered, the variance below 0', 'rmsprop', centered, rmsprop(1), { state: 2 }),
  update('centered', 'rmsprop', centered, rmsprop(1), { state: 0.1 }),
  update('centered, edges', 'rmsprop', centered, rmsprop(1), { state: 0.1, edges: true }),
  update('centered, momentum', 'rmsprop', { centered: true, momentum: true }, rmsprop(1), { state: 0.1 }),
  update('plain', 'adadelta', {}, adadelta(1)),
  update('climbing, edges', 'adadelta', {}, adadelta(-1), { edges: true }),
  update('fresh state', 'adadelta', {}, adadelta(1), { state: 0 }),
  update('plain', 'lion', {}, lion(1)),
  update('climbing, edges', 'lion', {}, lion(-1), { edges: true }),
  update('nothing moves', 'lion', {}, lion(0), { state: 0 }),
]
