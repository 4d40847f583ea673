import type { ConvAttrs, Triple } from '../../kernels/convolution.js'
import type { CommandList } from '../commands.js'
import * as op from '../opcodes.js'
import { alignedBytes, type Encoder, float32 } from './call.js'

/** As in assembly/convPlan.ts, gemm.ts and conv….ts. */
const COLUMNS = 128
const KB = 256
const ROWS = 48

/** Words of a chunk with its padding: a quarter of what a second-level cache usually holds. */
const STAGE = 65536
/** So many times as many output channels as input channels make it cheaper to add up windows. */
const FEW = 4
/** Columns of a chunk, more or less. */
const ENOUGH = 1024

const product = ([a, b, c]: Triple) => a * b * c

/** How much of the input n windows of a dimension reach over. */
const extent = ({ stride, kernel, dilation }: ConvAttrs, dim: 0 | 1 | 2, n: number) =>
  (n - 1) * stride[dim] + (kernel[dim] - 1) * dilation[dim] + 1

/** The chunks in which a convolution is done: some images, or a band of the rows of one. */
interface Chunks {
  readonly images: number
  readonly band: number
  /** Whether a chunk is copied, for the zeros around it. */
  readonly staged: boolean
  /** Words of the copy. */
  readonly words: number
}

function chunks(attrs: ConvAttrs): Chunks {
  const { output, input, padding } = attrs
  const dims = [0, 1, 2] as const
  const staged = dims.some((d) => padding[d] > 0 || extent(attrs, d, output[d]) > input[d])
  const ins = attrs.inChannels / attrs.groups
  const words = (rows: number) =>
    staged ? ins * extent(attrs, 0, rows) * extent(attrs, 1, output[1]) * extent(attrs, 2, output[2]) : 0
  const each = output[1] * output[2]
  let band = output[0]
  const fits = (rows: number) => words(rows) <= STAGE && rows * each <= 4 * ENOUGH
  if (!fits(band)) {
    // enough columns for one step in any case
    const least = Math.min(output[0], Math.ceil(COLUMNS / each))
    while (band > least && !fits(band)) band = Math.max(least, band >> 1)
    return { images: 1, band, staged, words: words(band) }
  }
  const room = staged ? Math.floor(STAGE / Math.max(words(band), 1)) : attrs.batch
  const images = Math.max(1, Math.min(attrs.batch, room, Math.ceil(ENOUGH / Math.max(band * each, 1))))
  return { images, band: Math.max(band, 1), staged, words: images * words(band) }
}

function encode(
  list: CommandList,
  opcode: number,
  addresses: readonly [x: number, w: number, y: number, bias: number, scratch: number],
  attrs: ConvAttrs,
  reversed = false,
  whole = attrs,
): void {
  const { images, band, staged } = chunks(whole)
  list.open(opcode)
  list.ints(addresses)
  list.int(attrs.batch)
  list.int(attrs.groups)
  list.int(attrs.inChannels / attrs.groups)
  list.int(attrs.outChannels / attrs.groups)
  list.ints(attrs.input)
  list.ints(attrs.output)
  list.ints(attrs.kernel)
  list.ints(attrs.stride)
  list.ints(attrs.dilation)
  list.ints(attrs.padding)
  list.int(images)
  list.int(band)
  list.int(staged ? 1 : 0)
  list.int(reversed ? 1 : 0)
  list.int(whole.inChannels)
  list.int((whole.inChannels / whole.groups) * product(whole.kernel))
  list.close()
}

/** Rows of the matrix of patches, rows of the result; and the workspace for tables and chunk, in bytes. */
function common(attrs: ConvAttrs) {
  const rows = (attrs.inChannels / attrs.groups) * product(attrs.kernel)
  const outs = attrs.outChannels / attrs.groups
  const { images, band, words } = chunks(attrs)
  const columns = images * band * attrs.output[1] * attrs.output[2]
  const bytes = alignedBytes(rows) + 2 * alignedBytes(columns) + alignedBytes(words) + alignedBytes(COLUMNS)
  return { rows, outs, bytes }
}

function convBytes(attrs: ConvAttrs): number {
  const { rows, outs, bytes } = common(attrs)
  if (outs === 1 && rows <= KB) return bytes
  return (
    bytes +
    alignedBytes(Math.min(KB, rows) * COLUMNS) +
    alignedBytes(outs * COLUMNS) +
    alignedBytes(outs * 16)
  )
}

/**
 * The gradient for the input as a convolution of y with the weights in reverse order; null where windows are strided, or
 * where there are so few input channels that it is cheaper to add up windows.
 */
function reversed(attrs: ConvAttrs): ConvAttrs | null {
  const { kernel, dilation, padding, stride, inChannels, outChannels } = attrs
  const front = kernel.map((k, d) => (k - 1) * dilation[d]! - padding[d]!) as unknown as Triple
  if (stride.some((s) => s !== 1) || front.some((p) => p < 0) || FEW * inChannels < outChannels) return null
  return {
    ...attrs,
    inChannels: outChannels,
    outChannels: inChannels,
    input: attrs.output,
    output: attrs.input,
    padding: front,
  }
}

export const conv: Encoder<'conv'> = {
  encode(list, { inputs, outputs, attrs, scratch }) {
    const [x, w, bias] = inputs
    encode(list, op.CONV, [x, w, outputs[0], attrs.bias ? bias : 0, scratch], attrs)
  },
  scratch: convBytes,
  supports: float32,
}

export const convInputGrad: Encoder<'convInputGrad'> = {
  encode(list, { inputs, outputs, attrs, scratch }) {
    const [y, w, bias] = inputs
    const turned = reversed(attrs)
    if (turned) encode(list, op.CONV, [y, w, outputs[0], attrs.bias ? bias : 0, scratch], turned, true)
    else encode(list, op.CONV_INPUT_GRAD, [outputs[0], w, y, attrs.bias ? bias : 0, scratch], attrs)
  },
  scratch(attrs) {
    const turned = reversed(attrs)
    const { rows, outs, bytes } = common(turned ?? attrs)
    if (turned) return convBytes(turned) + alignedBytes(rows * outs)
    if (outs === 1) return bytes
    return (
      bytes +
      alignedBytes(rows * (outs + 16)) +
      alignedBytes(outs) +
      alignedBytes(outs * COLUMNS) +
      alignedBytes(ROWS * COLUMNS)
    )
  },
  supports: float32,
}

export const convWeightGrad: Encoder<'convWeightGrad'> = {
  // A part has some of the input channels; its blocks of sums are those of the whole.
  encode(list, { inputs, outputs, attrs, scratch, whole }) {
    const [y, x] = inputs
    encode(list, op.CONV_WEIGHT_GRAD, [x, outputs[0], y, 0, scratch], attrs, false, whole)
  },
  scratch(_, whole) {
    const { rows, outs, bytes } = common(whole)
    if (outs === 1) return bytes + alignedBytes(4 * rows)
    const wide = (outs + 15) & ~15
    return bytes + alignedBytes(KB * wide) + alignedBytes(ROWS * (KB + 16)) + alignedBytes(rows * wide)
  },
  supports: float32,
}
