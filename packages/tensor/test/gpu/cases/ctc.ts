import type { CtcAttrs } from '../../../src/backends/kernels/ctc.js'
import { expected, floats, generator, integers } from '../../kernels.expected.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(8)

/** Logarithms of probabilities, [rows, classes]. */
function logProbs(rows: number, classes: number, scale: number): Float32Array {
  const x = floats(rows * classes, random, scale)
  for (let row = 0; row < x.length; row += classes) {
    const sum = x.subarray(row, row + classes).reduce((s, v) => s + Math.exp(v), 0)
    for (let c = row; c < row + classes; c++) x[c]! -= Math.log(sum)
  }
  return x
}

interface Form {
  readonly time: number
  readonly classes: number
  /** Steps and labels of each sequence. */
  readonly steps: readonly number[]
  readonly lengths: readonly number[]
  /** Targets in one row after the other, or in rows of this length. */
  readonly stride?: number
  readonly blank?: number
  readonly zeroInfinity?: boolean
  readonly scale?: number
  readonly x?: readonly number[]
}

/** The loss and the gradient of the same sequences. */
function both(what: string, form: Form): KernelCase[] {
  const { time, classes, stride = 0, blank = 0, zeroInfinity = false, scale = 1 } = form
  const batch = form.steps.length
  const x = form.x ? Float32Array.from(form.x) : logProbs(time * batch, classes, scale)
  const total = form.lengths.reduce((a, b) => a + b, 0)
  const labels = integers(stride === 0 ? total : batch * stride, random, Math.max(1, classes - 1))
  const targets = labels.map((label) => (label >= blank ? Math.min(label + 1, classes - 1) : label))
  const inputs = [x, targets, Int32Array.from(form.steps), Int32Array.from(form.lengths)]
  const states = 2 * Math.max(0, ...form.lengths) + 1
  const attrs: CtcAttrs = { time, batch, classes, states, targetStride: stride, blank, zeroInfinity }
  const outputs = [new Float32Array(batch), new Float32Array(batch * time * states)]
  const absolute = 1e-5 * (1 + scale / 5)
  const loss = kernelCase({ what, kernel: 'ctc', inputs, outputs, attrs, ulps: 4 + time / 8, absolute })
  const alpha = Float32Array.from(expected('ctc', inputs, outputs, attrs)[1]!)
  const gradient = kernelCase({
    what,
    kernel: 'ctcGrad',
    inputs: [floats(batch, random), ...inputs, alpha],
    outputs: [new Float32Array(x.length)],
    attrs,
    ulps: 8,
    absolute,
  })
  return time === 0 ? [loss] : [loss, gradient]
}

const none = Number.NEGATIVE_INFINITY
const three = { time: 3, classes: 2, steps: [3], lengths: [1] }

export const ctc: readonly KernelCase[] = [
  ...both('plain', { time: 6, classes: 4, steps: [6], lengths: [2] }),
  ...both('many lengths', { time: 9, classes: 5, steps: [9, 7, 1, 5], lengths: [3, 2, 1, 0] }),
  ...both('many lengths, padded', { time: 9, classes: 5, steps: [8, 9, 4], lengths: [1, 4, 2], stride: 6 }),
  ...both('the last class is blank', { time: 8, classes: 3, steps: [8, 6], lengths: [3, 2], blank: 2 }),
  ...both('equal labels', { time: 12, classes: 2, steps: [12, 9], lengths: [4, 4] }),
  ...both('impossible', { time: 4, classes: 3, steps: [2, 0, 4], lengths: [3, 1, 1] }),
  ...both('impossible, zero', {
    time: 4,
    classes: 3,
    steps: [2, 0, 4],
    lengths: [3, 1, 1],
    zeroInfinity: true,
  }),
  ...both('no labels', { time: 5, classes: 3, steps: [5, 2], lengths: [0, 0] }),
  ...both('no steps at all', { time: 0, classes: 3, steps: [0, 0], lengths: [0, 1] }),
  ...both('no steps at all, zero', { time: 0, classes: 3, steps: [0], lengths: [1], zeroInfinity: true }),
  ...both('one step', { time: 1, classes: 3, steps: [1, 1], lengths: [0, 1] }),
  ...both('one class', { time: 3, classes: 1, steps: [3], lengths: [0] }),
  ...both('steep', { time: 20, classes: 7, steps: [20, 13], lengths: [5, 4], scale: 60 }),
  ...both('long', { time: 130, classes: 9, steps: [130, 100], lengths: [30, 21], scale: 4 }),
  ...both('NaN at first', { ...three, x: [0, Number.NaN, -1, -1, -1, -1] }),
  ...both('NaN at last', { ...three, x: [-1, -1, -1, -1, Number.NaN, -1] }),
  ...both('sure', { ...three, x: [none, 0, none, 0, none, 0] }),
  ...both('probabilities of 0', { ...three, x: [0, none, 0, none, 0, none] }),
]
