// Updates of parameters, in place. x is a table of addresses: gradient, parameter, state (0 where there is none);
// k the numbers of the step (src/backends/kernels/optim.ts), n bytes, in blocks of 32.
import { ADAM, LION, RMSPROP, SGD } from '../src/backends/wasm/opcodes'
import { madd, max, nmadd, sign as signOf, zero } from './math'
import { at, copyWords, int, tail } from './memory'

function sgd(x: usize, k: usize, n: usize): void {
  const g = at(x, 0), p = at(x, 1), v = at(x, 2)
  const lr = v128.load_splat<f32>(k), momentum = v128.load_splat<f32>(k, 4)
  const fresh = f32x4.splat(1 - load<f32>(k, 8)), decay = v128.load_splat<f32>(k, 12)
  const nesterov = load<f32>(k, 16) != 0, sign = v128.load_splat<f32>(k, 24)
  const first = f32x4.ne(v128.load_splat<f32>(k, 20), zero())
  for (let i: usize = 0; i < n; i += 32) {
    const p0 = v128.load(p + i), p1 = v128.load(p + i, 16)
    let d0 = madd(decay, p0, f32x4.mul(v128.load(g + i), sign)),
      d1 = madd(decay, p1, f32x4.mul(v128.load(g + i, 16), sign))
    if (v) {
      let v0 = v128.load(v + i), v1 = v128.load(v + i, 16)
      v0 = v128.bitselect(d0, madd(momentum, v0, f32x4.mul(fresh, d0)), first)
      v1 = v128.bitselect(d1, madd(momentum, v1, f32x4.mul(fresh, d1)), first)
      v128.store(v + i, v0)
      v128.store(v + i, v1, 16)
      d0 = nesterov ? madd(momentum, v0, d0) : v0
      d1 = nesterov ? madd(momentum, v1, d1) : v1
    }
    v128.store(p + i, nmadd(lr, d0, p0))
    v128.store(p + i, nmadd(lr, d1, p1), 16)
  }
}

function adam(x: usize, k: usize, n: usize, infinity: bool): void {
  const g = at(x, 0), p = at(x, 1), m = at(x, 2), v = at(x, 3), w = at(x, 4)
  const sign = v128.load_splat<f32>(k), decay = v128.load_splat<f32>(k, 4), shrink = v128.load_splat<f32>(k, 8)
  const keep1 = v128.load_splat<f32>(k, 12), fresh1 = v128.load_splat<f32>(k, 16)
  const keep2 = v128.load_splat<f32>(k, 20), fresh2 = v128.load_splat<f32>(k, 24)
  const scale = v128.load_splat<f32>(k, 28), eps = v128.load_splat<f32>(k, 32)
  const mStep = v128.load_splat<f32>(k, 36), gStep = v128.load_splat<f32>(k, 40)
  for (let i: usize = 0; i < n; i += 32) {
    const p0 = v128.load(p + i), p1 = v128.load(p + i, 16)
    const d0 = madd(decay, p0, f32x4.mul(v128.load(g + i), sign)),
      d1 = madd(decay, p1, f32x4.mul(v128.load(g + i, 16), sign))
    const m0 = madd(keep1, v128.load(m + i), f32x4.mul(fresh1, d0)),
      m1 = madd(keep1, v128.load(m + i, 16), f32x4.mul(fresh1, d1))
    v128.store(m + i, m0)
    v128.store(m + i, m1, 16)
    let v0 = f32x4.mul(keep2, v128.load(v + i)), v1 = f32x4.mul(keep2, v128.load(v + i, 16))
    if (infinity) {
      v0 = max(v0, f32x4.add(f32x4.abs(d0), eps))
      v1 = max(v1, f32x4.add(f32x4.abs(d1), eps))
    } else {
      v0 = madd(fresh2, f32x4.mul(d0, d0), v0)
      v1 = madd(fresh2, f32x4.mul(d1, d1), v1)
    }
    v128.store(v + i, v0)
    v128.store(v + i, v1, 16)
    if (w) {
      v0 = max(v128.load(w + i), v0)
      v1 = max(v128.load(w + i, 16), v1)
      v128.store(w + i, v0)
      v128.store(w + i, v1, 16)
    }
    if (!infinity) {
      v0 = madd(scale, f32x4.sqrt(v0), eps)
      v1 = madd(scale, f32x4.sqrt(v1), eps)
    }
    v0 = f32x4.div(madd(gStep, d0, f32x4.mul(mStep, m0)), v0)
    v1 = f32x4.div(madd(gStep, d1, f32x4.mul(mStep, m1)), v1)
    v128.store(p + i, f32x4.sub(p0, madd(shrink, p0, v0)))
    v128.store(p + i, f32x4.sub(p1, madd(shrink, p1, v1)), 16)
  }
}

