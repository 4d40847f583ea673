import type { AvgPoolAttrs, Pair, PoolAttrs } from '../../../src/backends/kernels/pooling.js'
import { floats, generator } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(3)

interface Form {
  planes?: number
  input: Pair
  output: Pair
  kernel?: Pair
  stride?: Pair
  padding?: Pair
  dilation?: Pair
  adaptive?: boolean
}

const area = ([rows, columns]: Pair) => rows * columns

function windows({ planes = 2, input, output, ...rest }: Form): PoolAttrs {
  const { kernel = [1, 1], stride = kernel, padding = [0, 0], dilation = [1, 1], adaptive = false } = rest
  return { planes, input, output, kernel, stride, padding, dilation, adaptive }
}

function max(what: string, form: Form, values?: Float32Array): KernelCase {
  const attrs = windows(form)
  const size = attrs.planes * area(attrs.output)
  return kernelCase({
    what,
    kernel: 'maxPool',
    // Few different values, so that some are equal.
    inputs: [values ?? floats(attrs.planes * area(attrs.input), random, 8).map(Math.round)],
    outputs: [new Float32Array(size), new Int32Array(size)],
    attrs,
  })
}

/** An average and its gradient. */
function average(what: string, form: Form & { pad?: boolean; divisor?: number }): KernelCase[] {
  const { pad = true, divisor = 0, ...rest } = form
  const attrs: AvgPoolAttrs = { ...windows(rest), countIncludePad: pad, divisor }
  const x = floats(attrs.planes * area(attrs.input), random)
  const y = floats(attrs.planes * area(attrs.output), random)
  const empty = (values: Float32Array) => new Float32Array(values.length)
  return [
    kernelCase({ what, kernel: 'avgPool', inputs: [x], outputs: [empty(y)], attrs, absolute: 1e-6 }),
    kernelCase({ what, kernel: 'avgPoolGrad', inputs: [y], outputs: [empty(x)], attrs, absolute: 1e-6 }),
  ]
}

const SPECIAL = new Float32Array([
  ...[NaN, 1, 2, NaN, 3, 4, -Infinity, -Infinity],
  ...[5, NaN, 7, 8, NaN, 2, -Infinity, -Infinity],
  ...[0, -0, Infinity, 1, -1, -2, 1e-40, 0],
  ...[-0, 0, Infinity, NaN, -3, -4, 0, 1e-40],
])

