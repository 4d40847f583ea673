// Random numbers: Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), a function of key and counter.
import * as op from '../src/backends/wasm/opcodes'
import { at, copyWords, float, int, tail } from './memory'

/** One block of four words. */
function philox(y: usize, k0: u32, k1: u32, lo: u32, hi: u32): void {
  let c0 = lo, c1 = hi, c2: u32 = 0, c3: u32 = 0
  for (let i = 0; i < 10; i++) {
    const p = <u64>c0 * 0xd2511f53, q = <u64>c2 * 0xcd9e8d57
    c0 = <u32>(q >> 32) ^ c1 ^ k0
    c2 = <u32>(p >> 32) ^ c3 ^ k1
    c1 = <u32>q
    c3 = <u32>p
    k0 += 0x9e3779b9
    k1 += 0xbb67ae85
  }
  store<u32>(y, c0); store<u32>(y, c1, 4); store<u32>(y, c2, 8); store<u32>(y, c3, 12)
}

/** A word's upper 24 bits as a multiple of 2⁻²⁴ in [0, 1): exact. */
@inline function unit(word: u32): f32 { return <f32>(word >>> 8) * 5.9604644775390625e-8 }

/** Box–Muller from two words to two numbers. The angle 2π u is reduced exactly, by quadrants; sine and cosine are Taylor's. */
function normals(y: usize, low: f32, high: f32): void {
  const r = Math.sqrt(-2 * <f64>NativeMathf.log(unit(load<u32>(y)) + <f32>5.9604644775390625e-8)) * high
  const u = <f64>unit(load<u32>(y, 4)) * 4, q = nearest(u), a = (u - q) * 1.5707963267948966, s = a * a
  const sin = a * (1 + s * (-0.16666666666666666 + s * (0.008333333333333333 + s * (-1.984126984126984e-4 + s * (2.7557319223985893e-6 - s * 2.505210838544172e-8)))))
  const cos = 1 + s * (-0.5 + s * (0.041666666666666664 + s * (-0.001388888888888889 + s * (2.48015873015873e-5 - s * (2.755731922398589e-7 - s * 2.08767569878681e-9)))))
  const quadrant = <i32>q & 3
  const x = quadrant & 1 ? sin : cos, z = quadrant & 1 ? cos : sin
  store<f32>(y, <f32>(low + r * (quadrant == 1 || quadrant == 2 ? -x : x)))
  store<f32>(y, <f32>(low + r * (quadrant >= 2 ? -z : z)), 4)
}

function block(kind: i32, y: usize, low: f32, high: f32): void {
  if (kind == op.NORMAL) {
    normals(y, low, high)
    normals(y + 8, low, high)
    return
  }
  for (let i: usize = 0; i < 16; i += 4) {
    const u = unit(load<u32>(y + i))
    store<f32>(y + i, kind == op.UNIFORM ? low + (high - low) * u : u < low ? high : 0)
  }
}

/** [kind, state, y, n, low, high] */
export function random(args: usize): void {
  const kind = int(args, 0), state = at(args, 1), low = float(args, 4), high = float(args, 5)
  const k0 = load<u32>(state), k1 = load<u32>(state, 4)
  let counter = load<u64>(state, 8), y = at(args, 2), n = int(args, 3)
  for (; n > 0; n -= 4, counter++, y += 16) {
    const out = n < 4 ? tail() : y
    philox(out, k0, k1, <u32>counter, <u32>(counter >> 32))
    block(kind, out, low, high)
    if (n < 4) copyWords(out, y, n)
  }
}
