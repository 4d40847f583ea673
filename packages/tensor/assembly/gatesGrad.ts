// The element-wise part of the recurrent cells, backward; as in gates.ts.
import { madd, nmadd, one, tanh, zero } from './math'
import { at } from './memory'

/** dx = (dh + rec) (1 − h²) */
export function rnnTanhGrad(o: usize, n: i32, stride: usize): void {
  const dh = at(o, 0), rec = at(o, 1), h = at(o, 2), dx = at(o, 3)
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const a0 = v128.load(dh + j), a1 = v128.load(dh + j, 16), b0 = v128.load(rec + j)
    const b1 = v128.load(rec + j, 16)
    const h0 = v128.load(h + j), h1 = v128.load(h + j, 16)
    const d0 = f32x4.mul(f32x4.add(a0, b0), nmadd(h0, h0, one()))
    const d1 = f32x4.mul(f32x4.add(a1, b1), nmadd(h1, h1, one()))
    v128.store(dx + j, d0); v128.store(dx + j, d1, 16)
    if (j == last) break
  }
}
export function rnnReluGrad(o: usize, n: i32, stride: usize): void {
  const dh = at(o, 0), rec = at(o, 1), h = at(o, 2), dx = at(o, 3)
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const a0 = v128.load(dh + j), a1 = v128.load(dh + j, 16), b0 = v128.load(rec + j)
    const b1 = v128.load(rec + j, 16)
    const h0 = v128.load(h + j), h1 = v128.load(h + j, 16)
    const d0 = v128.and(f32x4.add(a0, b0), f32x4.gt(h0, zero()))
    const d1 = v128.and(f32x4.add(a1, b1), f32x4.gt(h1, zero()))
    v128.store(dx + j, d0); v128.store(dx + j, d1, 16)
    if (j == last) break
  }
}
/**
 * d = dh + rec; dz = d (h′ − n) z (1 − z); dn = d (1 − z) (1 − n²); dr = dn p r (1 − r); d z goes to h′ directly.
 * dx = (dr, dz, dn); ds = (dr, dz, dn r), the gradient of the hidden projection.
 */
