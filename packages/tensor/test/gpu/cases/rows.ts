import type { TypedArray } from '../../../src/dtype.js'
import { floats, generator, integers, masks } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(7)

function gather(what: string, size: number, width: number, count: number, table?: TypedArray): KernelCase {
  const from = table ?? floats(size * width, random)
  const y = from instanceof Float32Array ? new Float32Array(count * width) : new Int32Array(count * width)
  return kernelCase({
    what,
    kernel: 'gatherRows',
    inputs: [from, integers(count, random, size)],
    outputs: [from instanceof Uint8Array ? new Uint8Array(count * width) : y],
    attrs: { count, width, size },
    ulps: 0,
  })
}

function scatter(what: string, size: number, width: number, count: number, index?: Int32Array): KernelCase {
  return kernelCase({
    what,
    kernel: 'scatterAddRows',
    inputs: [floats(count * width, random), index ?? integers(count, random, size)],
    outputs: [new Float32Array(size * width)],
    attrs: { count, width, size },
    // One sum takes all in order, in single precision.
    absolute: index ? 5e-5 : 1e-6 * (4 + count / size),
  })
}

type Axis = readonly [outer: number, n: number, m: number, taps: number, inner: number]

function resample(kernel: 'resample' | 'resampleGrad', what: string, axis: Axis): KernelCase {
  const [outer, n, m, taps, inner] = axis
  const [from, to] = kernel === 'resample' ? [n, m] : [m, n]
  return kernelCase({
    what,
    kernel,
    inputs: [floats(outer * from * inner, random), integers(m * taps, random, n), floats(m * taps, random)],
    outputs: [new Float32Array(outer * to * inner)],
    attrs: { outer, n, m, taps, inner },
    absolute: 2e-6 * (1 + (m * taps) / n),
  })
}

export const rows: readonly KernelCase[] = [
  gather('plain', 5, 3, 7),
  gather('of one', 1, 1, 1),
  gather('of width 1', 9, 1, 20),
  gather('whole numbers', 6, 4, 5, integers(24, random, 1000)),
  gather('masks', 6, 4, 5, masks(24, random)),
  gather('more than 4096', 50, 65, 77),
  gather('special values', 2, 3, 4, Float32Array.of(Number.NaN, Infinity, -0, -Infinity, 1, 2)),

  scatter('plain', 5, 3, 7),
  scatter('nothing', 5, 3, 0),
  scatter('one', 1, 1, 1),
  scatter('looked through', 40, 9, 300),
  scatter('sorted', 1500, 4, 3000),
  scatter('sorted, width 1', 5003, 1, 2500),
  scatter('sorted, one row takes all', 1500, 4, 3000, new Int32Array(3000).fill(1499)),

  ...(['resample', 'resampleGrad'] as const).flatMap((kernel) => [
    resample(kernel, 'one tap', [2, 5, 8, 1, 3]),
    resample(kernel, 'two taps', [3, 7, 4, 2, 1]),
    resample(kernel, 'three taps', [2, 5, 11, 3, 4]),
    resample(kernel, 'no taps', [2, 5, 3, 0, 2]),
    resample(kernel, 'one of one', [1, 1, 1, 1, 1]),
    resample(kernel, 'more than 4096', [2, 40, 90, 4, 37]),
    resample(kernel, 'many taps', [1, 700, 900, 3, 16]),
  ]),
]
