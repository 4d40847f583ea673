import type { Triple } from '../backends/kernels/convolution.js'
import { OptionError, ShapeError } from '../errors.js'
import { checkInteger } from '../options.js'
import { sameShape, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { checkFloat, checkSameDType, checkTensors } from './run.js'
import { checkSizes, type Sizes } from './sizes.js'

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. A number holds for all dimensions. */
export interface ConvOptions {
  /** [out], one number for each output channel. Default: none. */
  bias?: Tensor | undefined
  /** How far the window moves. Default 1. */
  stride?: Sizes
  /** Zeros at either end; `'valid'`: none; `'same'`: as many as keep the size (stride 1 only). Default 0. */
  padding?: Sizes | 'same' | 'valid'
  /** Distance between the values of a window. Default 1. */
  dilation?: Sizes
  /** Blocks of channels that are convolved apart. Default 1. */
  groups?: number
}

/** Options of {@link convTranspose1d} and {@link convTranspose2d}. A number holds for all dimensions. */
export interface ConvTransposeOptions {
  /** [out], one number for each output channel. Default: none. */
  bias?: Tensor | undefined
  /** How far apart the windows are put. Default 1. */
  stride?: Sizes
  /** How much is cut from either end. Default 0. */
  padding?: Sizes
  /** How much longer the end becomes; less than the stride or the dilation. Default 0. */
  outputPadding?: Sizes
  /** Distance between the values of a window. Default 1. */
  dilation?: Sizes
  /** Blocks of channels that are convolved apart. Default 1. */
  groups?: number
}

/** The three dimensions that kernels know: the missing ones have this size. */
export function triple(sizes: readonly number[], missing: number): Triple {
  if (sizes.length === 3) return [sizes[0]!, sizes[1]!, sizes[2]!]
  // Rows stand first: that is the dimension by which kernels cut an image.
  return sizes.length === 2 ? [sizes[0]!, missing, sizes[1]!] : [missing, missing, sizes[0]!]
}

/** What is checked of every convolution before its sizes; the channels of the input must be those of `axis` of the weight. */
export function checkConv(
  op: string,
  dims: number,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  groups: number,
  transposed: boolean,
): void {
  checkTensors(op, bias ? [x, weight, bias] : [x, weight], ['the input', 'the weight', 'the bias'])
  checkFloat(op, x)
  checkSameDType(op, x, weight, 'the input', 'the weight')
  if (bias) checkSameDType(op, x, bias, 'the input', 'the bias')
  const layout = ['columns', 'rows, columns', 'depth, rows, columns'][dims - 1]!
  if (weight.rank !== dims + 2)
    throw new ShapeError(
      `${op}: the weight must be ${transposed ? '[in, out / groups' : '[out, in / groups'}, ${layout}], got ${show(weight.shape)}`,
    )
  if (x.rank !== dims + 1 && x.rank !== dims + 2)
    throw new ShapeError(
      `${op}: the input must be [batch, channels, ${layout}] or [channels, ${layout}], got ${show(x.shape)}`,
    )
  checkInteger(op, 'groups', groups, 1)
  const channels = x.shape[x.rank - dims - 1]!
  const needed = transposed ? weight.shape[0]! : weight.shape[1]! * groups
  if (channels !== needed)
    throw new ShapeError(
      `${op}: the input ${show(x.shape)} has ${channels} channels, the weight ${show(weight.shape)}` +
        `${groups > 1 ? ` in ${groups} groups` : ''} needs ${needed}`,
    )
  if (weight.shape[0]! % groups !== 0)
    throw new ShapeError(
      `${op}: the weight ${show(weight.shape)} has ${weight.shape[0]} ${transposed ? 'input' : 'output'} channels; they cannot be cut into ${groups} groups`,
    )
  const out = transposed ? weight.shape[1]! * groups : weight.shape[0]!
  if (bias && !sameShape(bias.shape, [out]))
    throw new ShapeError(
      `${op}: the bias ${show(bias.shape)} must be [${out}], one number for each output channel of the weight ${show(weight.shape)}`,
    )
  if (weight.shape.slice(2).includes(0))
    throw new ShapeError(
      `${op}: the weight ${show(weight.shape)} has an empty window; use sizes of at least 1`,
    )
}

/** Zeros in front and behind, in each dimension. */
export function paddings(
  op: string,
  padding: Sizes | 'same' | 'valid',
  kernel: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): { before: number[]; after: number[] } {
  if (padding === 'valid') return { before: kernel.map(() => 0), after: kernel.map(() => 0) }
  if (padding === 'same') {
    if (stride.some((s) => s !== 1))
      throw new OptionError(
        `${op}: padding 'same' keeps the size and needs stride 1, got [${stride.join(', ')}]; give the padding in numbers`,
      )
    const total = kernel.map((k, i) => (k - 1) * dilation[i]!)
    const before = total.map((t) => Math.floor(t / 2))
    return { before, after: total.map((t, i) => t - before[i]!) }
  }
  if (typeof padding === 'string')
    throw new OptionError(
      `${op}: padding must be a number, numbers, 'same' or 'valid', got '${String(padding)}'`,
    )
  const both = checkSizes(op, 'padding', padding, kernel.length, 0)
  return { before: both, after: both }
}
