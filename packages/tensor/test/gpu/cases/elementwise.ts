import type { BinaryOp, CompareOp, UnaryOp } from '../../../src/backends/kernels.js'
import type { TypedArray } from '../../../src/dtype.js'
import { dtypeOf, floats, generator, integers, masks } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(11)
const SPECIAL = [
  0,
  -0,
  1,
  -1,
  2,
  -2,
  3,
  -3,
  0.5,
  -0.5,
  1.5,
  2.5,
  Infinity,
  -Infinity,
  NaN,
  3e38,
  -1e20,
  1e-30,
]
const MOST = 2 ** 24

/** Numbers of all magnitudes between 10^low and 10^high, of both signs. */
function wide(n: number, low: number, high: number): number[] {
  return Array.from({ length: n }, () => 10 ** (low + random() * (high - low)) * (random() < 0.5 ? -1 : 1))
}

/** Numbers near 0, of middling and of all sizes. */
const ANY = [...SPECIAL, ...floats(200, random, 1), ...floats(200, random, 10), ...wide(200, -30, 30)]
const POSITIVE = [...SPECIAL, ...[...floats(300, random, 3), ...wide(300, -36, 38)].map(Math.abs)]
const UNIT = [...SPECIAL, ...floats(400, random, 1), ...wide(60, -20, 0)]

/** How far e^x is from 0 or ∞, and a little beyond. */
const EXPONENTS = [
  ...SPECIAL,
  88.7,
  89,
  100,
  -86,
  -104,
  -200,
  ...floats(400, random, 1),
  ...floats(400, random, 95),
]
const ANGLES = [
  ...SPECIAL.slice(0, 14),
  NaN,
  ...floats(300, random, 4),
  ...floats(300, random, 1e4),
  ...floats(50, random, 6e4),
  ...wide(50, -20, 4),
]

const UNARY: readonly [UnaryOp, readonly number[], ulps?: number, absolute?: number][] = [
  ['neg', ANY],
  ['abs', ANY],
  ['sign', ANY],
  ['square', ANY],
  ['sqrt', ANY],
  ['reciprocal', ANY],
  ['exp', EXPONENTS],
  ['log', POSITIVE],
  ['sin', ANGLES, 4, 1e-9],
  ['cos', ANGLES, 4, 1e-9],
  ['relu', ANY],
  ['sigmoid', EXPONENTS],
  ['tanh', ANY],
  ['gelu', ANY, 6],
  ['rsqrt', ANY],
  ['expm1', EXPONENTS],
  ['log1p', [...UNIT, ...POSITIVE]],
  ['log2', [...POSITIVE, 8, 2 ** -100, 2 ** 127, 1024]],
  ['erf', ANY],
  ['sinh', [...EXPONENTS, 89.2, -89.2]],
  ['cosh', [...EXPONENTS, 89.2, -89.2]],
  ['tan', ANGLES, 6, 1e-9],
  ['asin', UNIT],
  ['acos', UNIT],
  ['atan', ANY],
  ['ceil', ANY],
  ['floor', ANY],
  ['round', [...ANY, -1.5, -2.5, 8388607.5, 8388608, 16777215]],
  ['trunc', ANY],
]

const unary = UNARY.map(([op, x, ulps, absolute]) =>
  kernelCase({
    what: op,
    kernel: 'unary',
    inputs: [Float32Array.from(x)],
    outputs: [new Float32Array(x.length)],
    attrs: { op },
    ...(ulps === undefined ? {} : { ulps }),
    ...(absolute === undefined ? {} : { absolute }),
  }),
)

const manyNumbers = floats(5000, random, 20)
const wholeNumbers = Int32Array.from([0, 1, -1, 7, -4096, 4095, 12, -3])

