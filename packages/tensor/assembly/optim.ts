// Updates of parameters, in place.

import { madd, nmadd } from './math'
import { at, copyWords, int, tail } from './memory'

/**
 * Blocks of 8 numbers; the in- and outputs may be the same. hyper: lr, momentum, dampening, weight decay,
 * nesterov, first.
 */
function sgdBlocks(
  g: usize,
  hyper: usize,
  p: usize,
  v: usize,
  pOut: usize,
  vOut: usize,
  n: i32,
  sign: f32,
): void {
  const lr = v128.load_splat<f32>(hyper),
    momentum = v128.load_splat<f32>(hyper, 4),
    decay = v128.load_splat<f32>(hyper, 12)
  const fresh = f32x4.splat(1 - load<f32>(hyper, 8)),
    up = f32x4.splat(sign)
  const first = f32x4.ne(v128.load_splat<f32>(hyper, 20), f32x4.splat(0))
  const nesterov = load<f32>(hyper, 16) != 0 ? momentum : f32x4.splat(0),
    plain = load<f32>(hyper, 16) == 0
  for (let i: usize = 0; i < (<usize>n) << 2; i += 32) {
    const p0 = v128.load(p + i),
      p1 = v128.load(p + i, 16),
      g0 = v128.load(g + i),
      g1 = v128.load(g + i, 16)
    let d0 = madd(decay, p0, f32x4.mul(g0, up)),
      d1 = madd(decay, p1, f32x4.mul(g1, up))
    if (v) {
      let v0 = v128.load(v + i),
        v1 = v128.load(v + i, 16)
      v0 = v128.bitselect(d0, madd(momentum, v0, f32x4.mul(fresh, d0)), first)
      v1 = v128.bitselect(d1, madd(momentum, v1, f32x4.mul(fresh, d1)), first)
      v128.store(vOut + i, v0)
      v128.store(vOut + i, v1, 16)
      d0 = plain ? v0 : madd(nesterov, v0, d0)
      d1 = plain ? v1 : madd(nesterov, v1, d1)
    }
    v128.store(pOut + i, nmadd(lr, d0, p0))
    v128.store(pOut + i, nmadd(lr, d1, p1), 16)
  }
}

/** [grad, hyper, p, velocity or 0, n, maximize] */
export function sgd(args: usize): void {
  const g = at(args, 0),
    hyper = at(args, 1),
    p = at(args, 2),
    v = at(args, 3),
    n = int(args, 4)
  const sign: f32 = int(args, 5) ? -1 : 1,
    n8 = n & ~7,
    o = (<usize>n8) << 2,
    out = tail()
  sgdBlocks(g, hyper, p, v, p, v, n8, sign)
  if (n == n8) return
  sgdBlocks(g + o, hyper, p + o, v ? v + o : 0, out, out + 32, 8, sign)
  copyWords(out, p + o, n - n8)
  if (v) copyWords(out + 32, v + o, n - n8)
}