export function gruGrad(o: usize, n: i32, stride: usize): void {
  const dh = at(o, 0), rec = at(o, 1), prev = at(o, 2), gates = at(o, 3), p = at(o, 4)
  const dx = at(o, 5), ds = at(o, 6), out = at(o, 7)
  const last = <usize>(n - 8) << 2, stride2 = stride + stride
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const gr = gates + j, gz = gr + stride, gn = gr + stride2, xr = dx + j, xz = xr + stride
    const xn = xr + stride2
    const sr = ds + j, sz = sr + stride, sn = sr + stride2
    const a0 = v128.load(dh + j), a1 = v128.load(dh + j, 16), b0 = v128.load(rec + j)
    const b1 = v128.load(rec + j, 16)
    const q0 = v128.load(prev + j), q1 = v128.load(prev + j, 16), p0 = v128.load(p + j)
    const p1 = v128.load(p + j, 16)
    const r0 = v128.load(gr), r1 = v128.load(gr, 16), z0 = v128.load(gz), z1 = v128.load(gz, 16)
    const n0 = v128.load(gn), n1 = v128.load(gn, 16)
    const d0 = f32x4.add(a0, b0), d1 = f32x4.add(a1, b1)
    const o0 = f32x4.mul(d0, z0), o1 = f32x4.mul(d1, z1)
    v128.store(out + j, o0); v128.store(out + j, o1, 16)
    const y0 = f32x4.sub(one(), z0), y1 = f32x4.sub(one(), z1)
    const e0 = f32x4.mul(f32x4.mul(d0, f32x4.sub(q0, n0)), f32x4.mul(z0, y0))
    const e1 = f32x4.mul(f32x4.mul(d1, f32x4.sub(q1, n1)), f32x4.mul(z1, y1))
    v128.store(xz, e0); v128.store(xz, e1, 16)
    v128.store(sz, e0); v128.store(sz, e1, 16)
    const f0 = f32x4.mul(f32x4.mul(d0, y0), nmadd(n0, n0, one()))
    const f1 = f32x4.mul(f32x4.mul(d1, y1), nmadd(n1, n1, one()))
    v128.store(xn, f0); v128.store(xn, f1, 16)
    const g0 = f32x4.mul(f0, r0), g1 = f32x4.mul(f1, r1)
    v128.store(sn, g0); v128.store(sn, g1, 16)
    const h0 = f32x4.mul(f32x4.mul(g0, p0), f32x4.sub(one(), r0))
    const h1 = f32x4.mul(f32x4.mul(g1, p1), f32x4.sub(one(), r1))
    v128.store(xr, h0); v128.store(xr, h1, 16)
    v128.store(sr, h0); v128.store(sr, h1, 16)
    if (j == last) break
  }
}
/** d = dh + rec; dz = d (h′ − n) z (1 − z); dn = d (1 − z) (1 − n²); d z goes to h′ directly. gates = (z, n), dx = (dz, dn). */
export function updateGrad(o: usize, n: i32, stride: usize): void {
  const dh = at(o, 0), rec = at(o, 1), prev = at(o, 2), gz = at(o, 3), gn = gz + stride
  const dz = at(o, 4), dn = dz + stride, out = at(o, 5)
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const a0 = v128.load(dh + j), a1 = v128.load(dh + j, 16), b0 = v128.load(rec + j), b1 = v128.load(rec + j, 16)
    const q0 = v128.load(prev + j), q1 = v128.load(prev + j, 16)
    const z0 = v128.load(gz + j), z1 = v128.load(gz + j, 16), n0 = v128.load(gn + j), n1 = v128.load(gn + j, 16)
    const d0 = f32x4.add(a0, b0), d1 = f32x4.add(a1, b1)
    const o0 = f32x4.mul(d0, z0), o1 = f32x4.mul(d1, z1)
    v128.store(out + j, o0); v128.store(out + j, o1, 16)
    const y0 = f32x4.sub(one(), z0), y1 = f32x4.sub(one(), z1)
    const e0 = f32x4.mul(f32x4.mul(d0, f32x4.sub(q0, n0)), f32x4.mul(z0, y0))
    const e1 = f32x4.mul(f32x4.mul(d1, f32x4.sub(q1, n1)), f32x4.mul(z1, y1))
    v128.store(dz + j, e0); v128.store(dz + j, e1, 16)
    const f0 = f32x4.mul(f32x4.mul(d0, y0), nmadd(n0, n0, one()))
    const f1 = f32x4.mul(f32x4.mul(d1, y1), nmadd(n1, n1, one()))
    v128.store(dn + j, f0); v128.store(dn + j, f1, 16)
    if (j == last) break
  }
}
/** dr = dq h′ r (1 − r); what goes to h′ directly is that of before, `rest`, and dq r. */
export function resetGrad(o: usize, n: i32, stride: usize): void {
  const dq = at(o, 0), prev = at(o, 1), r = at(o, 2), rest = at(o, 3), dr = at(o, 4), out = at(o, 5)
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const a0 = v128.load(dq + j), a1 = v128.load(dq + j, 16), q0 = v128.load(prev + j), q1 = v128.load(prev + j, 16)
    const r0 = v128.load(r + j), r1 = v128.load(r + j, 16), b0 = v128.load(rest + j), b1 = v128.load(rest + j, 16)
    const o0 = madd(a0, r0, b0), o1 = madd(a1, r1, b1)
    v128.store(out + j, o0); v128.store(out + j, o1, 16)
    const e0 = f32x4.mul(f32x4.mul(a0, q0), f32x4.mul(r0, f32x4.sub(one(), r0)))
    const e1 = f32x4.mul(f32x4.mul(a1, q1), f32x4.mul(r1, f32x4.sub(one(), r1)))
    v128.store(dr + j, e0); v128.store(dr + j, e1, 16)
    if (j == last) break
  }
}
/** d = dh + rec */
export function shownGrad(o: usize, n: i32, stride: usize): void {
  const dh = at(o, 0), rec = at(o, 1), d = at(o, 2)
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const a0 = v128.load(dh + j), a1 = v128.load(dh + j, 16), b0 = v128.load(rec + j), b1 = v128.load(rec + j, 16)
    const d0 = f32x4.add(a0, b0), d1 = f32x4.add(a1, b1)
    v128.store(d + j, d0); v128.store(d + j, d1, 16)
    if (j == last) break
  }
}
/**
 * d = dh + rec; t = tanh c; e = dc + d o (1 − t²); di = e g i (1 − i); df = e c′ f (1 − f); dg = e i (1 − g²);
 * do = d t o (1 − o); e f goes to c′.
 */
