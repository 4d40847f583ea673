// What the kernels of convolution share: the image cut into chunks, and where the values that meet lie.
//
// A chunk is some images, or a band of one, with its padding: a copy in the workspace with zeros around (none
// where nothing is padded). In it every output position (a column) and every channel and kernel position (a row)
// has an offset of its own, and row and column meet at the sum of both. So packing knows neither padding nor
// strides, and no matrix of all patches ever exists.
import { at, int } from './memory'

/** Columns that are multiplied at a time, in all builds. */
export const COLUMNS: i32 = 128

export let x: usize = 0, w: usize = 0, y: usize = 0, bias: usize = 0
export let batch: i32 = 0, groups: i32 = 0, ins: i32 = 0, outs: i32 = 0
/** Rows: channels of a group times kernel positions. Positions of a channel in the input, the output. */
export let rows: i32 = 0, inSize: i32 = 0, outSize: i32 = 0
/** Images and rows of the output (its first dimension) in a chunk. */
export let images: i32 = 0, band: i32 = 0
/** Offsets in bytes: rows in a chunk, columns in a chunk, columns in y. */
export let rowTable: usize = 0, columnTable: usize = 0, outTable: usize = 0
/** Whether the weights are those of the convolution whose gradient this is: [ins, outs, kernel], to be reversed. */
export let reversed: bool = false
/** What is left of the workspace. */
export let room: usize = 0
/** The chunk: where its patches begin, how many columns it has, its first column in y. */
export let patches: usize = 0, columns: i32 = 0, out: usize = 0
/** Bytes from one output channel's weights to the next: those of a part of the channels lie apart. */
export let ldw: usize = 0
/** Columns of one image in the chunk. */
export let perImage: i32 = 0

let shape: usize = 0 // of the arguments from here on: input, output, kernel, stride, dilation, padding
let staged: bool = false
let channels: i32 = 0 // of an image of x, of all groups
let buffer: usize = 0
// sizes and steps (elements) of a channel in the chunk
let e0: i32 = 0, e1: i32 = 0, e2: i32 = 0, planeStep: i32 = 0, channelStep: i32 = 0, imageStep: i32 = 0

@inline function input(d: usize): i32 { return int(shape, d) }
@inline function output(d: usize): i32 { return int(shape, 3 + d) }
@inline function kernel(d: usize): i32 { return int(shape, 6 + d) }
@inline function stride(d: usize): i32 { return int(shape, 9 + d) }
@inline function dilation(d: usize): i32 { return int(shape, 12 + d) }
@inline function padding(d: usize): i32 { return int(shape, 15 + d) }
@inline function extent(d: usize, n: i32): i32 { return (n - 1) * stride(d) + (kernel(d) - 1) * dilation(d) + 1 }

/** `words` words of the workspace, from a cache line on. */
export function take(words: i32): usize {
  const p = room
  room = (p + ((<usize>words) << 2) + 63) & ~63
  return p
}

/**
 * [x, w, y, bias or 0, workspace, batch, groups, channels of a group in, out, input ×3, output ×3, kernel ×3,
 * stride ×3, dilation ×3, padding ×3, images and rows of a chunk, staged?, reversed?, channels of an image of x,
 * words from one row of w to the next]
 */
export function open(args: usize): void {
  x = at(args, 0); w = at(args, 1); y = at(args, 2); bias = at(args, 3); room = at(args, 4)
  batch = int(args, 5); groups = int(args, 6); ins = int(args, 7); outs = int(args, 8)
  shape = args + 36
  images = int(args, 27); band = int(args, 28); staged = int(args, 29) != 0; reversed = int(args, 30) != 0
  channels = int(args, 31); ldw = (<usize>int(args, 32)) << 2
  inSize = input(0) * input(1) * input(2)
  outSize = output(0) * output(1) * output(2)
  rows = ins * kernel(0) * kernel(1) * kernel(2)
  e0 = staged ? extent(0, band) : input(0)
  e1 = staged ? extent(1, output(1)) : input(1)
  e2 = staged ? extent(2, output(2)) : input(2)
  planeStep = e1 * e2
  channelStep = e0 * planeStep
  imageStep = (staged ? ins : channels) * channelStep
  perImage = band * output(1) * output(2)
  rowTable = take(rows)
  columnTable = take(images * perImage)
  outTable = take(images * perImage)
  buffer = staged ? take(images * imageStep) : 0
  tables()
}

