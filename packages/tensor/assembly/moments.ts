// Sums over stretches of floats, from which means, variances and the gradients of norms are made. Accumulators are
// stored before they are added up, since V8 packs only what is stored; stretches are cut so that errors do not grow.
import { madd, total } from './math'
import { tail } from './memory'

/** What the last calls added up. */
export let sum: f64 = 0
export let sumOther: f64 = 0
export function clearSums(): void {
  sum = 0
  sumOther = 0
}

const STRETCH: i32 = 4096

/** Adds Σ (x − shift) and Σ (x − shift)². */
export function addMoments(x: usize, n: i32, shift: f32): void {
  for (; n > STRETCH; n -= STRETCH, x += <usize>STRETCH << 2) momentsOf(x, STRETCH, shift)
  momentsOf(x, n, shift)
}
function momentsOf(x: usize, n: i32, shift: f32): void {
  const m = f32x4.splat(shift), w = tail()
  let s = f32x4.splat(0), t = s, p = s, q = s
  for (; n >= 8; n -= 8, x += 32) {
    const a = f32x4.sub(v128.load(x), m), b = f32x4.sub(v128.load(x, 16), m)
    s = f32x4.add(s, a)
    t = f32x4.add(t, b)
    p = madd(a, a, p)
    q = madd(b, b, q)
  }
  v128.store(w, s)
  v128.store(w, t, 16)
  v128.store(w, p, 32)
  v128.store(w, q, 48)
  sum += total(v128.load(w), v128.load(w, 16))
  sumOther += total(v128.load(w, 32), v128.load(w, 48))
  for (; n > 0; n--, x += 4) {
    const a = load<f32>(x) - shift
    sum += a
    sumOther += a * a
  }
}

/** Adds Σ g and Σ g z, z = (x − shift) · factor + add. */
export function addProducts(g: usize, x: usize, n: i32, shift: f32, factor: f32, add: f32): void {
  const step = <usize>STRETCH << 2
  for (; n > STRETCH; n -= STRETCH, g += step, x += step) productsOf(g, x, STRETCH, shift, factor, add)
  productsOf(g, x, n, shift, factor, add)
}
function productsOf(g: usize, x: usize, n: i32, shift: f32, factor: f32, add: f32): void {
  const m = f32x4.splat(shift), f = f32x4.splat(factor), d = f32x4.splat(add), w = tail()
  let s = f32x4.splat(0), t = s, p = s, q = s
  for (; n >= 8; n -= 8, g += 32, x += 32) {
    const a = v128.load(g), b = v128.load(g, 16)
    const c = madd(f32x4.sub(v128.load(x), m), f, d), e = madd(f32x4.sub(v128.load(x, 16), m), f, d)
    s = f32x4.add(s, a)
    t = f32x4.add(t, b)
    p = madd(a, c, p)
    q = madd(b, e, q)
  }
  v128.store(w, s)
  v128.store(w, t, 16)
  v128.store(w, p, 32)
  v128.store(w, q, 48)
  sum += total(v128.load(w), v128.load(w, 16))
  sumOther += total(v128.load(w, 32), v128.load(w, 48))
  for (; n > 0; n--, g += 4, x += 4) {
    const a = load<f32>(g)
    sum += a
    sumOther += a * ((load<f32>(x) - shift) * factor + add)
  }
}

/** y = (x − shift) · factor + add */
export function affine(x: usize, y: usize, n: i32, shift: f32, factor: f32, add: f32): void {
  const m = f32x4.splat(shift), f = f32x4.splat(factor), d = f32x4.splat(add)
  for (; n >= 8; n -= 8, x += 32, y += 32) {
    const a = f32x4.sub(v128.load(x), m), b = f32x4.sub(v128.load(x, 16), m)
    const p = madd(a, f, d), q = madd(b, f, d)
    v128.store(y, p)
    v128.store(y, q, 16)
  }
  for (; n > 0; n--, x += 4, y += 4) store<f32>(y, (load<f32>(x) - shift) * factor + add)
}

/** y = g · scale − base − z · slope, z = (x − shift) · factor + add: the gradient of a norm. */
export function normGrad(
  g: usize, x: usize, y: usize, n: i32, scale: f32, base: f32, slope: f32, shift: f32, factor: f32, add: f32,
): void {
  const m = f32x4.splat(shift), f = f32x4.splat(-slope * factor), d = f32x4.splat(-slope * add - base), s = f32x4.splat(scale)
  for (; n >= 8; n -= 8, g += 32, x += 32, y += 32) {
    const a = f32x4.sub(v128.load(x), m), b = f32x4.sub(v128.load(x, 16), m)
    const c = v128.load(g), e = v128.load(g, 16)
    const p = madd(c, s, madd(a, f, d)), q = madd(e, s, madd(b, f, d))
    v128.store(y, p)
    v128.store(y, q, 16)
  }
  for (; n > 0; n--, g += 4, x += 4, y += 4) {
    store<f32>(y, load<f32>(g) * scale - base - ((load<f32>(x) - shift) * factor + add) * slope)
  }
}
