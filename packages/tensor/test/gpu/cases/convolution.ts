import type { ConvAttrs, Triple } from '../../../src/backends/kernels/convolution.js'
import { floats, generator } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(2)

/** A convolution; sizes that are not given are 1, paddings 0. */
interface Form {
  batch?: number
  groups?: number
  /** Channels of the input and the output. */
  channels?: readonly [number, number]
  input: Triple
  kernel: Triple
  stride?: Triple
  dilation?: Triple
  padding?: Triple
  /** How many positions more (or fewer) the output has than padding alike on both ends gives. */
  more?: Triple
  /** Numbers that stand first and last in all inputs. */
  ends?: readonly [number, number]
  absolute?: number
}

const ONES: Triple = [1, 1, 1]
const ZEROS: Triple = [0, 0, 0]
const product = ([a, b, c]: Triple) => a * b * c

/** All kernels of one form: the forward one with bias, then the gradients, the first of them with bias too. */
function all(what: string, form: Form): KernelCase[] {
  const { batch = 1, groups = 1, channels = [1, 1], input, kernel, absolute = 2e-6 } = form
  const { stride = ONES, dilation = ONES, padding = ZEROS, more = ZEROS } = form
  const [inChannels, outChannels] = channels
  const output = [0, 1, 2].map((d) => {
    const reach = (kernel[d]! - 1) * dilation[d]! + 1
    return Math.floor((input[d]! + 2 * padding[d]! - reach) / stride[d]!) + 1 + more[d]!
  }) as unknown as Triple
  const attrs: Omit<ConvAttrs, 'bias'> = {
    batch,
    groups,
    inChannels,
    outChannels,
    input,
    output,
    kernel,
    stride,
    dilation,
    padding,
  }
  const nx = batch * inChannels * product(input)
  const ny = batch * outChannels * product(output)
  const nw = outChannels * (inChannels / groups) * product(kernel)
  const [x, y, w] = [floats(nx, random), floats(ny, random), floats(nw, random)]
  const { ends } = form
  if (ends)
    for (const values of [x, y, w]) {
      values[0] = ends[0]
      values[values.length - 1] = ends[1]
    }
  const bias = random() < 0.5
  return [
    kernelCase({
      what,
      kernel: 'conv',
      inputs: bias ? [x, w, floats(outChannels, random)] : [x, w],
      outputs: [new Float32Array(ny)],
      attrs: { ...attrs, bias },
      absolute,
    }),
    kernelCase({
      what,
      kernel: 'convInputGrad',
      inputs: bias ? [y, w] : [y, w, floats(inChannels, random)],
      outputs: [new Float32Array(nx)],
      attrs: { ...attrs, bias: !bias },
      absolute,
    }),
    kernelCase({
      what,
      kernel: 'convWeightGrad',
      inputs: [y, x],
      outputs: [new Float32Array(nw)],
      attrs: { ...attrs, bias: false },
      absolute,
    }),
  ]
}

