import type { TypedArray } from '../../../src/dtype.js'
import { dtypeOf, floats, generator, integers, masks } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(31)
const volume = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

function gather(
  what: string,
  x: TypedArray,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): KernelCase {
  return kernelCase({
    what,
    kernel: 'gatherStrided',
    inputs: [x],
    outputs: [zeros(x, volume(shape))],
    attrs: { shape, strides, offset },
  })
}

/** Zeros of the same kind. */
function zeros(x: TypedArray, n: number): TypedArray {
  return new (x.constructor as new (n: number) => TypedArray)(n)
}

function scatter(
  what: string,
  y: TypedArray,
  x: TypedArray,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): KernelCase {
  return kernelCase({
    what,
    kernel: 'scatterStrided',
    inputs: [x],
    outputs: [y],
    attrs: { shape, strides, offset },
  })
}

const of = (n: number) => floats(n, random)

const gathers = [
  gather('one number', of(3), [1], [1], 2),
  gather('a transpose', of(35), [7, 5], [1, 7]),
  gather('a permutation', of(60), [5, 3, 4], [1, 20, 5]),
  gather('repeated', of(4), [3, 4, 2], [0, 1, 0]),
  gather('flipped', of(12), [3, 4], [-4, -1], 11),
  gather('a slice with steps', of(60), [3, 4], [20, 3], 2),
  gather('a diagonal', of(25), [5], [6]),
  gather('windows that overlap', of(6000), [4998, 3], [1, 1], 0),
  gather('six dimensions', of(64), [2, 2, 2, 2, 2, 2], [1, 2, 4, 8, 16, 32]),
  gather('whole numbers', integers(12, random, 1000), [4, 3], [1, 4]),
  gather('masks', masks(12, random), [4, 3], [1, 4]),
  gather('what is no number', Float32Array.of(NaN, Infinity, -Infinity, -0), [4], [-1], 3),
]

const scatters = [
  scatter('one number', of(4), of(1), [1], [1], 2),
  scatter('all', of(12), of(12), [12], [1]),
  scatter('nothing', of(5), of(0), [0, 3], [3, 1]),
  scatter('a row', of(20), of(5), [5], [1], 10),
  scatter('a column', of(20), of(4), [4], [5], 3),
  scatter('a block', of(35), of(6), [2, 3], [7, 1], 9),
  scatter('a slice with steps', of(48), of(12), [2, 2, 3], [24, 12, 2], 1),
  scatter('a diagonal', of(25), of(5), [5], [6]),
  scatter('diagonals of a batch', of(48), of(12), [3, 4], [16, 5]),
  scatter('a diagonal of outer dimensions', of(36), of(12), [3, 4], [1, 12]),
  scatter('permuted', of(60), of(24), [4, 3, 2], [1, 20, 5], 5),
  scatter('flipped', of(30), of(12), [3, 4], [-10, -2], 28),
  scatter('one inside the other', of(9), of(6), [2, 3], [3, 2]),
  scatter('whole numbers', integers(20, random, 1000), integers(6, random, 1000), [2, 3], [5, 1], 6),
  scatter('masks', masks(20, random), masks(6, random), [2, 3], [5, 1], 6),
  scatter('many', of(6000), of(3000), [100, 30], [60, 2], 1),
]

const fills = [
  [new Float32Array(7), 2.5] as const,
  [new Float32Array(5000), -Infinity] as const,
  [new Float32Array(3), NaN] as const,
  [new Int32Array(3), -7.9] as const,
  [new Int32Array(1), NaN] as const,
  [new Uint8Array(4), 3] as const,
  [new Uint8Array(4), 0] as const,
].map(([y, value]) =>
  kernelCase({ what: `${value}, ${dtypeOf(y)}`, kernel: 'fill', inputs: [], outputs: [y], attrs: { value } }),
)

const NUMBERS = Float32Array.of(0, -0, 0.5, -0.5, 1.9, -1.9, 2 ** 24, -(2 ** 24), NaN, 1e-30, 12345.678)
const casts = [
  [NUMBERS, Int32Array],
  [Float32Array.of(...NUMBERS, Infinity, -Infinity, 3e38), Uint8Array],
  [Float32Array.of(...NUMBERS, Infinity, -Infinity, 3e38), Float32Array],
  [Int32Array.of(0, 1, -5, 2 ** 24), Float32Array],
  [Int32Array.of(0, 1, -5, 2 ** 24), Uint8Array],
  [Int32Array.of(0, 1, -5, 2 ** 24), Int32Array],
  [Uint8Array.of(0, 1, 1), Float32Array],
  [Uint8Array.of(0, 1, 1), Int32Array],
  [Uint8Array.of(0, 1, 1), Uint8Array],
].map(([x, To]) => {
  const y = new (To as new (n: number) => TypedArray)((x as TypedArray).length)
  return kernelCase({
    what: `${dtypeOf(x as TypedArray)} to ${dtypeOf(y)}`,
    kernel: 'cast',
    inputs: [x as TypedArray],
    outputs: [y],
    attrs: {},
  })
})

export const strided: readonly KernelCase[] = [...gathers, ...scatters, ...fills, ...casts]