function tables(): void {
  let p = rowTable
  for (let c = 0; c < ins; c++)
    for (let i = 0; i < kernel(0); i++)
      for (let j = 0; j < kernel(1); j++) {
        let offset = c * channelStep + i * dilation(0) * planeStep + j * dilation(1) * e2
        for (let k = kernel(2); k > 0; k--, p += 4, offset += dilation(2)) store<i32>(p, offset << 2)
      }
  p = columnTable
  let q = outTable
  for (let b = 0; b < images; b++) {
    let to = b * groups * outs * outSize
    for (let i = 0; i < band; i++)
      for (let j = 0; j < output(1); j++) {
        let offset = b * imageStep + i * stride(0) * planeStep + j * stride(1) * e2
        for (let k = output(2); k > 0; k--, p += 4, q += 4, to++, offset += stride(2)) {
          store<i32>(p, offset << 2)
          store<i32>(q, to << 2)
        }
      }
  }
}

/** Whether there is another chunk from image b, row r (of the output) on; then it is the current one, of group g. */
export function chunk(b: i32, r: i32, g: i32): void {
  const n = min(images, batch - b), rowsHere = min(band, output(0) - r)
  columns = n * rowsHere * output(1) * output(2)
  out = y + ((<usize>((b * groups + g) * outs * outSize + r * output(1) * output(2))) << 2)
  patches = staged ? buffer : x + ((<usize>((b * channels + g * ins) * inSize + r * stride(0) * planeStep)) << 2)
}

/** n floats: `before` zeros, `count` values of x, zeros. */
@inline function paddedRow(p: usize, to: usize, before: i32, count: i32, n: i32): void {
  const end = to + ((<usize>n) << 2)
  for (let i = before; i > 0; i--, to += 4) store<f32>(to, 0)
  for (; count >= 4; count -= 4, p += 16, to += 16) v128.store(to, v128.load(p))
  for (; count > 0; count--, p += 4, to += 4) store<f32>(to, load<f32>(p))
  for (; to < end; to += 4) store<f32>(to, 0)
}

@inline function addRow(p: usize, to: usize, count: i32): void {
  for (; count >= 4; count -= 4, p += 16, to += 16)
    v128.store(to, f32x4.add(v128.load(to), v128.load(p)))
  for (; count > 0; count--, p += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(p))
}

/** Copies the chunk at image b, row r, group g into the workspace (`back`: adds it to x). */
function transfer(b: i32, r: i32, g: i32, back: bool): void {
  const p1 = padding(1), p2 = padding(2), count = max(0, min(input(2), e2 - p2))
  const first = r * stride(0) - padding(0)
  const height = extent(0, min(band, output(0) - r))
  for (let n = 0; n < min(images, batch - b); n++)
    for (let c = 0; c < ins; c++) {
      const from = x + ((<usize>((b + n) * channels + g * ins + c) * <usize>inSize) << 2)
      let to = buffer + ((<usize>(n * imageStep + c * channelStep)) << 2)
      for (let i = first; i < first + height; i++)
        for (let j = -p1; j < e1 - p1; j++, to += (<usize>e2) << 2) {
          const inside = i >= 0 && i < input(0) && j >= 0 && j < input(1)
          const at = from + ((<usize>((i * input(1) + j) * input(2))) << 2)
          if (!back) {
            if (inside) paddedRow(at, to, min(p2, e2), count, e2)
            else paddedRow(at, to, e2, 0, e2)
          } else if (inside) addRow(to + ((<usize>p2) << 2), at, count)
        }
    }
}

/** Fills the chunk with the values of x. */
export function bring(b: i32, r: i32, g: i32): void {
  if (staged) transfer(b, r, g, false)
}
/** Empties it, for sums; x itself must be empty where it is not copied. */
export function clear(): void {
  if (staged) memory.fill(buffer, 0, (<usize>(images * imageStep)) << 2)
}
/** Adds its sums to x. */
export function giveBack(b: i32, r: i32, g: i32): void {
  if (staged) transfer(b, r, g, true)
}

/** Weights [ins, outs, kernel] of a group as [outs, ins, kernel], kernel positions in reverse order. */
export function reverse(from: usize, to: usize): void {
  const size = ins > 0 ? rows / ins : 0
  for (let o = 0; o < outs; o++)
    for (let c = 0; c < ins; c++) {
      const last = from + ((<usize>((c * outs + o) * size + size - 1)) << 2)
      for (let k = 0; k < size; k++, to += 4) store<f32>(to, load<f32>(last - ((<usize>k) << 2)))
    }
}

/** Columns that lie side by side in y, and, where windows are not strided, in the chunk. */
export function line(): i32 { return output(2) }
export function adjacent(): bool { return stride(2) == 1 }

/** Output rows: the dimension that bands cut. */
export function height(): i32 { return output(0) }
