// Picking and placing values by index along the middle axis of [outer, n, inner].
import { at, int } from './memory'

/** One outer index: y[j, i] = x[index[j, i], i], elements of 4 bytes or of 1. */
@inline function gather(words: bool, x: usize, index: usize, y: usize, count: i32, inner: i32): void {
  const size: usize = words ? 4 : 1
  for (; count > 0; count--)
    for (let i = 0; i < inner; i++, index += 4, y += size) {
      const from = <usize>(load<i32>(index) * inner + i)
      if (words) store<u32>(y, load<u32>(x + (from << 2)))
      else store<u8>(y, load<u8>(x + from))
    }
}
function gatherWords(x: usize, index: usize, y: usize, count: i32, inner: i32): void {
  gather(true, x, index, y, count, inner)
}
function gatherBytes(x: usize, index: usize, y: usize, count: i32, inner: i32): void {
  gather(false, x, index, y, count, inner)
}

/** [x, index, y, outer, n, inner, count, bytes of an element] */
export function gatherAlong(args: usize): void {
  const inner = int(args, 5),
    count = int(args, 6),
    bytes = int(args, 7),
    step = <usize>(int(args, 4) * inner * bytes),
    part = <usize>(count * inner)
  let x = at(args, 0),
    index = at(args, 1),
    y = at(args, 2)
  for (let o = int(args, 3); o > 0; o--, x += step, index += part << 2, y += part * <usize>bytes) {
    if (bytes == 4) gatherWords(x, index, y, count, inner)
    else gatherBytes(x, index, y, count, inner)
  }
}

@inline function combine(add: bool, x: usize, index: usize, y: usize, count: i32, inner: i32): void {
  for (; count > 0; count--)
    for (let i = 0; i < inner; i++, index += 4, x += 4) {
      const to = y + ((<usize>(load<i32>(index) * inner + i)) << 2)
      store<f32>(to, add ? load<f32>(to) + load<f32>(x) : load<f32>(to) * load<f32>(x))
    }
}
function addWords(x: usize, index: usize, y: usize, count: i32, inner: i32): void {
  combine(true, x, index, y, count, inner)
}
function multiplyWords(x: usize, index: usize, y: usize, count: i32, inner: i32): void {
  combine(false, x, index, y, count, inner)
}
function scatterWords(x: usize, index: usize, y: usize, count: i32, inner: i32): void {
  for (; count > 0; count--)
    for (let i = 0; i < inner; i++, index += 4, x += 4)
      store<u32>(y + ((<usize>(load<i32>(index) * inner + i)) << 2), load<u32>(x))
}
function scatterBytes(x: usize, index: usize, y: usize, count: i32, inner: i32): void {
  for (; count > 0; count--)
    for (let i = 0; i < inner; i++, index += 4, x++)
      store<u8>(y + <usize>(load<i32>(index) * inner + i), load<u8>(x))
}

/** [x, index, y, outer, n, inner, count, bytes of an element, mode: set, add or multiply] */
export function scatterAlong(args: usize): void {
  const inner = int(args, 5),
    count = int(args, 6),
    bytes = int(args, 7),
    step = <usize>(int(args, 4) * inner * bytes),
    part = <usize>(count * inner)
  let x = at(args, 0),
    index = at(args, 1),
    y = at(args, 2)
  for (let o = int(args, 3); o > 0; o--, y += step, index += part << 2, x += part * <usize>bytes) {
    if (int(args, 8) == 1) addWords(x, index, y, count, inner)
    else if (int(args, 8) == 2) multiplyWords(x, index, y, count, inner)
    else if (bytes == 4) scatterWords(x, index, y, count, inner)
    else scatterBytes(x, index, y, count, inner)
  }
}