export function lstmGrad(o: usize, n: i32, stride: usize): void {
  const dh = at(o, 0), rec = at(o, 1), prev = at(o, 2), gates = at(o, 3), c = at(o, 4), dc = at(o, 5)
  const dx = at(o, 6), out = at(o, 7)
  const last = <usize>(n - 8) << 2, stride2 = stride + stride, stride3 = stride2 + stride
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const yi = gates + j, yf = yi + stride, yg = yi + stride2, yo = yi + stride3
    const xi = dx + j, xf = xi + stride, xg = xi + stride2, xo = xi + stride3
    const a0 = v128.load(dh + j), a1 = v128.load(dh + j, 16), b0 = v128.load(rec + j)
    const b1 = v128.load(rec + j, 16)
    const q0 = v128.load(prev + j), q1 = v128.load(prev + j, 16), c0 = v128.load(c + j)
    const c1 = v128.load(c + j, 16)
    const k0 = v128.load(dc + j), k1 = v128.load(dc + j, 16)
    const i0 = v128.load(yi), i1 = v128.load(yi, 16), f0 = v128.load(yf), f1 = v128.load(yf, 16)
    const g0 = v128.load(yg), g1 = v128.load(yg, 16), o0 = v128.load(yo), o1 = v128.load(yo, 16)
    const d0 = f32x4.add(a0, b0), d1 = f32x4.add(a1, b1)
    const t0 = tanh(c0), t1 = tanh(c1)
    const l0 = f32x4.mul(f32x4.mul(d0, t0), f32x4.mul(o0, f32x4.sub(one(), o0)))
    const l1 = f32x4.mul(f32x4.mul(d1, t1), f32x4.mul(o1, f32x4.sub(one(), o1)))
    v128.store(xo, l0); v128.store(xo, l1, 16)
    const e0 = madd(f32x4.mul(d0, o0), nmadd(t0, t0, one()), k0)
    const e1 = madd(f32x4.mul(d1, o1), nmadd(t1, t1, one()), k1)
    const m0 = f32x4.mul(f32x4.mul(e0, g0), f32x4.mul(i0, f32x4.sub(one(), i0)))
    const m1 = f32x4.mul(f32x4.mul(e1, g1), f32x4.mul(i1, f32x4.sub(one(), i1)))
    v128.store(xi, m0); v128.store(xi, m1, 16)
    const n0 = f32x4.mul(f32x4.mul(e0, q0), f32x4.mul(f0, f32x4.sub(one(), f0)))
    const n1 = f32x4.mul(f32x4.mul(e1, q1), f32x4.mul(f1, f32x4.sub(one(), f1)))
    v128.store(xf, n0); v128.store(xf, n1, 16)
    const p0 = f32x4.mul(f32x4.mul(e0, i0), nmadd(g0, g0, one()))
    const p1 = f32x4.mul(f32x4.mul(e1, i1), nmadd(g1, g1, one()))
    v128.store(xg, p0); v128.store(xg, p1, 16)
    const r0 = f32x4.mul(e0, f0), r1 = f32x4.mul(e1, f1)
    v128.store(out + j, r0); v128.store(out + j, r1, 16)
    if (j == last) break
  }
}