export const pooling: readonly KernelCase[] = [
  max('plain', { input: [4, 6], output: [2, 3], kernel: [2, 2] }),
  max('with padding', { input: [5, 7], output: [3, 4], kernel: [3, 3], stride: [2, 2], padding: [1, 1] }),
  max('beyond the end', { input: [5, 6], output: [3, 3], kernel: [2, 3], stride: [2, 2] }),
  max('with dilation and padding', {
    input: [9, 8],
    output: [9, 4],
    kernel: [3, 2],
    stride: [1, 2],
    padding: [2, 1],
    dilation: [2, 3],
  }),
  max('windows that dilation leads over everything', {
    input: [1, 2],
    output: [2, 3],
    kernel: [2, 2],
    stride: [1, 1],
    padding: [2, 2],
    dilation: [3, 3],
  }),
  max('one dimension', { input: [1, 11], output: [1, 5], kernel: [1, 3], stride: [1, 2] }),
  max('thousands of windows', {
    planes: 5,
    input: [33, 35],
    output: [33, 35],
    kernel: [3, 3],
    stride: [1, 1],
    padding: [1, 1],
  }),
  max('NaN, infinities and zeros', { planes: 1, input: [4, 8], output: [2, 4], kernel: [2, 2] }, SPECIAL),
  max(
    'NaN in wide windows',
    { planes: 1, input: [4, 8], output: [4, 8], kernel: [3, 3], stride: [1, 1], padding: [1, 1] },
    SPECIAL,
  ),
  max('adaptive', { input: [5, 7], output: [3, 4], adaptive: true }),
  max('adaptive, evenly', { input: [6, 4], output: [3, 2], adaptive: true }),
  max('adaptive, more windows than values', { input: [2, 3], output: [5, 7], adaptive: true }),
  max('adaptive, all in one', { input: [5, 3], output: [1, 1], adaptive: true }),
  max('one value', { planes: 1, input: [1, 1], output: [1, 1], kernel: [1, 1] }),
  max('no planes', { planes: 0, input: [2, 2], output: [1, 1], kernel: [2, 2] }),
  max('no values but padding', {
    input: [0, 3],
    output: [1, 2],
    kernel: [2, 2],
    stride: [1, 1],
    padding: [1, 0],
  }),
  ...average('plain', { input: [4, 6], output: [2, 3], kernel: [2, 2] }),
  ...average('with gaps', { input: [5, 8], output: [2, 3], kernel: [2, 2], stride: [3, 3] }),
  ...average('overlapping', { input: [6, 7], output: [4, 3], kernel: [3, 3], stride: [1, 2] }),
  ...average('with padding', {
    input: [5, 7],
    output: [3, 4],
    kernel: [3, 3],
    stride: [2, 2],
    padding: [1, 1],
  }),
  ...average('padding does not count', {
    input: [5, 7],
    output: [3, 4],
    kernel: [3, 3],
    stride: [2, 2],
    padding: [1, 1],
    pad: false,
  }),
  ...average('beyond the end', { input: [5, 7], output: [3, 4], kernel: [2, 2], stride: [2, 2] }),
  ...average('beyond the end and its padding', {
    input: [5, 6],
    output: [3, 4],
    kernel: [4, 3],
    stride: [3, 2],
    padding: [2, 1],
  }),
  ...average('beyond the end, padding does not count', {
    input: [5, 6],
    output: [3, 4],
    kernel: [4, 3],
    stride: [3, 2],
    padding: [2, 1],
    pad: false,
  }),
  ...average('a divisor', {
    input: [5, 5],
    output: [3, 3],
    kernel: [3, 3],
    stride: [2, 2],
    padding: [1, 1],
    divisor: -3,
  }),
  ...average('one dimension', { input: [1, 11], output: [1, 5], kernel: [1, 3], stride: [1, 2] }),
  ...average('windows wider than several strides', {
    input: [1, 20],
    output: [1, 8],
    kernel: [1, 7],
    stride: [1, 2],
    padding: [0, 1],
  }),
  ...average('adaptive', { input: [5, 7], output: [3, 4], adaptive: true }),
  ...average('adaptive, evenly', { input: [6, 4], output: [3, 2], adaptive: true }),
  ...average('adaptive, more windows than values', { input: [2, 3], output: [5, 7], adaptive: true }),
  ...average('adaptive, all in one', { input: [7, 9], output: [1, 1], adaptive: true }),
  ...average('adaptive, no windows', { input: [2, 3], output: [0, 0], adaptive: true }),
  ...average('large windows, rows first', {
    planes: 3,
    input: [67, 71],
    output: [1, 1],
    adaptive: true,
  }),
  ...average('large windows, rows first, with edges', {
    input: [60, 63],
    output: [2, 2],
    kernel: [48, 45],
    stride: [20, 24],
    padding: [5, 3],
    pad: false,
  }),
  ...average('long rows', { planes: 1, input: [1, 3001], output: [1, 2], kernel: [1, 1500] }),
  ...average('thousands of windows', {
    planes: 5,
    input: [33, 35],
    output: [33, 35],
    kernel: [3, 3],
    stride: [1, 1],
    padding: [1, 1],
  }),
  ...average('no planes', { planes: 0, input: [2, 2], output: [1, 1], kernel: [2, 2] }),
  ...average('no values but padding', {
    input: [0, 3],
    output: [1, 2],
    kernel: [2, 2],
    stride: [1, 1],
    padding: [1, 0],
  }),
  ...average('no values, and padding does not count', {
    input: [0, 3],
    output: [1, 2],
    kernel: [2, 2],
    stride: [1, 1],
    padding: [1, 0],
    pad: false,
  }),
]
