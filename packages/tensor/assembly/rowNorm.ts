// Layer, root mean square, group and instance norm: rows with their own statistics. Statistics are
// [shift, rest, 1 / √(variance + eps), variance], each of one number a row.
import { madd, total } from './math'
import { at, float, int, tail } from './memory'
import { addMoments, addProducts, affine, clearSums, normGrad, sum, sumOther } from './moments'

/** Statistics of the values whose moments around `shift` were added up. */
export function store4(stats: usize, step: usize, shift: f32, n: i32, eps: f32, centred: bool): void {
  const rest = sum / <f64>n
  const variance = centred ? sumOther / <f64>n - rest * rest : sumOther / <f64>n
  store<f32>(stats, shift)
  store<f32>(stats + step, centred ? <f32>rest : 0)
  store<f32>(stats + 2 * step, <f32>(1 / Math.sqrt(variance + <f64>eps)))
  store<f32>(stats + 3 * step, <f32>variance)
}
/** A number near the mean: that it is near is enough. */
function middle(x: usize, n: i32): f32 {
  clearSums()
  addMoments(x, n, 0)
  return <f32>(sum / <f64>n)
}
/** y = ((x − shift) · factor + add) · w (+ b) */
function weighted(x: usize, y: usize, n: i32, w: usize, b: usize, shift: f32, factor: f32, add: f32): void {
  const m = f32x4.splat(shift), f = f32x4.splat(factor), d = f32x4.splat(add)
  if (b == 0) {
    for (; n >= 8; n -= 8, x += 32, y += 32, w += 32) {
      const p = f32x4.sub(v128.load(x), m), q = f32x4.sub(v128.load(x, 16), m)
      const s = f32x4.mul(madd(p, f, d), v128.load(w)), t = f32x4.mul(madd(q, f, d), v128.load(w, 16))
      v128.store(y, s)
      v128.store(y, t, 16)
    }
    for (; n > 0; n--, x += 4, y += 4, w += 4) store<f32>(y, ((load<f32>(x) - shift) * factor + add) * load<f32>(w))
    return
  }
  for (; n >= 8; n -= 8, x += 32, y += 32, w += 32, b += 32) {
    const p = f32x4.sub(v128.load(x), m), q = f32x4.sub(v128.load(x, 16), m)
    const s = madd(madd(p, f, d), v128.load(w), v128.load(b)), t = madd(madd(q, f, d), v128.load(w, 16), v128.load(b, 16))
    v128.store(y, s)
    v128.store(y, t, 16)
  }
  for (; n > 0; n--, x += 4, y += 4, w += 4, b += 4) {
    store<f32>(y, ((load<f32>(x) - shift) * factor + add) * load<f32>(w) + load<f32>(b))
  }
}

/** [x, weight or 0, bias or 0, y, stats, rows, n, groups, inner, centred, eps, rows of the statistics] */
export function rowNorm(args: usize): void {
  const rows = int(args, 5), n = int(args, 6), groups = int(args, 7), inner = int(args, 8)
  const centred = int(args, 9) != 0, eps = float(args, 10)
  const w = at(args, 1), b = at(args, 2), step = <usize>int(args, 11) << 2, size = <usize>n << 2, part = <usize>inner << 2
  let x = at(args, 0), y = at(args, 3), stats = at(args, 4), group = 0
  if (n == 0) return
  for (let row = 0; row < rows; row++, x += size, y += size, stats += 4) {
    const shift: f32 = centred ? middle(x, n) : 0
    clearSums()
    addMoments(x, n, shift)
    store4(stats, step, shift, n, eps, centred)
    const factor = load<f32>(stats + 2 * step), add = -load<f32>(stats + step) * factor
    if (w == 0) affine(x, y, n, shift, factor, add)
    else if (inner == 1) {
      const from = <usize>(group * n) << 2
      weighted(x, y, n, w + from, b == 0 ? 0 : b + from, shift, factor, add)
    } else {
      let k = <usize>(group * (n / inner)) << 2
      for (let i: usize = 0; i < size; i += part, k += 4) {
        const s = load<f32>(w + k), d: f32 = b == 0 ? 0 : load<f32>(b + k)
        affine(x + i, y + i, inner, shift, factor * s, add * s + d)
      }
    }
    if (++group == groups) group = 0
  }
}

