// The element-wise part of the recurrent cells, forward, over n ≥ 8 units of one row. `o` is a table of the
// operands' addresses (rows.ts), `stride` the distance of two gates in bytes. Inputs are never outputs, so that the
// last block may overlap the one before.
import { madd, one, sigmoid, tanh, zero } from './math'
import { at } from './memory'

/** rnn: h = f(x + s) */
export function rnnTanh(o: usize, n: i32, stride: usize): void {
  const x = at(o, 0), s = at(o, 1), h = at(o, 2)
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const x0 = v128.load(x + j), x1 = v128.load(x + j, 16), s0 = v128.load(s + j), s1 = v128.load(s + j, 16)
    const h0 = tanh(f32x4.add(x0, s0)), h1 = tanh(f32x4.add(x1, s1))
    v128.store(h + j, h0); v128.store(h + j, h1, 16)
    if (j == last) break
  }
}
export function rnnRelu(o: usize, n: i32, stride: usize): void {
  const x = at(o, 0), s = at(o, 1), h = at(o, 2)
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const x0 = v128.load(x + j), x1 = v128.load(x + j, 16), s0 = v128.load(s + j), s1 = v128.load(s + j, 16)
    const h0 = f32x4.pmax(f32x4.add(x0, s0), zero()), h1 = f32x4.pmax(f32x4.add(x1, s1), zero())
    v128.store(h + j, h0); v128.store(h + j, h1, 16)
    if (j == last) break
  }
}
/** r = σ(x_r + s_r), z = σ(x_z + s_z), p = s_n, n = tanh(x_n + r p), h = (1 − z) n + z h′ */
export function gru(o: usize, n: i32, stride: usize): void {
  const x = at(o, 0), s = at(o, 1), prev = at(o, 2), gates = at(o, 3), p = at(o, 4), h = at(o, 5)
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
/** r = σ(x_r + s_r), z = σ(x_z + s_z), q = r h′ */
export function reset(o: usize, n: i32, stride: usize): void {
  const x = at(o, 0), s = at(o, 1), prev = at(o, 2), gates = at(o, 3), p = at(o, 4)
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const xr = x + j, xz = xr + stride, sr = s + j, sz = sr + stride, gr = gates + j, gz = gr + stride, q = prev + j
    const a0 = v128.load(xr), a1 = v128.load(xr, 16), b0 = v128.load(sr), b1 = v128.load(sr, 16)
    const c0 = v128.load(xz), c1 = v128.load(xz, 16), d0 = v128.load(sz), d1 = v128.load(sz, 16)
    const q0 = v128.load(q), q1 = v128.load(q, 16)
    const r0 = sigmoid(f32x4.add(a0, b0)), r1 = sigmoid(f32x4.add(a1, b1))
    v128.store(gr, r0); v128.store(gr, r1, 16)
    const p0 = f32x4.mul(r0, q0), p1 = f32x4.mul(r1, q1)
    v128.store(p + j, p0); v128.store(p + j, p1, 16)
    const z0 = sigmoid(f32x4.add(c0, d0)), z1 = sigmoid(f32x4.add(c1, d1))
    v128.store(gz, z0); v128.store(gz, z1, 16)
    if (j == last) break
  }
}
/** n = tanh(x + s), h = (1 − z) n + z h′ */
export function update(o: usize, n: i32, stride: usize): void {
  const x = at(o, 0), s = at(o, 1), prev = at(o, 2), z = at(o, 3), gn = at(o, 4), h = at(o, 5)
  const last = <usize>(n - 8) << 2
  for (let j: usize = 0; ; j = min(j + 32, last)) {
    const a0 = v128.load(x + j), a1 = v128.load(x + j, 16), b0 = v128.load(s + j), b1 = v128.load(s + j, 16)
    const q0 = v128.load(prev + j), q1 = v128.load(prev + j, 16), z0 = v128.load(z + j), z1 = v128.load(z + j, 16)
    const n0 = tanh(f32x4.add(a0, b0)), n1 = tanh(f32x4.add(a1, b1))
    v128.store(gn + j, n0); v128.store(gn + j, n1, 16)
    const h0 = madd(f32x4.sub(one(), z0), n0, f32x4.mul(z0, q0))
    const h1 = madd(f32x4.sub(one(), z1), n1, f32x4.mul(z1, q1))
    v128.store(h + j, h0); v128.store(h + j, h1, 16)
    if (j == last) break
  }
}
/** i, f, o = σ(x + s), g = tanh(x_g + s_g); c = f c′ + i g; h = o tanh c */
export function lstm(o: usize, n: i32, stride: usize): void {
  const x = at(o, 0), s = at(o, 1), prev = at(o, 2), gates = at(o, 3), c = at(o, 4), h = at(o, 5)
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
