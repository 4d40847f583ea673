// Broadcasting: walks over a result in row-major order and calls a kernel for runs of adjacent elements.
// Operands that are not adjacent there (repeated, or with short rows) are first gathered into blocks that
// stay in the first-level cache.
import { BLOCK, block, copyBytes, copyWords, index, repeat, tail } from './memory'

type Two = (a: usize, b: usize, y: usize, n: i32) => void
type Three = (c: usize, a: usize, b: usize, y: usize, n: i32) => void

const MIN_ROW: i32 = 16 // shorter rows are gathered

/** The indices of element `start` of the walk, to index(). */
function split(shape: usize, rank: i32, start: i32): void {
  for (let d = rank - 1; d > 0; d--) {
    const n = load<i32>(shape + ((<usize>d) << 2)),
      rest = start / n
    store<i32>(index() + ((<usize>d) << 2), start - rest * n)
    start = rest
  }
  store<i32>(index(), start)
}
/** Where that element lies, in elements. */
function offsetOf(strides: usize, rank: i32): i32 {
  let offset = 0
  for (let d: usize = 0; d < (<usize>rank) << 2; d += 4)
    offset += load<i32>(index() + d) * load<i32>(strides + d)
  return offset
}

/**
 * Copies `count` elements from number `start` of the walk on. from, to: bytes of an element; 1 to 4 widens.
 */
function gather(
  x: usize,
  from: i32,
  to: i32,
  shape: usize,
  strides: usize,
  rank: i32,
  start: i32,
  count: i32,
  y: usize,
): void {
  split(shape, rank, start)
  let offset = offsetOf(strides, rank)
  const last = (<usize>(rank - 1)) << 2,
    inner = load<i32>(shape + last),
    step = load<i32>(strides + last)
  let i = load<i32>(index() + last)
  while (true) {
    const run = min(count, inner - i)
    if (from == 4)
      for (let j = 0; j < run; j++, y += 4, offset += step)
        store<u32>(y, load<u32>(x + ((<usize>offset) << 2)))
    else if (to == 4)
      for (let j = 0; j < run; j++, y += 4, offset += step) store<u32>(y, load<u8>(x + offset))
    else for (let j = 0; j < run; j++, y++, offset += step) store<u8>(y, load<u8>(x + offset))
    count -= run
    if (count == 0) return
    offset -= inner * step
    i = 0
    for (let d = rank - 2; d >= 0; d--) {
      const at = (<usize>d) << 2,
        n = load<i32>(shape + at),
        s = load<i32>(strides + at)
      const k = load<i32>(index() + at) + 1
      offset += s
      if (k < n) {
        store<i32>(index() + at, k)
        break
      }
      store<i32>(index() + at, 0)
      offset -= n * s
    }
  }
}

/** Calls the kernel; a run shorter than a block goes by way of the tail. */
function call(count: i32, f: usize, p: usize, q: usize, r: usize, y: usize, size: i32, n: i32): void {
  const to = n < 8 ? tail() : y,
    m = n < 8 ? 8 : n
  if (count == 2) changetype<Two>(f)(p, q, to, m)
  else changetype<Three>(f)(p, q, r, to, m)
  if (n >= 8) return
  if (size == 4) copyWords(to, y, n)
  else copyBytes(to, y, n)
}

/**
 * count: operands, 2 or 3 (a byte mask and two); bytes: an element of them; size: an element of the result.
 * args: their addresses, then the shape, then the strides of each.
 */
export function walk(count: i32, bytes: i32, f: usize, y: usize, rank: i32, args: usize, size: i32): void {
  const row = (<usize>rank) << 2,
    shape = args + ((<usize>count) << 2)
  const s0 = shape + row,
    s1 = s0 + row,
    s2 = s1 + row
  const x0 = load<usize>(args),
    x1 = load<usize>(args, 4),
    x2 = count == 3 ? load<usize>(args, 8) : 0
  const b0 = count == 3 ? 1 : bytes
  const wide0 = count == 3 ? 1 : 4,
    wide1 = count == 3 ? bytes : 4 // what the kernel reads
  let n = 1
  for (let d = 0; d < rank; d++) n *= load<i32>(shape + ((<usize>d) << 2))
  if (n == 0) return
  const inner = load<i32>(shape + row - 4)
  const t0 = load<i32>(s0 + row - 4),
    t1 = load<i32>(s1 + row - 4),
    t2 = count == 3 ? load<i32>(s2 + row - 4) : 1
  const whole = t0 == 1 && t1 == 1 && t2 == 1 && b0 == wide0 && bytes == wide1
  if (rank == 1 && whole) return call(count, f, x0, x1, x2, y, size, n)
  const byRow =
    inner >= MIN_ROW && bytes == 4 && b0 == wide0 && (t0 | t1 | t2) >>> 0 <= 1 && (count == 2 || t0 == 1)
  if (!byRow) {
    for (let i = 0; i < n; i += BLOCK) {
      const m = min(BLOCK, n - i)
      gather(x0, b0, wide0, shape, s0, rank, i, m, block(0))
      gather(x1, bytes, wide1, shape, s1, rank, i, m, block(1))
      if (count == 3) gather(x2, bytes, wide1, shape, s2, rank, i, m, block(2))
      call(count, f, block(0), block(1), block(2), y + <usize>(i * size), size, m)
    }
    return
  }
  const step = whole ? inner : min(BLOCK, inner)
  for (let i = 0; i < n; i += inner) {
    split(shape, rank, i)
    let p = x0 + <usize>(offsetOf(s0, rank) * b0)
    let q = x1 + ((<usize>offsetOf(s1, rank)) << 2)
    let r = count == 3 ? x2 + ((<usize>offsetOf(s2, rank)) << 2) : 0
    if (!t0) {
      repeat(load<u32>(p), block(0), step)
      p = block(0)
    }
    if (!t1) {
      repeat(load<u32>(q), block(1), step)
      q = block(1)
    }
    if (count == 3 && !t2) {
      repeat(load<u32>(r), block(2), step)
      r = block(2)
    }
    for (let j = 0; j < inner; j += step) {
      let m = min(step, inner - j)
      if (m < 8) {
        j = inner - 8
        m = 8
      } // overlaps what is done: reads stay inside the row
      const w = (<usize>j) << 2
      call(
        count,
        f,
        t0 ? p + <usize>(j * b0) : p,
        t1 ? q + w : q,
        t2 ? r + w : r,
        y + <usize>((i + j) * size),
        size,
        m,
      )
    }
  }
}
