// Pooling of planes. Windows of 2 × 2 without padding, two apart, have a path of their own, four at a time.
import { at, int } from './memory'

let args: usize = 0
@inline function input(d: usize): i32 { return int(args, 4 + d) }
@inline function output(d: usize): i32 { return int(args, 6 + d) }
@inline function kernel(d: usize): i32 { return int(args, 8 + d) }
@inline function stride(d: usize): i32 { return int(args, 10 + d) }
@inline function padding(d: usize): i32 { return int(args, 12 + d) }
@inline function step(d: usize): i32 { return int(args, 14 + d) }
@inline function adaptive(): bool { return int(args, 16) != 0 }

/** First position of window i of a dimension. */
@inline function start(d: usize, i: i32): i32 {
  if (adaptive()) return <i32>((<i64>i * input(d)) / output(d))
  const first = i * stride(d) - padding(d)
  return first < 0 ? first + (step(d) - 1 - first) / step(d) * step(d) : first
}
/** Behind its last position. */
@inline function end(d: usize, i: i32): i32 {
  if (adaptive()) return <i32>((<i64>(i + 1) * input(d) + output(d) - 1) / output(d))
  return min(i * stride(d) - padding(d) + (kernel(d) - 1) * step(d) + 1, input(d))
}
/** Its length where padding counts. */
@inline function full(d: usize, i: i32): i32 {
  if (adaptive()) return end(d, i) - start(d, i)
  const first = i * stride(d) - padding(d)
  return min(first + kernel(d), input(d) + padding(d)) - first
}
function small(): bool {
  for (let d: usize = 0; d < 2; d++) {
    if (adaptive() || kernel(d) != 2 || stride(d) != 2 || padding(d) != 0 || step(d) != 1) return false
    if (output(d) * 2 > input(d)) return false
  }
  return true
}

@inline function put(x: usize, y: usize, index: usize, from: i32, c: i32, rows: i32): void {
  const w = input(1), last = end(1, c), first = start(1, c)
  let best = -f32.MAX_VALUE * 2, where = from * w + first
  for (let i = from; i < rows; i += step(0))
    for (let j = first; j < last; j += step(1)) {
      const v = load<f32>(x + ((<usize>(i * w + j)) << 2))
      if (v > best || v != v) { best = v; where = i * w + j }
    }
  store<f32>(y, best)
  store<i32>(index, where)
}

/** One row of n ≥ 4 windows of 2 × 2, from position `from` of the plane on; the last four may be computed again. */
function row2(x: usize, y: usize, index: usize, n: i32, from: i32, width: i32): void {
  const ld = (<usize>width) << 2
  let i = i32x4.add(i32x4.splat(from), i32x4(0, 2, 4, 6))
  const one = i32x4.splat(1), below = i32x4.splat(width), next = i32x4.splat(8)
  while (true) {
    const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x + ld), d = v128.load(x + ld, 16)
    let best = v128.shuffle<f32>(a, b, 0, 2, 4, 6), at = i
    const p = v128.shuffle<f32>(a, b, 1, 3, 5, 7), q = v128.shuffle<f32>(c, d, 0, 2, 4, 6)
    const r = v128.shuffle<f32>(c, d, 1, 3, 5, 7)
    let m = v128.or(f32x4.gt(p, best), f32x4.ne(p, p))
    best = v128.bitselect(p, best, m)
    at = v128.bitselect(i32x4.add(i, one), at, m)
    m = v128.or(f32x4.gt(q, best), f32x4.ne(q, q))
    best = v128.bitselect(q, best, m)
    at = v128.bitselect(i32x4.add(i, below), at, m)
    m = v128.or(f32x4.gt(r, best), f32x4.ne(r, r))
    best = v128.bitselect(r, best, m)
    at = v128.bitselect(i32x4.add(i32x4.add(i, below), one), at, m)
    v128.store(y, best)
    v128.store(index, at)
    n -= 4
    if (n <= 0) return
    const by = min(n, 4), bytes = (<usize>by) << 2
    x += bytes << 1
    y += bytes
    index += bytes
    i = i32x4.add(i, by == 4 ? next : i32x4.splat(by << 1))
  }
}

