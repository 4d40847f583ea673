// Stable sorting of rows. Each value becomes a 64-bit word, its rank above its place; short rows are sorted by
// insertion, others by radix: four passes over the bytes of the rank, each of which keeps the order of equal bytes.
import { at, int } from './memory'

const SHORT: i32 = 48 // up to so many values insertion is faster
const BINS: usize = 1024 // bytes of the 256 counters of one pass

/** Orders floats as integers: −0 as 0, every NaN above all. */
@inline function rank(bits: i32): i32 {
  const magnitude = bits & 0x7fffffff
  if (magnitude > 0x7f800000) return 0x7fc00000
  return bits >= 0 ? bits : -magnitude
}

function insertion(a: usize, n: i32): void {
  for (let i = 1; i < n; i++) {
    const v = load<u64>(a + ((<usize>i) << 3))
    let p = a + ((<usize>i) << 3)
    for (; p > a; p -= 8) {
      const u = load<u64>(p - 8)
      if (u <= v) break
      store<u64>(p, u)
    }
    store<u64>(p, v)
  }
}

/** How often each byte of the ranks occurs: four times 256 counters. */
function count(a: usize, n: i32, bins: usize): void {
  memory.fill(bins, 0, 4 * BINS)
  for (let i = 0; i < n; i++, a += 8) {
    let key = load<u32>(a, 4)
    for (let b = bins; b < bins + 4 * BINS; b += BINS, key >>= 8) {
      const p = b + ((<usize>(key & 255)) << 2)
      store<u32>(p, load<u32>(p) + 1)
    }
  }
}

/** Moves the words from a to b, in the order of one byte. */
function pass(a: usize, b: usize, n: i32, bins: usize, shift: u32): void {
  let start: u32 = 0
  for (let p = bins; p < bins + BINS; p += 4) {
    const size = load<u32>(p)
    store<u32>(p, start)
    start += size
  }
  for (let i = 0; i < n; i++, a += 8) {
    const word = load<u64>(a)
    const p = bins + ((<usize>((<u32>(word >> 32) >> shift) & 255)) << 2)
    const to = load<u32>(p)
    store<u32>(p, to + 1)
    store<u64>(b + ((<usize>to) << 3), word)
  }
}

/** Sorts n words; returns in which of the two areas they end. */
function radix(a: usize, b: usize, n: i32, bins: usize): usize {
  count(a, n, bins)
  for (let shift: u32 = 0; shift < 32; shift += 8, bins += BINS) {
    const byte = (load<u32>(a, 4) >> shift) & 255
    if (load<u32>(bins + ((<usize>byte) << 2)) == <u32>n) continue // all alike
    pass(a, b, n, bins, shift)
    const held = a
    a = b
    b = held
  }
  return a
}

/** [x, y, index, workspace: 4096 bytes, then 2 n double words, rows, n, descending?, floats?] */
export function sort(args: usize): void {
  const bins = at(args, 3),
    work = bins + 4 * BINS,
    n = int(args, 5),
    flip: u32 = int(args, 6) ? 0x7fffffff : 0x80000000,
    floats = int(args, 7) != 0,
    row = (<usize>n) << 2
  let x = at(args, 0),
    y = at(args, 1),
    index = at(args, 2)
  for (let r = int(args, 4); r > 0; r--, x += row, y += row, index += row) {
    for (let i = 0; i < n; i++) {
      const bits = load<i32>(x + ((<usize>i) << 2))
      const key = <u32>(floats ? rank(bits) : bits) ^ flip
      store<u64>(work + ((<usize>i) << 3), ((<u64>key) << 32) | <u64>i)
    }
    let sorted = work
    if (n <= SHORT) insertion(work, n)
    else sorted = radix(work, work + (row << 1), n, bins)
    for (let i: usize = 0; i < row; i += 4) {
      const place = load<u32>(sorted + (i << 1))
      store<u32>(index + i, place)
      store<u32>(y + i, load<u32>(x + ((<usize>place) << 2)))
    }
  }
}
