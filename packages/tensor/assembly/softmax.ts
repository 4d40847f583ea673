// Softmax and cross-entropy of rows. The last, partial block of a row is padded in a scratch area.
import { BLOCK, at, block, copyWords, int, padded, tail } from './memory'
import { expFlush, largest, max, total } from './math'

const LOWEST: f32 = -f32.MAX_VALUE * 2

function rowMax(x: usize, n: i32): f32 {
  let s = f32x4.splat(LOWEST), t = s
  for (; n >= 8; n -= 8, x += 32) {
    const a = v128.load(x), b = v128.load(x, 16)
    s = max(s, a)
    t = max(t, b)
  }
  padded(x, tail(), n, LOWEST)
  return largest(max(s, v128.load(tail())), max(t, v128.load(tail(), 16)))
}
/** y = exp(x − shift); the sum of it */
function rowExp(x: usize, y: usize, n: i32, shift: f32): f32 {
  let s = f32x4.splat(0), t = s
  const m = f32x4.splat(shift)
  for (; n >= 8; n -= 8, x += 32, y += 32) {
    const a = v128.load(x), b = v128.load(x, 16)
    const p = expFlush(f32x4.sub(a, m)), q = expFlush(f32x4.sub(b, m))
    v128.store(y, p)
    v128.store(y, q, 16)
    s = f32x4.add(s, p)
    t = f32x4.add(t, q)
  }
  if (n > 0) {
    padded(x, tail(), n, LOWEST)
    const p = expFlush(f32x4.sub(v128.load(tail()), m)), q = expFlush(f32x4.sub(v128.load(tail(), 16), m))
    v128.store(tail(), p)
    v128.store(tail(), q, 16)
    copyWords(tail(), y, n)
    s = f32x4.add(s, p)
    t = f32x4.add(t, q)
  }
  return total(s, t)
}
/** The sum of exp(x − shift); the terms go to a block of scratch, since V8 packs only what is stored. */
function rowExpSum(x: usize, n: i32, shift: f32): f32 {
  let sum: f32 = 0
  for (; n > 0; n -= BLOCK, x += <usize>BLOCK << 2) sum += rowExp(x, block(0), min(n, BLOCK), shift)
  return sum
}
/** y = x · factor + shift */
function rowScale(x: usize, y: usize, n: i32, factor: f32, shift: f32): void {
  const f = f32x4.splat(factor), d = f32x4.splat(shift)
  for (; n >= 8; n -= 8, x += 32, y += 32) {
    const a = v128.load(x), b = v128.load(x, 16)
    const p = f32x4.add(f32x4.mul(a, f), d), q = f32x4.add(f32x4.mul(b, f), d)
    v128.store(y, p)
    v128.store(y, q, 16)
  }
  for (; n > 0; n--, x += 4, y += 4) store<f32>(y, load<f32>(x) * factor + shift)
}

/** [x, y, rows, n, log] */
export function softmax(args: usize): void {
  const n = int(args, 3), log = int(args, 4) != 0, step = <usize>n << 2
  let x = at(args, 0), y = at(args, 1)
  if (n == 0) return
  for (let i = int(args, 2); i > 0; i--, x += step, y += step) {
    const m = rowMax(x, n)
    if (log) rowShift(x, y, n, m, NativeMathf.log(rowExpSum(x, n, m)))
    else rowScale(y, y, n, 1 / rowExp(x, y, n, m), 0)
  }
}
/** y = (x − a) − b */
function rowShift(x: usize, y: usize, n: i32, a: f32, b: f32): void {
  const p = f32x4.splat(a), q = f32x4.splat(b)
  for (; n >= 8; n -= 8, x += 32, y += 32) {
    const s = f32x4.sub(f32x4.sub(v128.load(x), p), q), t = f32x4.sub(f32x4.sub(v128.load(x, 16), p), q)
    v128.store(y, s)
    v128.store(y, t, 16)
  }
  for (; n > 0; n--, x += 4, y += 4) store<f32>(y, load<f32>(x) - a - b)
}

