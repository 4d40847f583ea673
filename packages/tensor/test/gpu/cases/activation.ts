import type { ActivationOp } from '../../../src/backends/kernels/activation.js'
import { floats, generator } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(21)

/** The reference computes in double precision here, the constants stand beside float32. */
const TENTH = Math.fround(0.1)

/** Constants; units in the last place, or an absolute error that is allowed. */
const OPS: readonly [ActivationOp, a: number, b: number, c: number, tolerance: object][] = [
  ['leakyRelu', 0.01, 0, 0, {}],
  ['elu', 1.5, 1.25, 0.5, {}],
  ['silu', 0, 0, 0, { absolute: 1e-36 }], // devices have no denormal numbers,
  ['mish', 0, 0, 0, { ulps: 6, absolute: 1e-36 }],
  ['geluTanh', 0, 0, 0, { ulps: 6, absolute: 2e-7 }], // in the tail the rounding of an exponent that grows with x³ is magnified
  ['softplus', 2, 20, 0, {}],
  ['logSigmoid', 0, 0, 0, {}],
  ['hardtanh', -1, 2, 0, {}],
  ['clamp', -1, 2, 0, {}],
  ['clamp', -TENTH, Infinity, 0, {}],
  ['clamp', -Infinity, TENTH, 0, {}],
  ['hardsigmoid', 0, 0, 0, { absolute: 1e-7 }], // x + 3 is rounded
  ['hardswish', 0, 0, 0, { absolute: 1e-6 }],
  ['hardshrink', TENTH, 0, 0, {}],
  ['softshrink', 0.5, 0, 0, {}],
  ['threshold', TENTH, 7, 0, {}],
  ['softsign', 0, 0, 0, {}],
  ['tanhshrink', 0, 0, 0, { absolute: 3e-7 }],
]

/** Where the formula has no value at ±∞. */
const UNCLEAR: ReadonlySet<ActivationOp> = new Set<ActivationOp>(['geluTanh', 'mish', 'silu', 'softsign'])
const ENDS = [
  0,
  -0,
  1,
  -1,
  NaN,
  0.5,
  -0.5,
  2,
  -2,
  3,
  -3,
  0.1,
  -0.1,
  10,
  -10,
  20,
  -20,
  88.7,
  -88.7,
  100,
  -100,
  1e-30,
]
const LIMITS = [Infinity, -Infinity]

const curves = OPS.map(([op, a, b, c, tolerance]) => {
  const x = Float32Array.from([
    ...ENDS,
    ...(UNCLEAR.has(op) ? [] : LIMITS),
    ...floats(200, random, 1),
    ...floats(200, random, 12),
  ])
  return kernelCase({
    what: `${op}(${a}, ${b}, ${c})`,
    kernel: 'activation',
    inputs: [x],
    outputs: [new Float32Array(x.length)],
    attrs: { op, a, b, c },
    ...tolerance,
  })
})

const slopes = OPS.map(([op, a, b, c]) => {
  const x = Float32Array.from([
    ...ENDS,
    ...(UNCLEAR.has(op) ? [] : LIMITS),
    ...floats(200, random, 1),
    ...floats(200, random, 12),
  ])
  return kernelCase({
    what: `${op}(${a}, ${b}, ${c})`,
    kernel: 'activationGrad',
    inputs: [floats(x.length, random), x],
    outputs: [new Float32Array(x.length)],
    attrs: { op, a, b, c },
    absolute: 5e-7,
  })
})

/** A slope of 0 by a branch stops even an infinite gradient. */
const FLAT: readonly [ActivationOp, a: number, b: number, at: number][] = [
  ['hardtanh', -1, 1, 5],
  ['clamp', -1, 1, 5],
  ['hardsigmoid', 0, 0, -5],
  ['hardswish', 0, 0, -5],
  ['hardshrink', 0.5, 0, 0],
  ['softshrink', 0.5, 0, 0],
  ['threshold', 1, 0, 0],
]
const flat = FLAT.map(([op, a, b, at]) =>
  kernelCase({
    what: `${op}, where it is flat`,
    kernel: 'activationGrad',
    inputs: [Float32Array.of(Infinity, NaN, -Infinity), Float32Array.of(at, at, at)],
    outputs: [new Float32Array(3)],
    attrs: { op, a, b, c: 0 },
  }),
)

export const activation: readonly KernelCase[] = [...curves, ...slopes, ...flat]