/** Adds Σ p and Σ p z, p = g w, z = (x − shift) · factor + add; dw += g z, db += g. */
function addWeighted(g: usize, x: usize, w: usize, dw: usize, db: usize, n: i32, shift: f32, factor: f32, add: f32): void {
  const m = f32x4.splat(shift), f = f32x4.splat(factor), d = f32x4.splat(add), work = tail()
  let s = f32x4.splat(0), t = s, u = s, v = s
  for (; n >= 8; n -= 8, g += 32, x += 32, w += 32, dw += 32, db += 32) {
    const a = v128.load(g), b = v128.load(g, 16)
    const c = madd(f32x4.sub(v128.load(x), m), f, d), e = madd(f32x4.sub(v128.load(x, 16), m), f, d)
    const p = f32x4.mul(a, v128.load(w)), q = f32x4.mul(b, v128.load(w, 16))
    const dwA = madd(a, c, v128.load(dw)), dwB = madd(b, e, v128.load(dw, 16))
    const dbA = f32x4.add(a, v128.load(db)), dbB = f32x4.add(b, v128.load(db, 16))
    v128.store(dw, dwA)
    v128.store(dw, dwB, 16)
    v128.store(db, dbA)
    v128.store(db, dbB, 16)
    s = f32x4.add(s, p)
    t = f32x4.add(t, q)
    u = madd(p, c, u)
    v = madd(q, e, v)
  }
  v128.store(work, s)
  v128.store(work, t, 16)
  v128.store(work, u, 32)
  v128.store(work, v, 48)
  let first: f64 = total(v128.load(work), v128.load(work, 16))
  let second: f64 = total(v128.load(work, 32), v128.load(work, 48))
  for (; n > 0; n--, g += 4, x += 4, w += 4, dw += 4, db += 4) {
    const a = load<f32>(g), z = (load<f32>(x) - shift) * factor + add, p = a * load<f32>(w)
    store<f32>(dw, load<f32>(dw) + a * z)
    store<f32>(db, load<f32>(db) + a)
    first += p
    second += p * z
  }
  meanP = first
  meanPz = second
}
let meanP: f64 = 0
let meanPz: f64 = 0
/** y = g w · factor − base − z · slope, z = (x − shift) · factor + add */
function weightedGrad(
  g: usize, x: usize, w: usize, y: usize, n: i32, base: f32, slope: f32, shift: f32, factor: f32, add: f32,
): void {
  const m = f32x4.splat(shift), r = f32x4.splat(factor), f = f32x4.splat(-slope * factor), d = f32x4.splat(-slope * add - base)
  for (; n >= 8; n -= 8, g += 32, x += 32, w += 32, y += 32) {
    const a = f32x4.sub(v128.load(x), m), b = f32x4.sub(v128.load(x, 16), m)
    const c = f32x4.mul(v128.load(g), v128.load(w)), e = f32x4.mul(v128.load(g, 16), v128.load(w, 16))
    const p = madd(c, r, madd(a, f, d)), q = madd(e, r, madd(b, f, d))
    v128.store(y, p)
    v128.store(y, q, 16)
  }
  for (; n > 0; n--, g += 4, x += 4, w += 4, y += 4) {
    const z = (load<f32>(x) - shift) * factor + add
    store<f32>(y, load<f32>(g) * load<f32>(w) * factor - base - z * slope)
  }
}
/** target += source; source = 0 */
function flush(source: usize, target: usize, n: i32): void {
  for (; n > 0; n--, source += 4, target += 4) {
    store<f32>(target, load<f32>(target) + load<f32>(source))
    store<f32>(source, 0)
  }
}
const ROWS: i32 = 64 // rows that are added up before their sum joins that of the others

/**
 * [g, x, stats, weight or 0, dx, dw, db, rows, n, groups, inner, centred, scratch of 2 groups · n / inner, rows of the
 * statistics]
 */
export function rowNormGrad(args: usize): void {
  const rows = int(args, 7), n = int(args, 8), groups = int(args, 9), inner = int(args, 10)
  const centred = int(args, 11) != 0
  const w = at(args, 3), dw = at(args, 5), db = at(args, 6), step = <usize>int(args, 13) << 2
  const size = <usize>n << 2, part = <usize>inner << 2
  let g = at(args, 0), x = at(args, 1), stats = at(args, 2), dx = at(args, 4), group = 0
  const weights = inner == 0 ? 0 : groups * (n / inner), ew = at(args, 12), eb = ew + (<usize>weights << 2)
  if (w != 0) {
    memory.fill(dw, 0, <usize>weights << 2)
    memory.fill(db, 0, <usize>weights << 2)
    memory.fill(ew, 0, <usize>weights << 3)
  }
  if (n == 0) return
  for (let row = 0; row < rows; row++, g += size, x += size, dx += size, stats += 4) {
    const shift = load<f32>(stats), factor = load<f32>(stats + 2 * step), add = -load<f32>(stats + step) * factor
    const from = <usize>(group * (n / inner)) << 2
    clearSums()
    let p: f64 = 0, pz: f64 = 0
    if (w == 0) {
      addProducts(g, x, n, shift, factor, add)
      p = sum
      pz = sumOther
    } else if (inner == 1) {
      addWeighted(g, x, w + from, ew + from, eb + from, n, shift, factor, add)
      p = meanP
      pz = meanPz
    } else {
      for (let i: usize = 0, k = from; i < size; i += part, k += 4) {
        clearSums()
        addProducts(g + i, x + i, inner, shift, factor, add)
        const s = load<f32>(w + k)
        p += sum * s
        pz += sumOther * s
        store<f32>(ew + k, load<f32>(ew + k) + <f32>sumOther)
        store<f32>(eb + k, load<f32>(eb + k) + <f32>sum)
      }
    }
    const base: f32 = centred ? <f32>(p / <f64>n) * factor : 0, slope = <f32>(pz / <f64>n) * factor
    if (w == 0) normGrad(g, x, dx, n, factor, base, slope, shift, factor, add)
    else if (inner == 1) weightedGrad(g, x, w + from, dx, n, base, slope, shift, factor, add)
    else {
      for (let i: usize = 0, k = from; i < size; i += part, k += 4) {
        normGrad(g + i, x + i, dx + i, inner, load<f32>(w + k) * factor, base, slope, shift, factor, add)
      }
    }
    if (++group == groups) group = 0
    if (w != 0 && (row % ROWS == ROWS - 1 || row == rows - 1)) {
      flush(ew, dw, weights)
      flush(eb, db, weights)
    }
  }
}