/** Σ g y, or Σ g */
function rowDot(g: usize, y: usize, n: i32, sum: bool): f32 {
  let s = f32x4.splat(0), t = s
  if (sum) {
    for (; n >= 8; n -= 8, g += 32) {
      const a = v128.load(g), b = v128.load(g, 16)
      s = f32x4.add(s, a)
      t = f32x4.add(t, b)
    }
  } else {
    for (; n >= 8; n -= 8, g += 32, y += 32) {
      const a = v128.load(g), b = v128.load(g, 16), c = v128.load(y), d = v128.load(y, 16)
      s = f32x4.add(s, f32x4.mul(a, c))
      t = f32x4.add(t, f32x4.mul(b, d))
    }
  }
  let r = total(s, t)
  for (; n > 0; n--, g += 4, y += 4) r += sum ? load<f32>(g) : load<f32>(g) * load<f32>(y)
  return r
}
/** d = y (g − dot) */
function rowGrad(g: usize, y: usize, d: usize, n: i32, dot: f32): void {
  const m = f32x4.splat(dot)
  for (; n >= 8; n -= 8, g += 32, y += 32, d += 32) {
    const a = v128.load(g), b = v128.load(g, 16), c = v128.load(y), e = v128.load(y, 16)
    const p = f32x4.mul(c, f32x4.sub(a, m)), q = f32x4.mul(e, f32x4.sub(b, m))
    v128.store(d, p)
    v128.store(d, q, 16)
  }
  for (; n > 0; n--, g += 4, y += 4, d += 4) store<f32>(d, load<f32>(y) * (load<f32>(g) - dot))
}
/** d = g − exp(y) sum */
function rowLogGrad(g: usize, y: usize, d: usize, n: i32, sum: f32): void {
  const m = f32x4.splat(sum)
  for (; n >= 8; n -= 8, g += 32, y += 32, d += 32) {
    const a = v128.load(g), b = v128.load(g, 16), c = v128.load(y), e = v128.load(y, 16)
    const p = f32x4.sub(a, f32x4.mul(expFlush(c), m)), q = f32x4.sub(b, f32x4.mul(expFlush(e), m))
    v128.store(d, p)
    v128.store(d, q, 16)
  }
  if (n == 0) return
  rowExp(y, d, n, 0)
  for (; n > 0; n--, g += 4, d += 4) store<f32>(d, load<f32>(g) - load<f32>(d) * sum)
}
/** [g, y, dx, rows, n, log] */
export function softmaxGrad(args: usize): void {
  const n = int(args, 4), log = int(args, 5) != 0, step = <usize>n << 2
  let g = at(args, 0), y = at(args, 1), d = at(args, 2)
  for (let i = int(args, 3); i > 0; i--, g += step, y += step, d += step) {
    const dot = rowDot(g, y, n, log)
    if (log) rowLogGrad(g, y, d, n, dot)
    else rowGrad(g, y, d, n, dot)
  }
}

/** [x, target, loss, norm, rows, n, ignored index] */
export function crossEntropy(args: usize): void {
  const n = int(args, 5), ignored = int(args, 6), step = <usize>n << 2
  let x = at(args, 0)
  for (let i: usize = 0, end = at(args, 4) << 2; i < end; i += 4, x += step) {
    const m = rowMax(x, n), s = rowExpSum(x, n, m), target = load<i32>(at(args, 1) + i)
    store<f32>(at(args, 3) + 2 * i, m)
    store<f32>(at(args, 3) + 2 * i, s, 4)
    // What is ignored may be any index: its logit is not looked at.
    let loss: f32 = 0
    if (target != ignored) loss = NativeMathf.log(s) - (load<f32>(x + (<usize>target << 2)) - m)
    store<f32>(at(args, 2) + i, loss)
  }
}
/** [g, x, target, norm, dx, rows, n, ignored index] */
export function crossEntropyGrad(args: usize): void {
  const n = int(args, 6), ignored = int(args, 7), step = <usize>n << 2
  let x = at(args, 1), d = at(args, 4)
  for (let i: usize = 0, end = at(args, 5) << 2; i < end; i += 4, x += step, d += step) {
    const target = load<i32>(at(args, 2) + i), g = load<f32>(at(args, 0) + i)
    if (target == ignored) { memory.fill(d, 0, step); continue }
    const norm = at(args, 3) + 2 * i, p = d + (<usize>target << 2)
    rowExp(x, d, n, load<f32>(norm))
    rowScale(d, d, n, g / load<f32>(norm, 4), 0)
    store<f32>(p, load<f32>(p) - g)
  }
}