export const convolution: readonly KernelCase[] = [
  ...all('an image', { batch: 2, channels: [3, 4], input: [6, 1, 7], kernel: [3, 1, 3] }),
  ...all('with padding', {
    batch: 2,
    channels: [3, 2],
    input: [5, 1, 6],
    kernel: [3, 1, 3],
    padding: [1, 0, 1],
  }),
  ...all('with more padding than the kernel reaches', {
    channels: [1, 2],
    input: [3, 1, 4],
    kernel: [2, 1, 2],
    padding: [3, 0, 2],
  }),
  ...all('a sequence', { batch: 3, channels: [2, 3], input: [1, 1, 11], kernel: [1, 1, 4] }),
  ...all('a volume', {
    batch: 2,
    channels: [2, 2],
    input: [4, 5, 3],
    kernel: [2, 3, 2],
    padding: [1, 1, 1],
    stride: [2, 1, 1],
  }),
  ...all('with strides', {
    channels: [2, 3],
    input: [9, 1, 8],
    kernel: [3, 1, 2],
    stride: [2, 1, 3],
    padding: [1, 0, 0],
  }),
  ...all('with strides that leave values out', {
    channels: [2, 2],
    input: [8, 1, 11],
    kernel: [1, 1, 2],
    stride: [3, 1, 4],
  }),
  ...all('with dilation', {
    channels: [2, 2],
    input: [8, 1, 9],
    kernel: [3, 1, 2],
    dilation: [2, 1, 3],
    padding: [2, 0, 1],
  }),
  ...all('with strides and dilation without a common divisor', {
    batch: 2,
    channels: [2, 2],
    input: [13, 1, 12],
    kernel: [3, 1, 4],
    stride: [2, 1, 3],
    dilation: [3, 1, 2],
    padding: [3, 0, 2],
  }),
  ...all('with strides and dilation with a common divisor', {
    channels: [2, 2],
    input: [13, 1, 14],
    kernel: [3, 1, 3],
    stride: [2, 1, 4],
    dilation: [2, 1, 6],
    padding: [1, 0, 3],
  }),
  ...all('groups', { batch: 2, groups: 2, channels: [4, 6], input: [4, 1, 5], kernel: [2, 1, 3] }),
  ...all('a group for each channel', {
    batch: 2,
    groups: 3,
    channels: [3, 6],
    input: [5, 1, 5],
    kernel: [3, 1, 3],
    padding: [1, 0, 1],
  }),
  ...all('one position, many channels', {
    batch: 2,
    channels: [71, 5],
    input: [3, 1, 3],
    kernel: [1, 1, 1],
  }),
  ...all('a kernel too large to be written out', {
    channels: [3, 2],
    input: [12, 1, 13],
    kernel: [9, 1, 9],
    padding: [4, 0, 3],
    stride: [1, 1, 2],
    dilation: [1, 1, 1],
    absolute: 1e-5,
  }),
  ...all('such a kernel without padding', {
    channels: [2, 2],
    input: [1, 1, 100],
    kernel: [1, 1, 70],
    absolute: 1e-5,
  }),
  ...all('an output that ends before the input', {
    channels: [2, 2],
    input: [7, 1, 9],
    kernel: [3, 1, 3],
    padding: [1, 0, 2],
    more: [-2, 0, -3],
  }),
  ...all('an output that goes on behind the input', {
    channels: [2, 2],
    input: [5, 1, 6],
    kernel: [3, 1, 2],
    stride: [2, 1, 1],
    more: [1, 0, 2],
  }),
  ...all('many images: weights in parts', {
    batch: 9,
    channels: [2, 3],
    input: [17, 1, 19],
    kernel: [3, 1, 3],
    padding: [1, 0, 1],
    absolute: 1e-5,
  }),
  ...all('a long sequence: rows in segments', {
    batch: 2,
    channels: [1, 2],
    input: [1, 1, 1531],
    kernel: [1, 1, 5],
    padding: [0, 0, 2],
    absolute: 1e-5,
  }),
  ...all('many weights and rows: blocks of rows', {
    channels: [64, 64],
    input: [65, 1, 2],
    kernel: [1, 1, 1],
    absolute: 1e-5,
  }),
  ...all('infinite and missing numbers, which nothing in the padding may meet', {
    batch: 2,
    channels: [2, 2],
    input: [4, 1, 5],
    kernel: [3, 1, 3],
    padding: [1, 0, 1],
    ends: [Infinity, NaN],
  }),
  ...all('one number', { input: [1, 1, 1], kernel: [1, 1, 1] }),
  ...all('no images', { batch: 0, channels: [2, 3], input: [3, 1, 3], kernel: [2, 1, 2] }),
  ...all('no channels', { channels: [0, 2], input: [3, 1, 3], kernel: [2, 1, 2] }),
  ...all('no channels of the output', { channels: [2, 0], input: [3, 1, 3], kernel: [2, 1, 2] }),
  ...all('an empty input in padding', {
    channels: [2, 3],
    input: [0, 1, 2],
    kernel: [2, 1, 2],
    padding: [1, 0, 0],
  }),
]
