// An axis whose values are weighted sums of those of another one: padding by repetition, interpolation.
import { at, int } from './memory'
import { madd } from './math'

/** y = f x, or y += f x */
function addRow(x: usize, y: usize, f: usize, n: i32, first: bool): void {
  const v = v128.load_splat<f32>(f), w = load<f32>(f)
  if (first) {
    for (; n >= 4; n -= 4, x += 16, y += 16) v128.store(y, f32x4.mul(v, v128.load(x)))
    for (; n > 0; n--, x += 4, y += 4) store<f32>(y, w * load<f32>(x))
  } else {
    for (; n >= 4; n -= 4, x += 16, y += 16) v128.store(y, madd(v, v128.load(x), v128.load(y)))
    for (; n > 0; n--, x += 4, y += 4) store<f32>(y, load<f32>(y) + w * load<f32>(x))
  }
}

/** [x, index, weight, y, outer, n, m, taps, inner] */
export function resample(args: usize): void {
  const index = at(args, 1), weight = at(args, 2)
  const n = int(args, 5), m = int(args, 6), taps = int(args, 7), inner = int(args, 8), row = (<usize>inner) << 2
  let x = at(args, 0), y = at(args, 3)
  for (let o = int(args, 4); o > 0; o--, x += <usize>n * row) {
    let p = index, f = weight
    for (let i = 0; i < m; i++, y += row) {
      if (inner == 1) {
        let sum: f32 = 0
        for (let t = 0; t < taps; t++, p += 4, f += 4)
          sum += load<f32>(f) * load<f32>(x + ((<usize>load<u32>(p)) << 2))
        store<f32>(y, sum)
      } else
        for (let t = 0; t < taps; t++, p += 4, f += 4) addRow(x + <usize>load<u32>(p) * row, y, f, inner, t == 0)
    }
  }
}

/** [g, index, weight, dx, outer, n, m, taps, inner] */
export function resampleGrad(args: usize): void {
  const index = at(args, 1), weight = at(args, 2)
  const n = int(args, 5), m = int(args, 6), taps = int(args, 7), inner = int(args, 8), row = (<usize>inner) << 2
  let g = at(args, 0), x = at(args, 3)
  memory.fill(x, 0, at(args, 4) * <usize>n * row)
  for (let o = int(args, 4); o > 0; o--, x += <usize>n * row) {
    let p = index, f = weight
    for (let i = 0; i < m; i++, g += row)
      for (let t = 0; t < taps; t++, p += 4, f += 4) {
        const to = x + <usize>load<u32>(p) * row
        if (inner == 1) store<f32>(to, load<f32>(to) + load<f32>(f) * load<f32>(g))
        else addRow(g, to, f, inner, false)
      }
  }
}
