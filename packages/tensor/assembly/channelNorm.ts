// Batch norm: statistics of a channel over all its values in [outer, channels, inner], laid out as those of rows.
import { madd, one } from './math'
import { at, block, float, int } from './memory'
import { addMoments, addProducts, affine, clearSums, normGrad, sum, sumOther } from './moments'
import { store4 } from './rowNorm'

const ROWS: i32 = 64 // values of a column that are added up before their sum joins that of the others

/** [x, weight or 0, bias or 0, y, stats, outer, channels, inner, fixed, eps, channels of an image] */
export function channelNorm(args: usize): void {
  const w = at(args, 1), b = at(args, 2), stats = at(args, 4)
  const outer = int(args, 5), channels = int(args, 6), inner = int(args, 7), fixed = int(args, 8) != 0, eps = float(args, 9)
  const x = at(args, 0), y = at(args, 3), all = int(args, 10), step = <usize>all << 2
  if (outer == 0 || inner == 0) return
  let c = 0
  if (inner == 1) {
    for (; c + 8 <= channels; c += 8) {
      const i = <usize>c << 2
      if (!fixed) measure8(x + i, stats + i, outer, step, eps)
      apply8(x + i, y + i, w == 0 ? 0 : w + i, b == 0 ? 0 : b + i, stats + i, outer, step)
    }
  }
  const part = <usize>inner << 2
  for (; c < channels; c++) {
    const i = <usize>c << 2, first = <usize>c * part, next = <usize>all * part, s = stats + i
    if (!fixed) {
      const n = outer * inner
      clearSums()
      for (let o = 0, p = x + first; o < outer; o++, p += next) addMoments(p, inner, 0)
      const shift = <f32>(sum / <f64>n)
      clearSums()
      for (let o = 0, p = x + first; o < outer; o++, p += next) addMoments(p, inner, shift)
      store4(s, step, shift, n, eps, true)
    }
    const shift = load<f32>(s), r = load<f32>(s + 2 * step), scale: f32 = w == 0 ? 1 : load<f32>(w + i)
    const factor = r * scale, offset: f32 = b == 0 ? 0 : load<f32>(b + i), add = offset - load<f32>(s + step) * factor
    for (let o = 0, p = first; o < outer; o++, p += next) affine(x + p, y + p, inner, shift, factor, add)
  }
}
/** The statistics of eight columns. */
function measure8(x: usize, stats: usize, rows: i32, step: usize, eps: f32): void {
  const scale = f32x4.splat(1 / <f32>rows), e = f32x4.splat(eps)
  let s = f32x4.splat(0), t = s, p = s, q = s
  for (let row = 0, at = x; row < rows;) {
    let a = f32x4.splat(0), b = a
    for (const end = min(rows, row + ROWS); row < end; row++, at += step) {
      const c = v128.load(at), d = v128.load(at, 16)
      a = f32x4.add(a, c)
      b = f32x4.add(b, d)
    }
    s = f32x4.add(s, a)
    t = f32x4.add(t, b)
  }
  const m = f32x4.mul(s, scale), n = f32x4.mul(t, scale)
  v128.store(stats, m)
  v128.store(stats, n, 16)
  s = f32x4.splat(0)
  t = s
  for (let row = 0, at = x; row < rows;) {
    let a = f32x4.splat(0), b = a, f = a, g = a
    for (const end = min(rows, row + ROWS); row < end; row++, at += step) {
      const c = f32x4.sub(v128.load(at), m), d = f32x4.sub(v128.load(at, 16), n)
      a = f32x4.add(a, c)
      b = f32x4.add(b, d)
      f = madd(c, c, f)
      g = madd(d, d, g)
    }
    s = f32x4.add(s, a)
    t = f32x4.add(t, b)
    p = f32x4.add(p, f)
    q = f32x4.add(q, g)
  }
  s = f32x4.mul(s, scale)
  t = f32x4.mul(t, scale)
  p = f32x4.sub(f32x4.mul(p, scale), f32x4.mul(s, s))
  q = f32x4.sub(f32x4.mul(q, scale), f32x4.mul(t, t))
  v128.store(stats + step, s)
  v128.store(stats + step, t, 16)
  v128.store(stats + 3 * step, p)
  v128.store(stats + 3 * step, q, 16)
  const a = f32x4.div(one(), f32x4.sqrt(f32x4.add(p, e))), b = f32x4.div(one(), f32x4.sqrt(f32x4.add(q, e)))
  v128.store(stats + 2 * step, a)
  v128.store(stats + 2 * step, b, 16)
}
/** y of eight columns. */
function apply8(x: usize, y: usize, w: usize, b: usize, stats: usize, rows: i32, step: usize): void {
  const m = v128.load(stats), n = v128.load(stats, 16)
  let f = v128.load(stats + 2 * step), g = v128.load(stats + 2 * step, 16)
  if (w != 0) {
    f = f32x4.mul(f, v128.load(w))
    g = f32x4.mul(g, v128.load(w, 16))
  }
  let c = f32x4.neg(f32x4.mul(v128.load(stats + step), f)), d = f32x4.neg(f32x4.mul(v128.load(stats + step, 16), g))
  if (b != 0) {
    c = f32x4.add(c, v128.load(b))
    d = f32x4.add(d, v128.load(b, 16))
  }
  for (; rows > 0; rows--, x += step, y += step) {
    const p = madd(f32x4.sub(v128.load(x), m), f, c), q = madd(f32x4.sub(v128.load(x, 16), n), g, d)
    v128.store(y, p)
    v128.store(y, q, 16)
  }
}

