// Running sums and products, and linear recurrences, along the middle axis of [outer, n, inner]; collected in
// double precision, two neighbouring lines at a time.
import { at, int } from './memory'

@inline function fold(product: bool, total: v128, x: v128): v128 {
  return product ? f64x2.mul(total, x) : f64x2.add(total, x)
}

/** Lines 0 and 1 from x on, `step` bytes from one value to the next. */
@inline function two(product: bool, x: usize, y: usize, n: i32, step: isize): void {
  let total = f64x2.splat(product ? 1 : 0)
  for (; n > 0; n--, x += step, y += step) {
    total = fold(product, total, f64x2.promote_low_f32x4(v128.load64_zero(x)))
    v128.store64_lane(y, f32x4.demote_f64x2_zero(total), 0)
  }
}
@inline function one(product: bool, x: usize, y: usize, n: i32, step: isize): void {
  let total: f64 = product ? 1 : 0
  for (; n > 0; n--, x += step, y += step) {
    const v = <f64>load<f32>(x)
    total = product ? total * v : total + v
    store<f32>(y, <f32>total)
  }
}
@inline function lines(product: bool, x: usize, y: usize, n: i32, inner: i32, step: isize): void {
  let i = 0
  for (; i + 2 <= inner; i += 2, x += 8, y += 8) two(product, x, y, n, step)
  if (i < inner) one(product, x, y, n, step)
}
function sums(x: usize, y: usize, n: i32, inner: i32, step: isize): void {
  lines(false, x, y, n, inner, step)
}
function products(x: usize, y: usize, n: i32, inner: i32, step: isize): void {
  lines(true, x, y, n, inner, step)
}
function integers(product: bool, x: usize, y: usize, n: i32, inner: i32, step: isize): void {
  for (; inner > 0; inner--, x += 4, y += 4) {
    let total = product ? 1 : 0
    for (let j = 0, p = x, q = y; j < n; j++, p += step, q += step) {
      const v = load<i32>(p)
      total = product ? total * v : total + v
      store<i32>(q, total)
    }
  }
}

/** [x, y, outer, n, inner, product?, reverse?, integers?] */
export function scan(args: usize): void {
  const n = int(args, 3),
    inner = int(args, 4),
    product = int(args, 5) != 0,
    reverse = int(args, 6) != 0,
    size = (<usize>(n * inner)) << 2
  if (size == 0) return
  const row: isize = (<isize>inner) << 2,
    step = reverse ? -row : row
  let x = at(args, 0),
    y = at(args, 1)
  const first = reverse ? size - <usize>row : 0
  for (let o = int(args, 2); o > 0; o--, x += size, y += size) {
    if (int(args, 7)) integers(product, x + first, y + first, n, inner, step)
    else if (product) products(x + first, y + first, n, inner, step)
    else sums(x + first, y + first, n, inner, step)
  }
}

/** s ← b + a s; what `a` is multiplied with may stand a row further on. */
function recur(a: usize, b: usize, y: usize, n: i32, inner: i32, step: isize, ahead: isize): void {
  for (; inner > 0; inner--, a += 4, b += 4, y += 4) {
    let total = <f64>load<f32>(b)
    store<f32>(y, <f32>total)
    let p = a + ahead,
      q = b,
      r = y
    for (let j = 1; j < n; j++) {
      p += step
      q += step
      r += step
      total = <f64>load<f32>(q) + <f64>load<f32>(p) * total
      store<f32>(r, <f32>total)
    }
  }
}

/** [a, b, s, outer, n, inner, reverse?] */
export function affineScan(args: usize): void {
  const n = int(args, 4),
    inner = int(args, 5),
    reverse = int(args, 6) != 0,
    size = (<usize>(n * inner)) << 2
  if (size == 0) return
  const row: isize = (<isize>inner) << 2,
    first = reverse ? size - <usize>row : 0
  let a = at(args, 0) + first,
    b = at(args, 1) + first,
    s = at(args, 2) + first
  for (let o = int(args, 3); o > 0; o--, a += size, b += size, s += size)
    recur(a, b, s, n, inner, reverse ? -row : row, reverse ? row : 0)
}
