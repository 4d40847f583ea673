// Random numbers: Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), a
// function of key and counter.
import * as op from '../src/backends/wasm/opcodes'
import { at, copyWords, float, int, tail } from './memory'
import { cosSmall, sinSmall } from './trig'

const KEYS: usize = memory.data<u32>([0xd2511f53, 0xcd9e8d57], 16)

/** Four blocks of four words, from a counter on: each lane is a block until they are transposed. */
function philox(y: usize, k0: u32, k1: u32, counter: u64): void {
  const m0 = v128.load_splat<u32>(KEYS),
    m1 = v128.load_splat<u32>(KEYS, 4)
  const n1 = counter + 1,
    n2 = counter + 2,
    n3 = counter + 3
  let c0 = i32x4.replace_lane(
    i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(<i32>counter), 1, <i32>n1), 2, <i32>n2),
    3,
    <i32>n3,
  )
  let c1 = i32x4.replace_lane(
    i32x4.replace_lane(
      i32x4.replace_lane(i32x4.splat(<i32>(counter >> 32)), 1, <i32>(n1 >> 32)),
      2,
      <i32>(n2 >> 32),
    ),
    3,
    <i32>(n3 >> 32),
  )
  let c2 = i32x4.splat(0),
    c3 = c2
  for (let i = 0; i < 10; i++) {
    const p = i64x2.extmul_low_i32x4_u(c0, m0),
      q = i64x2.extmul_high_i32x4_u(c0, m0)
    const r = i64x2.extmul_low_i32x4_u(c2, m1),
      s = i64x2.extmul_high_i32x4_u(c2, m1)
    c0 = v128.xor(v128.xor(v128.shuffle<u32>(r, s, 1, 3, 5, 7), c1), i32x4.splat(k0))
    c2 = v128.xor(v128.xor(v128.shuffle<u32>(p, q, 1, 3, 5, 7), c3), i32x4.splat(k1))
    c1 = v128.shuffle<u32>(r, s, 0, 2, 4, 6)
    c3 = v128.shuffle<u32>(p, q, 0, 2, 4, 6)
    k0 += 0x9e3779b9
    k1 += 0xbb67ae85
  }
  const t0 = v128.shuffle<u32>(c0, c1, 0, 4, 1, 5),
    t1 = v128.shuffle<u32>(c0, c1, 2, 6, 3, 7)
  const t2 = v128.shuffle<u32>(c2, c3, 0, 4, 1, 5),
    t3 = v128.shuffle<u32>(c2, c3, 2, 6, 3, 7)
  v128.store(y, v128.shuffle<u32>(t0, t2, 0, 1, 4, 5))
  v128.store(y, v128.shuffle<u32>(t0, t2, 2, 3, 6, 7), 16)
  v128.store(y, v128.shuffle<u32>(t1, t3, 0, 1, 4, 5), 32)
  v128.store(y, v128.shuffle<u32>(t1, t3, 2, 3, 6, 7), 48)
}

/** A word's upper 24 bits as a multiple of 2⁻²⁴ in [0, 1): exact. */
@inline function unit(word: u32): f32 {
  return <f32>(word >>> 8) * 5.9604644775390625e-8
}

/** Box–Muller from two words to two numbers. The angle 2π u is reduced exactly, by quadrants. */
function normals(y: usize, low: f32, high: f32): void {
  const r = Math.sqrt(-2 * <f64>NativeMathf.log(unit(load<u32>(y)) + <f32>5.9604644775390625e-8)) * high
  const u = <f64>unit(load<u32>(y, 4)) * 4,
    q = nearest(u),
    a = (u - q) * 1.5707963267948966,
    sin = sinSmall(a),
    cos = cosSmall(a)
  const quadrant = <i32>q & 3
  const x = quadrant & 1 ? sin : cos,
    z = quadrant & 1 ? cos : sin
  store<f32>(y, <f32>(low + r * (quadrant == 1 || quadrant == 2 ? -x : x)))
  store<f32>(y, <f32>(low + r * (quadrant >= 2 ? -z : z)), 4)
}

/** Turns sixteen words into numbers. */
function numbers(kind: i32, y: usize, low: f32, high: f32): void {
  if (kind == op.NORMAL) {
    for (let i: usize = 0; i < 64; i += 8) normals(y + i, low, high)
    return
  }
  const unit = f32x4.splat(5.9604644775390625e-8),
    start = f32x4.splat(low)
  const range = f32x4.splat(kind == op.UNIFORM ? high - low : high)
  for (let i: usize = 0; i < 64; i += 16) {
    const u = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(y + i), 8)), unit)
    v128.store(
      y + i,
      kind == op.UNIFORM ? f32x4.add(start, f32x4.mul(range, u)) : v128.and(range, f32x4.lt(u, start)),
    )
  }
}

/** [kind, state, y, n, low, high] */
export function random(args: usize): void {
  const kind = int(args, 0),
    state = at(args, 1),
    low = float(args, 4),
    high = float(args, 5)
  const k0 = load<u32>(state),
    k1 = load<u32>(state, 4)
  let counter = load<u64>(state, 8),
    y = at(args, 2),
    n = int(args, 3)
  for (; n > 0; n -= 16, counter += 4, y += 64) {
    const out = n < 16 ? tail() : y
    philox(out, k0, k1, counter)
    numbers(kind, out, low, high)
    if (n < 16) copyWords(out, y, n)
  }
}