const otherUnary = [
  kernelCase({
    what: 'exp of many',
    kernel: 'unary',
    inputs: [manyNumbers],
    outputs: [new Float32Array(5000)],
    attrs: { op: 'exp' },
  }),
  kernelCase({
    what: 'sin of huge numbers',
    kernel: 'unary',
    inputs: [Float32Array.from([1e5, -123456.7, 1e6, -1e8, 1e10, 3.1e20, -1e30, 3e38, 2 ** 17, 98304.5])],
    outputs: [new Float32Array(10)],
    attrs: { op: 'sin' },
    absolute: 5e-7,
  }),
  ...(['neg', 'abs', 'sign', 'square'] as const).map((op) =>
    kernelCase({
      what: `${op} of whole numbers`,
      kernel: 'unary',
      inputs: [wholeNumbers],
      outputs: [new Int32Array(wholeNumbers.length)],
      attrs: { op },
    }),
  ),
  kernelCase({
    what: 'logicalNot',
    kernel: 'unary',
    inputs: [masks(9, random)],
    outputs: [new Uint8Array(9)],
    attrs: { op: 'logicalNot' },
  }),
]

/** f(a, b) of each number with each. */
function table(
  op: BinaryOp,
  a: readonly number[],
  b: readonly number[],
  tolerance: { ulps?: number; absolute?: number } = {},
): KernelCase {
  return kernelCase({
    what: `${op} of each with each`,
    kernel: 'binary',
    inputs: [Float32Array.from(a), Float32Array.from(b)],
    outputs: [new Float32Array(a.length * b.length)],
    attrs: { op, shape: [a.length, b.length], aStrides: [1, 0], bStrides: [0, 1] },
    ...tolerance,
  })
}

const SOME = [...SPECIAL, ...floats(20, random, 3), ...wide(20, -18, 18)]
const MODEST = SPECIAL.map((v) => (Math.abs(v) > 3 ? 3 * Math.sign(v) : v))
const BASES = [
  ...SPECIAL,
  ...floats(30, random, 4),
  1.0001,
  0.9999,
  1.4143,
  0.7072,
  1 + 2 ** -20,
  1 - 2 ** -22,
  1e-20,
  3e30,
]
const POWERS = [
  ...SPECIAL,
  ...floats(20, random, 4),
  ...floats(20, random, 60),
  1e6,
  -1e5,
  7,
  -5,
  4,
  16777215,
  2 ** 24,
]

const binary = [
  table('add', SOME, SOME),
  table('sub', SOME, SOME),
  table('mul', SOME, SOME),
  table('div', SOME, SOME),
  table('pow', BASES, POWERS),
  table('maximum', SOME, SOME),
  table('minimum', SOME, SOME),
  table('atan2', SOME, SOME),
  table('fmod', SOME, SOME),
  table('remainder', SOME, SOME),
  table('floorDiv', SOME, SOME),
  table('truncDiv', SOME, SOME),
  table('prelu', SOME, SOME),
  table('reluGrad', SOME, SOME),
  table('sigmoidGrad', SOME, MODEST),
  table('tanhGrad', SOME, MODEST),
  table('geluGrad', [...floats(20, random, 3)], [...MODEST, ...floats(100, random, 5)], {
    absolute: 1e-6,
  }),
]

/** Whole numbers up to 2²⁴, small ones and those at the ends among them. */
function wholes(n: number): Int32Array {
  const any = integers(n, random, 2 ** 30).map((v, i) => (v % 2 ? -1 : 1) * (v % [10, 5000, MOST][i % 3]!))
  return Int32Array.from([0, 1, -1, 3, MOST, -MOST, MOST - 1, 5792619, 2 ** 23 + 1, ...any])
}