/** [x, y, index, planes, input ×2, output ×2, kernel ×2, stride ×2, padding ×2, dilation ×2, adaptive?] */
export function maxPool(a: usize): void {
  args = a
  const plane = (<usize>(input(0) * input(1))) << 2, h = output(0), w = output(1), fast = small() && w >= 4 ? w : 0
  let x = at(args, 0), y = at(args, 1), index = at(args, 2)
  for (let n = int(args, 3); n > 0; n--, x += plane)
    for (let r = 0; r < h; r++) {
      if (fast) row2(x + ((<usize>(2 * r * input(1))) << 2), y, index, fast, 2 * r * input(1), input(1))
      y += (<usize>fast) << 2
      index += (<usize>fast) << 2
      const from = start(0, r), rows = end(0, r)
      for (let c = fast; c < w; c++, y += 4, index += 4) put(x, y, index, from, c, rows)
    }
}

/** By what the sum of a window is divided. */
@inline function divisor(r: i32, c: i32): f32 {
  const fixed = int(args, 18)
  if (fixed) return <f32>fixed
  if (int(args, 17)) return <f32>(full(0, r) * full(1, c))
  return <f32>(max(0, end(0, r) - start(0, r)) * max(0, end(1, c) - start(1, c)))
}

/** One row of n ≥ 4 averages of 2 × 2. */
function mean2(x: usize, y: usize, n: i32, width: i32, by: f32): void {
  const ld = (<usize>width) << 2, e = f32x4.splat(by)
  while (true) {
    const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x + ld), d = v128.load(x + ld, 16)
    let s = f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7))
    s = f32x4.add(s, f32x4.add(v128.shuffle<f32>(c, d, 0, 2, 4, 6), v128.shuffle<f32>(c, d, 1, 3, 5, 7)))
    v128.store(y, f32x4.div(s, e))
    n -= 4
    if (n <= 0) return
    const bytes = (<usize>min(n, 4)) << 2
    x += bytes << 1
    y += bytes
  }
}
@inline function mean(x: usize, r: i32, c: i32): f32 {
  const w = input(1), last = end(1, c), first = start(1, c), rows = end(0, r)
  let sum: f64 = 0
  for (let i = start(0, r); i < rows; i++)
    for (let p = x + ((<usize>(i * w + first)) << 2), j = first; j < last; j++, p += 4) sum += <f64>load<f32>(p)
  return <f32>(sum / <f64>divisor(r, c))
}

/** [x, y, –, …as maxPool, padding counts?, divisor or 0] */
export function avgPool(a: usize): void {
  args = a
  const plane = (<usize>(input(0) * input(1))) << 2, h = output(0), w = output(1), fast = small() && w >= 4 ? w : 0
  const fixed = int(args, 18), by: f32 = fixed ? <f32>fixed : 4
  let x = at(args, 0), y = at(args, 1)
  for (let n = int(args, 3); n > 0; n--, x += plane)
    for (let r = 0; r < h; r++) {
      if (fast) mean2(x + ((<usize>(2 * r * input(1))) << 2), y, fast, input(1), by)
      y += (<usize>fast) << 2
      for (let c = fast; c < w; c++, y += 4) store<f32>(y, mean(x, r, c))
    }
}

/** [g, dx, –, …as avgPool] */
export function avgPoolGrad(a: usize): void {
  args = a
  const plane = (<usize>(input(0) * input(1))) << 2, h = output(0), w = output(1), width = input(1)
  let g = at(args, 0), x = at(args, 1)
  memory.fill(x, 0, at(args, 3) * plane)
  for (let n = int(args, 3); n > 0; n--, x += plane)
    for (let r = 0; r < h; r++) {
      const from = start(0, r), rows = end(0, r)
      for (let c = 0; c < w; c++, g += 4) {
        const share = load<f32>(g) / divisor(r, c), first = start(1, c), last = end(1, c)
        for (let i = from; i < rows; i++)
          for (let p = x + ((<usize>(i * width + first)) << 2), j = first; j < last; j++, p += 4)
            store<f32>(p, load<f32>(p) + share)
      }
    }
}
