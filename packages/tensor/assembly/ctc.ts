// Connectionist temporal classification, one sequence after the other, in logarithms, four states at a time. After
// each step the largest variable is subtracted, so that float32 keeps its digits however long the sequence is.
import { at, int } from './memory'
import { exp, logNormal, zero } from './math'

/** Logarithm of what cannot be: finite, so that differences of two are no NaN. */
const NONE: f32 = -1e30
/** What is below this cannot be. */
const POSSIBLE: f32 = -1e29

/** Words of a row of states: 4 of NONE before, at least 4 after. */
@inline function rowWords(states: i32): usize {
  return <usize>((states + 3) & ~3) + 8
}
/** In scratch: rows of words, each behind its 4 of NONE. */
@inline function rowAt(scratch: usize, states: i32, i: usize): usize {
  return scratch + ((i * rowWords(states) + 4) << 2)
}
function clear(scratch: usize, states: i32, rows: usize): void {
  const none = f32x4.splat(NONE)
  for (const end = scratch + rows * (rowWords(states) << 2); scratch < end; scratch += 16) v128.store(scratch, none)
}
/** ln (eᵃ + eᵇ + eᶜ); NaN where one is (s − s is 0 or NaN). */
@inline function logSum(a: v128, b: v128, c: v128): v128 {
  const m = f32x4.max(f32x4.max(a, b), c)
  const s = f32x4.add(f32x4.add(exp(f32x4.sub(a, m)), exp(f32x4.sub(b, m))), exp(f32x4.sub(c, m)))
  return f32x4.add(f32x4.add(m, logNormal(s, zero())), f32x4.sub(s, s))
}
function rowMax(row: usize, count: i32): f32 {
  let m = f32x4.splat(NONE)
  for (let s = 0; s < count; s += 4, row += 16) m = f32x4.max(m, v128.load(row))
  return max<f32>(
    max<f32>(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1)),
    max<f32>(f32x4.extract_lane(m, 2), f32x4.extract_lane(m, 3)),
  )
}
/** Subtracts the largest value and returns it; nothing where nothing is possible. */
function normalize(row: usize, count: i32): f32 {
  const m = rowMax(row, count)
  if (m < POSSIBLE) return 0
  const shift = f32x4.splat(m)
  for (let s = 0; s < count; s += 4, row += 16) v128.store(row, f32x4.sub(v128.load(row), shift))
  return m
}
/** Labels of the states, and where one may be entered from two before: 0 there, NONE elsewhere. */
function states(target: usize, length: i32, blank: i32, labels: usize, skips: usize): void {
  let before = blank
  store<i32>(labels, blank)
  for (let i = 0; i < length; i++, target += 4, labels += 8, skips += 8) {
    const label = load<i32>(target)
    store<i32>(labels, label, 4)
    store<i32>(labels, blank, 8)
    if (i > 0 && label != before) store<f32>(skips, 0, 4)
    before = label
  }
}
/** y = x[label]; what is −∞ becomes NONE. */
function emissions(x: usize, labels: usize, y: usize, count: i32): void {
  for (let s = 0; s < count; s++, labels += 4, y += 4) {
    const v = load<f32>(x + (<usize>load<i32>(labels) << 2))
    store<f32>(y, v < NONE ? NONE : v)
  }
}
/** One step of the forward variables: y = emission + ln Σ e^x over what may come before. */
function forward(x: usize, y: usize, emission: usize, skips: usize, count: i32): void {
  for (let s = 0; s < count; s += 4, x += 16, y += 16, emission += 16, skips += 16) {
    const skipped = f32x4.add(v128.load(x - 8), v128.load(skips))
    v128.store(y, f32x4.add(v128.load(emission), logSum(v128.load(x), v128.load(x - 4), skipped)))
  }
}
/** One step of the backward variables: y = ln Σ e^(x + emission) over what may follow. */
function backward(x: usize, y: usize, emission: usize, skips: usize, count: i32): void {
  for (let s = 0, p = x; s < count; s += 4, p += 16, emission += 16)
    v128.store(p, f32x4.add(v128.load(p), v128.load(emission)))
  for (let s = 0; s < count; s += 4, x += 16, y += 16, skips += 16) {
    const skipped = f32x4.add(v128.load(x, 8), v128.load(skips, 8))
    v128.store(y, logSum(v128.load(x), v128.load(x, 4), skipped))
  }
}

