import type { ConvAttrs } from '../kernels/convolution.js'
import type { Reference } from './kernel.js'

/** All meetings of an output position with an input position, and the kernel position through which they meet. */
interface Meetings {
  readonly count: number
  readonly output: Int32Array
  readonly kernel: Int32Array
  readonly input: Int32Array
}

const product = ([a, b, c]: readonly [number, number, number]) => a * b * c

function meetings({ input, output, kernel, stride, dilation, padding }: ConvAttrs): Meetings {
  const most = product(output) * product(kernel)
  const found = { output: new Int32Array(most), kernel: new Int32Array(most), input: new Int32Array(most) }
  let count = 0
  const at = [0, 0, 0]
  const visit = (dim: number, out: number, tap: number): void => {
    if (dim === 3) {
      found.output[count] = out
      found.kernel[count] = tap
      found.input[count++] = (at[0] * input[1] + at[1]) * input[2] + at[2]
      return
    }
    for (let p = 0; p < output[dim]; p++)
      for (let k = 0; k < kernel[dim]; k++) {
        at[dim] = p * stride[dim] - padding[dim] + k * dilation[dim]
        if (at[dim] < 0 || at[dim] >= input[dim]) continue
        visit(dim + 1, out * output[dim] + p, tap * kernel[dim] + k)
      }
  }
  visit(0, 0, 0)
  return { count, ...found }
}

/** Sizes of one channel, and channels of one group. */
function sizes(attrs: ConvAttrs) {
  return {
    nx: product(attrs.input),
    ny: product(attrs.output),
    nw: product(attrs.kernel),
    ins: attrs.inChannels / attrs.groups,
    outs: attrs.outChannels / attrs.groups,
  }
}

/** y[b, o, p] = Σ x[b, c, i] · w[o, c, k] (+ bias[o]) */
export const conv: Reference<'conv'> = ([x, w, bias], [y], attrs) => {
  const { nx, ny, nw, ins, outs } = sizes(attrs)
  const meet = meetings(attrs)
  const sum = new Float64Array(ny)
  for (let b = 0; b < attrs.batch; b++)
    for (let o = 0; o < attrs.outChannels; o++) {
      sum.fill(attrs.bias ? bias[o] : 0)
      const first = Math.floor(o / outs) * ins
      for (let c = 0; c < ins; c++) {
        const from = (b * attrs.inChannels + first + c) * nx
        const through = (o * ins + c) * nw
        for (let t = 0; t < meet.count; t++)
          sum[meet.output[t]] += x[from + meet.input[t]] * w[through + meet.kernel[t]]
      }
      y.set(sum, (b * attrs.outChannels + o) * ny)
    }
}

/** x[b, c, i] = Σ y[b, o, p] · w[o, c, k] (+ bias[c]) */
export const convInputGrad: Reference<'convInputGrad'> = ([y, w, bias], [x], attrs) => {
  const { nx, ny, nw, ins, outs } = sizes(attrs)
  const meet = meetings(attrs)
  const sum = new Float64Array(nx)
  for (let b = 0; b < attrs.batch; b++)
    for (let i = 0; i < attrs.inChannels; i++) {
      sum.fill(attrs.bias ? bias[i] : 0)
      const group = Math.floor(i / ins)
      for (let o = group * outs; o < (group + 1) * outs; o++) {
        const from = (b * attrs.outChannels + o) * ny
        const through = (o * ins + i - group * ins) * nw
        for (let t = 0; t < meet.count; t++)
          sum[meet.input[t]] += y[from + meet.output[t]] * w[through + meet.kernel[t]]
      }
      x.set(sum, (b * attrs.inChannels + i) * nx)
    }
}

/** w[o, c, k] = Σ y[b, o, p] · x[b, c, i] */
export const convWeightGrad: Reference<'convWeightGrad'> = ([y, x], [w], attrs) => {
  const { nx, ny, nw, ins, outs } = sizes(attrs)
  const meet = meetings(attrs)
  const sum = new Float64Array(nw)
  for (let o = 0; o < attrs.outChannels; o++)
    for (let c = 0; c < ins; c++) {
      sum.fill(0)
      const i = Math.floor(o / outs) * ins + c
      for (let b = 0; b < attrs.batch; b++) {
        const g = (b * attrs.outChannels + o) * ny
        const from = (b * attrs.inChannels + i) * nx
        for (let t = 0; t < meet.count; t++)
          sum[meet.kernel[t]] += y[g + meet.output[t]] * x[from + meet.input[t]]
      }
      w.set(sum, (o * ins + c) * nw)
    }
}