/** [g, x, stats, weight or 0, dx, dw, db, outer, channels, inner, fixed, channels of an image] */
export function channelNormGrad(args: usize): void {
  const w = at(args, 3), dw = at(args, 5), db = at(args, 6)
  const outer = int(args, 7), channels = int(args, 8), inner = int(args, 9), fixed = int(args, 10) != 0
  const g = at(args, 0), x = at(args, 1), stats = at(args, 2), dx = at(args, 4), all = int(args, 11), step = <usize>all << 2
  if (outer == 0 || inner == 0) {
    if (w != 0) {
      memory.fill(dw, 0, <usize>channels << 2)
      memory.fill(db, 0, <usize>channels << 2)
    }
    return
  }
  let c = 0
  if (inner == 1) {
    for (; c + 8 <= channels; c += 8) {
      const i = <usize>c << 2, sums = w == 0 ? block(0) : dw + i, plain = w == 0 ? block(1) : db + i
      products8(g + i, x + i, stats + i, sums, plain, outer, step)
      grad8(g + i, x + i, dx + i, w == 0 ? 0 : w + i, stats + i, sums, plain, outer, step, fixed)
    }
  }
  const part = <usize>inner << 2, n = <f64>outer * <f64>inner
  for (; c < channels; c++) {
    const i = <usize>c << 2, first = <usize>c * part, next = <usize>all * part, s = stats + i
    const shift = load<f32>(s), r = load<f32>(s + 2 * step), add = -load<f32>(s + step) * r
    clearSums()
    if (!fixed || w != 0) {
      for (let o = 0, p = first; o < outer; o++, p += next) addProducts(g + p, x + p, inner, shift, r, add)
    }
    if (w != 0) {
      store<f32>(dw + i, <f32>sumOther)
      store<f32>(db + i, <f32>sum)
    }
    const scale = r * (w == 0 ? 1 : load<f32>(w + i))
    const base: f32 = fixed ? 0 : <f32>(sum / n) * scale, slope: f32 = fixed ? 0 : <f32>(sumOther / n) * scale
    for (let o = 0, p = first; o < outer; o++, p += next) {
      if (fixed) affine(g + p, dx + p, inner, 0, scale, 0)
      else normGrad(g + p, x + p, dx + p, inner, scale, base, slope, shift, r, add)
    }
  }
}
/** Σ g z and Σ g of eight columns. */
function products8(g: usize, x: usize, stats: usize, sums: usize, plain: usize, rows: i32, step: usize): void {
  const m = v128.load(stats), n = v128.load(stats, 16)
  const f = v128.load(stats + 2 * step), h = v128.load(stats + 2 * step, 16)
  const c = f32x4.neg(f32x4.mul(v128.load(stats + step), f)), d = f32x4.neg(f32x4.mul(v128.load(stats + step, 16), h))
  let s = f32x4.splat(0), t = s, p = s, q = s
  for (let row = 0; row < rows;) {
    let i = f32x4.splat(0), j = i, k = i, l = i
    for (const end = min(rows, row + ROWS); row < end; row++, g += step, x += step) {
      const a = v128.load(g), b = v128.load(g, 16)
      const y = madd(f32x4.sub(v128.load(x), m), f, c), z = madd(f32x4.sub(v128.load(x, 16), n), h, d)
      i = f32x4.add(i, a)
      j = f32x4.add(j, b)
      k = madd(a, y, k)
      l = madd(b, z, l)
    }
    s = f32x4.add(s, i)
    t = f32x4.add(t, j)
    p = f32x4.add(p, k)
    q = f32x4.add(q, l)
  }
  v128.store(sums, p)
  v128.store(sums, q, 16)
  v128.store(plain, s)
  v128.store(plain, t, 16)
}
/** dx of eight columns. */
function grad8(
  g: usize, x: usize, dx: usize, w: usize, stats: usize, sums: usize, plain: usize, rows: i32, step: usize, fixed: bool,
): void {
  const m = v128.load(stats), n = v128.load(stats, 16)
  const f = v128.load(stats + 2 * step), h = v128.load(stats + 2 * step, 16)
  let s = f, t = h // dx = s g − slope (x − shift) + base
  if (w != 0) {
    s = f32x4.mul(s, v128.load(w))
    t = f32x4.mul(t, v128.load(w, 16))
  }
  if (fixed) {
    for (; rows > 0; rows--, g += step, dx += step) {
      const p = f32x4.mul(v128.load(g), s), q = f32x4.mul(v128.load(g, 16), t)
      v128.store(dx, p)
      v128.store(dx, q, 16)
    }
    return
  }
  const scale = f32x4.splat(1 / <f32>rows)
  const a = f32x4.mul(f32x4.mul(v128.load(sums), scale), f32x4.mul(s, f))
  const b = f32x4.mul(f32x4.mul(v128.load(sums, 16), scale), f32x4.mul(t, h))
  const c = f32x4.sub(f32x4.mul(a, v128.load(stats + step)), f32x4.mul(f32x4.mul(v128.load(plain), scale), s))
  const d = f32x4.sub(f32x4.mul(b, v128.load(stats + step, 16)), f32x4.mul(f32x4.mul(v128.load(plain, 16), scale), t))
  const u = f32x4.neg(a), v = f32x4.neg(b)
  for (; rows > 0; rows--, g += step, x += step, dx += step) {
    const p = madd(v128.load(g), s, madd(f32x4.sub(v128.load(x), m), u, c))
    const q = madd(v128.load(g, 16), t, madd(f32x4.sub(v128.load(x, 16), n), v, d))
    v128.store(dx, p)
    v128.store(dx, q, 16)
  }
}