/** [logProbs, targets, input lengths, target lengths, loss, alpha, scratch, T, B, C, states, target stride, blank, zero infinity?] */
export function ctc(args: usize): void {
  const inputLengths = at(args, 2), targetLengths = at(args, 3), loss = at(args, 4), scratch = at(args, 6)
  const time = int(args, 7), batch = int(args, 8), classes = int(args, 9), wide = int(args, 10), stride = int(args, 11)
  const labels = rowAt(scratch, wide, 0), skips = rowAt(scratch, wide, 1), emission = rowAt(scratch, wide, 2)
  let target = at(args, 1)
  for (let n = 0; n < batch; n++) {
    const steps = load<i32>(inputLengths + (<usize>n << 2)), length = load<i32>(targetLengths + (<usize>n << 2))
    const count = 2 * length + 1
    let x = rowAt(scratch, wide, 3), y = rowAt(scratch, wide, 4), alpha = at(args, 5) + (<usize>(n * time * wide) << 2)
    let scale: f64 = 0
    clear(scratch, wide, 5)
    states(target, length, int(args, 12), labels, skips)
    for (let t = 0; t < steps; t++, alpha += <usize>wide << 2) {
      emissions(at(args, 0) + (<usize>((t * batch + n) * classes) << 2), labels, emission, count)
      if (t == 0) memory.copy(y, emission, min(count, 2) << 2)
      else forward(x, y, emission, skips, count)
      scale += normalize(y, count)
      memory.copy(alpha, y, <usize>count << 2)
      const swap = x
      x = y
      y = swap
    }
    let nats: f64 = steps == 0 && length == 0 ? 0 : -Infinity
    if (steps > 0) {
      const a = load<f32>(x + (<usize>(count - 1) << 2)), b = load<f32>(x + (<usize>count << 2) - 8)
      const m = max<f32>(a, b)
      if (!(m < POSSIBLE)) nats = scale + <f64>m + NativeMath.log(NativeMath.exp(a - m) + NativeMath.exp(b - m))
    }
    store<f32>(loss + (<usize>n << 2), nats == -Infinity && int(args, 13) != 0 ? 0 : <f32>(0 - nats))
    target += <usize>(stride == 0 ? length : stride) << 2
  }
}

/** d = g eˣ of one row of classes */
function probabilities(x: usize, d: usize, classes: i32, g: f32): void {
  const factor = f32x4.splat(g)
  for (; classes >= 4; classes -= 4, x += 16, d += 16) v128.store(d, f32x4.mul(factor, exp(v128.load(x))))
  for (; classes > 0; classes--, x += 4, d += 4) store<f32>(d, g * NativeMathf.exp(load<f32>(x)))
}
/** d[label] −= g e^joint / Σ e^joint */
function occupancies(joint: usize, labels: usize, d: usize, count: i32, m: f32, g: f32): void {
  const shift = f32x4.splat(m)
  let sum: f32 = 0
  for (let s = 0, p = joint; s < count; s += 4, p += 16) v128.store(p, exp(f32x4.sub(v128.load(p), shift)))
  for (let s = 0; s < count; s++) sum += load<f32>(joint + (<usize>s << 2))
  const share = g / sum
  for (let s = 0; s < count; s++, joint += 4, labels += 4) {
    const p = d + (<usize>load<i32>(labels) << 2)
    store<f32>(p, load<f32>(p) - share * load<f32>(joint))
  }
}

/** [g, logProbs, targets, input lengths, target lengths, alpha, dx, scratch, T, B, C, states, target stride, blank, zero infinity?] */
export function ctcGrad(args: usize): void {
  const inputLengths = at(args, 3), targetLengths = at(args, 4), scratch = at(args, 7)
  const time = int(args, 8), batch = int(args, 9), classes = int(args, 10), wide = int(args, 11), stride = int(args, 12)
  const labels = rowAt(scratch, wide, 0), skips = rowAt(scratch, wide, 1), emission = rowAt(scratch, wide, 2)
  const joint = rowAt(scratch, wide, 5), row = <usize>classes << 2, step = <usize>batch * row
  const impossible: f32 = int(args, 14) != 0 ? 0 : NaN
  let target = at(args, 2)
  memory.fill(at(args, 6), 0, <usize>time * step)
  for (let n = 0; n < batch; n++) {
    const steps = load<i32>(inputLengths + (<usize>n << 2)), length = load<i32>(targetLengths + (<usize>n << 2))
    const count = 2 * length + 1, g = load<f32>(at(args, 0) + (<usize>n << 2))
    let x = rowAt(scratch, wide, 3), y = rowAt(scratch, wide, 4)
    clear(scratch, wide, 6)
    states(target, length, int(args, 13), labels, skips)
    store<f32>(y + (<usize>(count - 1) << 2), 0)
    if (count > 1) store<f32>(y + (<usize>(count - 2) << 2), 0)
    for (let t = steps - 1; t >= 0; t--) {
      const at1 = at(args, 1) + <usize>t * step + <usize>n * row, d = at(args, 6) + <usize>t * step + <usize>n * row
      if (t < steps - 1) {
        const swap = x
        x = y
        y = swap
        emissions(at1 + step, labels, emission, count)
        backward(x, y, emission, skips, count)
        normalize(y, count)
      }
      memory.copy(joint, at(args, 5) + (<usize>((n * time + t) * wide) << 2), <usize>count << 2)
      for (let s: usize = 0; s < <usize>count; s += 4)
        v128.store(joint + (s << 2), f32x4.add(v128.load(joint + (s << 2)), v128.load(y + (s << 2))))
      const m = rowMax(joint, count)
      if (m < POSSIBLE) {
        for (let c: usize = 0; c < row; c += 4) store<f32>(d + c, impossible)
        continue
      }
      probabilities(at1, d, classes, g)
      occupancies(joint, labels, d, count, m, g)
    }
    target += <usize>(stride == 0 ? length : stride) << 2
  }
}
