// Copies with strides, fills, changes of dtype.
import * as op from '../src/backends/wasm/opcodes'
import { at, index, int } from './memory'
import { transpose } from './pack'

/** n elements of 1 or 4 bytes, the steps in elements. */
function copyLine(x: usize, xStep: i32, y: usize, yStep: i32, n: i32, size: i32): void {
  if (xStep == 1 && yStep == 1 && n >= 16) {
    memory.copy(y, x, <usize>(n * size))
  } else if (size == 4) {
    const p = (<usize>xStep) << 2,
      q = (<usize>yStep) << 2
    for (; n > 0; n--, x += p, y += q) store<u32>(y, load<u32>(x))
  } else {
    for (; n > 0; n--, x += xStep, y += yStep) store<u8>(y, load<u8>(x))
  }
}

/**
 * One side is dense, the other has strides; `scatter` says that it is the result's. [x, y, bytes of an
 * element, rank, offset, shape…, strides…]
 */
function strided(args: usize, scatter: bool): void {
  const size = int(args, 2),
    rank = int(args, 3),
    shape = args + 20,
    strides = shape + ((<usize>rank) << 2),
    last = (<usize>(rank - 1)) << 2
  let dense = scatter ? at(args, 0) : at(args, 1)
  const other = scatter ? at(args, 1) : at(args, 0)
  let offset = int(args, 4),
    count = 1
  for (let d: usize = 0; d <= last; d += 4) {
    count *= load<i32>(shape + d)
    store<i32>(index() + d, 0)
  }
  if (count == 0) return
  // Where the dimension before the last is the adjacent one, both are transposed together.
  const n = load<i32>(shape + last),
    step = load<i32>(strides + last)
  const matrix = rank > 1 && size == 4 && step > 1 && load<i32>(strides + last - 4) == 1
  const m = matrix ? load<i32>(shape + last - 4) : 1,
    run = m * n
  for (; count > 0; count -= run, dense += <usize>(run * size)) {
    const p = other + <usize>(offset * size)
    if (matrix) {
      if (scatter) transpose(dense, (<usize>n) << 2, p, (<usize>step) << 2, m, n)
      else transpose(p, (<usize>step) << 2, dense, (<usize>n) << 2, n, m)
    } else if (scatter) copyLine(dense, 1, p, step, n, size)
    else copyLine(p, step, dense, 1, n, size)
    for (let d = rank - (matrix ? 3 : 2); d >= 0; d--) {
      const w = (<usize>d) << 2,
        i = load<i32>(index() + w) + 1,
        s = load<i32>(strides + w)
      offset += s
      if (i < load<i32>(shape + w)) {
        store<i32>(index() + w, i)
        break
      }
      store<i32>(index() + w, 0)
      offset -= i * s
    }
  }
}
export function gatherStrided(args: usize): void {
  strided(args, false)
}
export function scatterStrided(args: usize): void {
  strided(args, true)
}

/** [y, bytes of an element, n, the element's bits] */
export function fill(args: usize): void {
  const n = int(args, 2),
    word = int(args, 3)
  let y = at(args, 0)
  if (int(args, 1) == 1 || word == 0) {
    memory.fill(y, <u8>word, <usize>(n * int(args, 1)))
    return
  }
  const v = i32x4.splat(word)
  let i = 0
  for (; i + 4 <= n; i += 4, y += 16) v128.store(y, v)
  for (; i < n; i++, y += 4) store<i32>(y, word)
}

function floatToInt(x: usize, y: usize, n: i32): void {
  for (let i: usize = 0; i < (<usize>n) << 2; i += 4) store<i32>(y + i, <i32>load<f32>(x + i))
}
function intToFloat(x: usize, y: usize, n: i32): void {
  for (let i: usize = 0; i < (<usize>n) << 2; i += 4) store<f32>(y + i, <f32>load<i32>(x + i))
}
function floatToBool(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(y + i, <u8>(load<f32>(x + ((<usize>i) << 2)) != 0))
}
function intToBool(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(y + i, <u8>(load<i32>(x + ((<usize>i) << 2)) != 0))
}
function boolToFloat(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f32>(y + ((<usize>i) << 2), <f32>load<u8>(x + i))
}
function boolToInt(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i32>(y + ((<usize>i) << 2), load<u8>(x + i))
}

/** [dtype of x, of y, x, y, n] */
export function cast(args: usize): void {
  const from = int(args, 0),
    to = int(args, 1),
    x = at(args, 2),
    y = at(args, 3),
    n = int(args, 4)
  if (from == to) memory.copy(y, x, (<usize>n) << (from == op.BOOL ? 0 : 2))
  else if (from == op.FLOAT32) {
    if (to == op.INT32) floatToInt(x, y, n)
    else floatToBool(x, y, n)
  } else if (from == op.INT32) {
    if (to == op.FLOAT32) intToFloat(x, y, n)
    else intToBool(x, y, n)
  } else {
    if (to == op.FLOAT32) boolToFloat(x, y, n)
    else boolToInt(x, y, n)
  }
}