function rmsprop(x: usize, k: usize, n: usize): void {
  const g = at(x, 0), p = at(x, 1), v = at(x, 2), a = at(x, 3), b = at(x, 4)
  const sign = v128.load_splat<f32>(k), decay = v128.load_splat<f32>(k, 4)
  const keep = v128.load_splat<f32>(k, 8), fresh = v128.load_splat<f32>(k, 12)
  const eps = v128.load_splat<f32>(k, 16), lr = v128.load_splat<f32>(k, 20), stay = v128.load_splat<f32>(k, 24)
  for (let i: usize = 0; i < n; i += 32) {
    const p0 = v128.load(p + i), p1 = v128.load(p + i, 16)
    let d0 = madd(decay, p0, f32x4.mul(v128.load(g + i), sign)),
      d1 = madd(decay, p1, f32x4.mul(v128.load(g + i, 16), sign))
    const f0 = f32x4.mul(fresh, d0), f1 = f32x4.mul(fresh, d1)
    let v0 = madd(f0, d0, f32x4.mul(keep, v128.load(v + i))),
      v1 = madd(f1, d1, f32x4.mul(keep, v128.load(v + i, 16)))
    v128.store(v + i, v0)
    v128.store(v + i, v1, 16)
    if (a) {
      const a0 = madd(keep, v128.load(a + i), f0), a1 = madd(keep, v128.load(a + i, 16), f1)
      v128.store(a + i, a0)
      v128.store(a + i, a1, 16)
      v0 = f32x4.pmax(nmadd(a0, a0, v0), zero())
      v1 = f32x4.pmax(nmadd(a1, a1, v1), zero())
    }
    d0 = f32x4.div(d0, f32x4.add(f32x4.sqrt(v0), eps))
    d1 = f32x4.div(d1, f32x4.add(f32x4.sqrt(v1), eps))
    if (b) {
      d0 = madd(stay, v128.load(b + i), d0)
      d1 = madd(stay, v128.load(b + i, 16), d1)
      v128.store(b + i, d0)
      v128.store(b + i, d1, 16)
    }
    v128.store(p + i, nmadd(lr, d0, p0))
    v128.store(p + i, nmadd(lr, d1, p1), 16)
  }
}