const INT_OPS: readonly BinaryOp[] = ['maximum', 'minimum', 'fmod', 'remainder', 'floorDiv', 'truncDiv']
const wholeBinary = [
  ...INT_OPS.map((op) => {
    const [a, b] = [wholes(60), wholes(60)]
    const attrs = { op, shape: [69, 69], aStrides: [1, 0], bStrides: [0, 1] }
    return kernelCase({
      what: `${op} of whole numbers`,
      kernel: 'binary',
      inputs: [a, b],
      outputs: [new Int32Array(69 * 69)],
      attrs,
    })
  }),
  ...(
    [
      ['add', [1, -3, 4096, MOST, MOST - 1, -MOST, 0], [1, 8, -9, 0, 1, 1, 5]],
      ['sub', [1, -3, 4096, MOST, MOST - 1, -MOST, 0], [1, 8, -9, 0, -1, -1, 5]],
      ['mul', [1, -3, 4096, MOST, 5461, 3, 0], [1, 8, -4096, 1, 3072, -5592405, 5]],
    ] as const
  ).map(([op, a, b]) =>
    kernelCase({
      what: `${op} of whole numbers`,
      kernel: 'binary',
      inputs: [Int32Array.from(a), Int32Array.from(b)],
      outputs: [new Int32Array(7)],
      attrs: { op, shape: [7], aStrides: [1], bStrides: [1] },
    }),
  ),
]

const broadcast: readonly [string, number[], number[], number[]][] = [
  ['one number', [1], [1], [1]],
  ['same shapes', [5001], [1], [1]],
  ['a scalar', [130], [1], [0]],
  ['rows', [7, 33], [33, 1], [0, 1]],
  ['columns', [7, 33], [33, 1], [1, 0]],
  ['in the middle', [3, 5, 4], [4, 0, 1], [20, 4, 1]],
  ['of each other', [3, 1, 5, 2, 7], [10, 0, 2, 1, 0], [7, 0, 0, 0, 1]],
  ['six dimensions', [2, 3, 2, 3, 2, 3], [36, 0, 6, 0, 1, 0], [0, 9, 0, 3, 0, 1]],
]

/** As many numbers as strides reach. */
function reach(shape: readonly number[], strides: readonly number[]): number {
  return shape.reduce((sum, n, d) => sum + (n - 1) * strides[d]!, 1)
}

const broadcasts = broadcast.map(([what, shape, aStrides, bStrides]) =>
  kernelCase({
    what: `sub, ${what}`,
    kernel: 'binary',
    inputs: [floats(reach(shape, aStrides), random), floats(reach(shape, bStrides), random)],
    outputs: [new Float32Array(shape.reduce((a, b) => a * b, 1))],
    attrs: { op: 'sub', shape, aStrides, bStrides },
  }),
)

const COMPARES: readonly CompareOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']
const SETS: readonly TypedArray[] = [
  Float32Array.from(SPECIAL),
  Int32Array.of(-1, 0, 1, MOST, -7),
  Uint8Array.of(0, 1),
]
const compare = COMPARES.flatMap((op) =>
  SETS.map((x) =>
    kernelCase({
      what: `${op}, ${dtypeOf(x)}`,
      kernel: 'compare',
      inputs: [x, x],
      outputs: [new Uint8Array(x.length ** 2)],
      attrs: { op, shape: [x.length, x.length], aStrides: [1, 0], bStrides: [0, 1] },
    }),
  ),
)

const where = [
  [floats(35, random), floats(7, random), new Float32Array(35)] as const,
  [integers(35, random, 99), integers(7, random, 99), new Int32Array(35)] as const,
  [masks(35, random), masks(7, random), new Uint8Array(35)] as const,
  [new Float32Array(35).fill(NaN), floats(7, random), new Float32Array(35)] as const,
].map(([a, b, y]) =>
  kernelCase({
    what: `${dtypeOf(y)}`,
    kernel: 'where',
    inputs: [Uint8Array.of(0, 1, 1, 0, 1), a, b],
    outputs: [y],
    attrs: { shape: [5, 7], cStrides: [1, 0], aStrides: [7, 1], bStrides: [0, 1] },
  }),
)

export const elementwise: readonly KernelCase[] = [
  ...unary,
  ...otherUnary,
  ...binary,
  ...wholeBinary,
  ...broadcasts,
  ...compare,
  ...where,
]
