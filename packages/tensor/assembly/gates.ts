// The element-wise part of the recurrent cells, forward and backward, over n ≥ 8 units of one row. `stride`
// is the distance of two gates in bytes. Inputs are never outputs, so that the last block may overlap the one
// before.
import { madd, nmadd, one, sigmoid, tanh, zero } from './math'

/** rnn: h = f(x + s) */
export function rnnTanh(x: usize, s: usize, h: usize, n: i32): void {
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const x0 = v128.load(x + j), x1 = v128.load(x + j, 16), s0 = v128.load(s + j), s1 = v128.load(s + j, 16)
    const h0 = tanh(f32x4.add(x0, s0)), h1 = tanh(f32x4.add(x1, s1))
    v128.store(h + j, h0); v128.store(h + j, h1, 16)
    if (j == last) break
  }
}
export function rnnRelu(x: usize, s: usize, h: usize, n: i32): void {
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const x0 = v128.load(x + j), x1 = v128.load(x + j, 16), s0 = v128.load(s + j), s1 = v128.load(s + j, 16)
    const h0 = f32x4.pmax(f32x4.add(x0, s0), zero()), h1 = f32x4.pmax(f32x4.add(x1, s1), zero())
    v128.store(h + j, h0); v128.store(h + j, h1, 16)
    if (j == last) break
  }
}
/** r = σ(x_r + s_r), z = σ(x_z + s_z), p = s_n, n = tanh(x_n + r p), h = (1 − z) n + z h′ */
export function gru(
  x: usize, s: usize, prev: usize, gates: usize, p: usize, h: usize, n: i32, stride: usize,
): void {
  const last = <usize>(n - 8) << 2, stride2 = stride + stride
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const xr = x + j, xz = xr + stride, xn = xr + stride2, sr = s + j, sz = sr + stride, sn = sr + stride2
    const gr = gates + j, gz = gr + stride, gn = gr + stride2, q = prev + j
    const a0 = v128.load(xr), a1 = v128.load(xr, 16), b0 = v128.load(sr), b1 = v128.load(sr, 16)
    const c0 = v128.load(xz), c1 = v128.load(xz, 16), d0 = v128.load(sz), d1 = v128.load(sz, 16)
    const e0 = v128.load(xn), e1 = v128.load(xn, 16), p0 = v128.load(sn), p1 = v128.load(sn, 16)
    const q0 = v128.load(q), q1 = v128.load(q, 16)
    v128.store(p + j, p0); v128.store(p + j, p1, 16)
    const r0 = sigmoid(f32x4.add(a0, b0)), r1 = sigmoid(f32x4.add(a1, b1))
    v128.store(gr, r0); v128.store(gr, r1, 16)
    const z0 = sigmoid(f32x4.add(c0, d0)), z1 = sigmoid(f32x4.add(c1, d1))
    v128.store(gz, z0); v128.store(gz, z1, 16)
    const n0 = tanh(madd(r0, p0, e0)), n1 = tanh(madd(r1, p1, e1))
    v128.store(gn, n0); v128.store(gn, n1, 16)
    // Two products, so that z = 1 passes h′ on unchanged.
    const h0 = madd(f32x4.sub(one(), z0), n0, f32x4.mul(z0, q0))
    const h1 = madd(f32x4.sub(one(), z1), n1, f32x4.mul(z1, q1))
    v128.store(h + j, h0); v128.store(h + j, h1, 16)
    if (j == last) break
  }
}
/** i, f, o = σ(x + s), g = tanh(x_g + s_g); c = f c′ + i g; h = o tanh c */
export function lstm(
  x: usize, s: usize, prev: usize, gates: usize, c: usize, h: usize, n: i32, stride: usize,
): void {
  const last = <usize>(n - 8) << 2, stride2 = stride + stride, stride3 = stride2 + stride
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const xi = x + j, xf = xi + stride, xg = xi + stride2, xo = xi + stride3
    const si = s + j, sf = si + stride, sg = si + stride2, so = si + stride3
    const yi = gates + j, yf = yi + stride, yg = yi + stride2, yo = yi + stride3, q = prev + j
    const a0 = v128.load(xi), a1 = v128.load(xi, 16), b0 = v128.load(si), b1 = v128.load(si, 16)
    const d0 = v128.load(xf), d1 = v128.load(xf, 16), e0 = v128.load(sf), e1 = v128.load(sf, 16)
    const k0 = v128.load(xg), k1 = v128.load(xg, 16), l0 = v128.load(sg), l1 = v128.load(sg, 16)
    const m0 = v128.load(xo), m1 = v128.load(xo, 16), n0 = v128.load(so), n1 = v128.load(so, 16)
    const q0 = v128.load(q), q1 = v128.load(q, 16)
    const i0 = sigmoid(f32x4.add(a0, b0)), i1 = sigmoid(f32x4.add(a1, b1))
    v128.store(yi, i0); v128.store(yi, i1, 16)
    const f0 = sigmoid(f32x4.add(d0, e0)), f1 = sigmoid(f32x4.add(d1, e1))
    v128.store(yf, f0); v128.store(yf, f1, 16)
    const g0 = tanh(f32x4.add(k0, l0)), g1 = tanh(f32x4.add(k1, l1))
    v128.store(yg, g0); v128.store(yg, g1, 16)
    const o0 = sigmoid(f32x4.add(m0, n0)), o1 = sigmoid(f32x4.add(m1, n1))
    v128.store(yo, o0); v128.store(yo, o1, 16)
    const c0 = madd(f0, q0, f32x4.mul(i0, g0)), c1 = madd(f1, q1, f32x4.mul(i1, g1))
    v128.store(c + j, c0); v128.store(c + j, c1, 16)
    const h0 = f32x4.mul(o0, tanh(c0)), h1 = f32x4.mul(o1, tanh(c1))
    v128.store(h + j, h0); v128.store(h + j, h1, 16)
    if (j == last) break
  }
}

/** dx = (dh + rec) (1 − h²) */
export function rnnTanhGrad(dh: usize, rec: usize, h: usize, dx: usize, n: i32): void {
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
export function rnnReluGrad(dh: usize, rec: usize, h: usize, dx: usize, n: i32): void {
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
export function gruGrad(
  dh: usize, rec: usize, prev: usize, gates: usize, p: usize, dx: usize, ds: usize, out: usize,
  n: i32, stride: usize,
): void {
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
/**
 * d = dh + rec; t = tanh c; e = dc + d o (1 − t²); di = e g i (1 − i); df = e c′ f (1 − f); dg = e i (1 − g²);
 * do = d t o (1 − o); e f goes to c′.
 */
export function lstmGrad(
  dh: usize, rec: usize, prev: usize, gates: usize, c: usize, dc: usize, dx: usize, out: usize,
  n: i32, stride: usize,
): void {
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