function adadelta(x: usize, k: usize, n: usize): void {
  const g = at(x, 0), p = at(x, 1), v = at(x, 2), u = at(x, 3)
  const sign = v128.load_splat<f32>(k), decay = v128.load_splat<f32>(k, 4)
  const keep = v128.load_splat<f32>(k, 8), fresh = v128.load_splat<f32>(k, 12)
  const eps = v128.load_splat<f32>(k, 16), lr = v128.load_splat<f32>(k, 20)
  for (let i: usize = 0; i < n; i += 32) {
    const p0 = v128.load(p + i), p1 = v128.load(p + i, 16)
    let d0 = madd(decay, p0, f32x4.mul(v128.load(g + i), sign)),
      d1 = madd(decay, p1, f32x4.mul(v128.load(g + i, 16), sign))
    const v0 = madd(fresh, f32x4.mul(d0, d0), f32x4.mul(keep, v128.load(v + i))),
      v1 = madd(fresh, f32x4.mul(d1, d1), f32x4.mul(keep, v128.load(v + i, 16)))
    v128.store(v + i, v0)
    v128.store(v + i, v1, 16)
    const u0 = v128.load(u + i), u1 = v128.load(u + i, 16)
    d0 = f32x4.mul(d0, f32x4.div(f32x4.sqrt(f32x4.add(u0, eps)), f32x4.sqrt(f32x4.add(v0, eps))))
    d1 = f32x4.mul(d1, f32x4.div(f32x4.sqrt(f32x4.add(u1, eps)), f32x4.sqrt(f32x4.add(v1, eps))))
    v128.store(u + i, madd(fresh, f32x4.mul(d0, d0), f32x4.mul(keep, u0)))
    v128.store(u + i, madd(fresh, f32x4.mul(d1, d1), f32x4.mul(keep, u1)), 16)
    v128.store(p + i, nmadd(lr, d0, p0))
    v128.store(p + i, nmadd(lr, d1, p1), 16)
  }
}

function lion(x: usize, k: usize, n: usize): void {
  const g = at(x, 0), p = at(x, 1), m = at(x, 2)
  const sign = v128.load_splat<f32>(k), shrink = v128.load_splat<f32>(k, 4)
  const keep1 = v128.load_splat<f32>(k, 8), fresh1 = v128.load_splat<f32>(k, 12)
  const keep2 = v128.load_splat<f32>(k, 16), fresh2 = v128.load_splat<f32>(k, 20)
  const lr = v128.load_splat<f32>(k, 24)
  for (let i: usize = 0; i < n; i += 32) {
    const d0 = f32x4.mul(v128.load(g + i), sign), d1 = f32x4.mul(v128.load(g + i, 16), sign)
    const m0 = v128.load(m + i), m1 = v128.load(m + i, 16)
    const p0 = v128.load(p + i), p1 = v128.load(p + i, 16)
    const s0 = signOf(madd(keep1, m0, f32x4.mul(fresh1, d0))), s1 = signOf(madd(keep1, m1, f32x4.mul(fresh1, d1)))
    v128.store(p + i, f32x4.sub(p0, madd(lr, s0, f32x4.mul(shrink, p0))))
    v128.store(p + i, f32x4.sub(p1, madd(lr, s1, f32x4.mul(shrink, p1))), 16)
    v128.store(m + i, madd(keep2, m0, f32x4.mul(fresh2, d0)))
    v128.store(m + i, madd(keep2, m1, f32x4.mul(fresh2, d1)), 16)
  }
}

function blocks(kind: i32, infinity: bool, x: usize, k: usize, n: usize): void {
  if (kind == SGD) sgd(x, k, n)
  else if (kind == ADAM) adam(x, k, n, infinity)
  else if (kind == RMSPROP) rmsprop(x, k, n)
  else if (kind == LION) lion(x, k, n)
  else adadelta(x, k, n)
}

/** [which, of the infinity norm, n, numbers, gradient, parameter, three tensors of state or 0] */
export function update(args: usize): void {
  const kind = int(args, 0), infinity = int(args, 1) != 0, n = int(args, 2), k = at(args, 3), x = args + 16
  const rest = n & 7, o = (<usize>(n - rest)) << 2
  blocks(kind, infinity, x, k, o)
  if (!rest) return
  // The last, partial block is moved aside, and what it becomes back.
  const t = tail(), aside = t + 160
  for (let i: usize = 0; i < 5; i++) {
    const y = at(x, i)
    store<u32>(aside + (i << 2), y ? <u32>(t + (i << 5)) : 0)
    if (y) copyWords(y + o, t + (i << 5), rest)
  }
  blocks(kind, infinity, aside, k, 32)
  for (let i: usize = 1; i < 5; i++) if (at(x, i)) copyWords(t + (i << 5), at(x, i) + o, rest)
}
