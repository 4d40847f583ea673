// Convolution with a single output channel a group (depthwise): no products of matrices, one pass over the chunk.
import { madd } from './math'
import * as plan from './convPlan'

@inline function at(table: usize, i: i32): usize {
  return <usize>load<u32>(table + ((<usize>i) << 2))
}

/** How many of the n columns that are left of a line are taken together. */
@inline function step(n: i32): i32 {
  if (!plan.adjacent()) return 1
  return n >= 16 ? 16 : n >= 8 ? 8 : n >= 4 ? 4 : 1
}

function sum16(q: usize, weights: usize, table: usize, end: usize, bias: f32, to: usize): void {
  let s = f32x4.splat(0), t = s, u = s, v = s
  for (; table < end; table += 4, weights += 4) {
    const p = q + <usize>load<u32>(table), f = v128.load_splat<f32>(weights)
    const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48)
    s = madd(f, a, s); t = madd(f, b, t); u = madd(f, c, u); v = madd(f, d, v)
  }
  const e = f32x4.splat(bias)
  s = f32x4.add(e, s); t = f32x4.add(e, t); u = f32x4.add(e, u); v = f32x4.add(e, v)
  v128.store(to, s); v128.store(to, t, 16); v128.store(to, u, 32); v128.store(to, v, 48)
}
function sum8(q: usize, weights: usize, table: usize, end: usize, bias: f32, to: usize): void {
  let s = f32x4.splat(0), t = s
  for (; table < end; table += 4, weights += 4) {
    const p = q + <usize>load<u32>(table), f = v128.load_splat<f32>(weights)
    const a = v128.load(p), b = v128.load(p, 16)
    s = madd(f, a, s); t = madd(f, b, t)
  }
  const e = f32x4.splat(bias)
  s = f32x4.add(e, s); t = f32x4.add(e, t)
  v128.store(to, s); v128.store(to, t, 16)
}
function sum4(q: usize, weights: usize, table: usize, end: usize, bias: f32, to: usize): void {
  let s = f32x4.splat(0)
  for (; table < end; table += 4, weights += 4)
    s = madd(v128.load_splat<f32>(weights), v128.load(q + <usize>load<u32>(table)), s)
  v128.store(to, f32x4.add(f32x4.splat(bias), s))
}
/** One column, by way of a vector, for the same rounding. */
function sum1(q: usize, weights: usize, table: usize, end: usize, bias: f32, to: usize): void {
  let s = f32x4.splat(0)
  for (; table < end; table += 4, weights += 4)
    s = madd(v128.load_splat<f32>(weights), v128.load_splat<f32>(q + <usize>load<u32>(table)), s)
  store<f32>(to, f32x4.extract_lane(f32x4.add(f32x4.splat(bias), s), 0))
}

/** y of the chunk: each value its own sum over the rows in order, and the bias. */
export function depthwise(weights: usize, bias: f32): void {
  const table = plan.rowTable, end = table + ((<usize>plan.rows) << 2)
  for (let j = 0, left = plan.line(); j < plan.columns; ) {
    const q = plan.patches + at(plan.columnTable, j), to = plan.out + at(plan.outTable, j), n = step(left)
    if (n == 16) sum16(q, weights, table, end, bias, to)
    else if (n == 8) sum8(q, weights, table, end, bias, to)
    else if (n == 4) sum4(q, weights, table, end, bias, to)
    else sum1(q, weights, table, end, bias, to)
    j += n
    left = left > n ? left - n : plan.line()
  }
}

/** Values of y from `from` on times each weight, added to n columns of the patches. */
function spread(q: usize, weights: usize, from: usize, n: i32): void {
  const table = plan.rowTable, end = table + ((<usize>plan.rows) << 2)
  if (n == 1) {
    const y = v128.load_splat<f32>(from)
    for (let t = table; t < end; t += 4, weights += 4) {
      // by way of a vector, for the rounding of the other columns
      const p = q + <usize>load<u32>(t)
      store<f32>(p, f32x4.extract_lane(madd(v128.load_splat<f32>(weights), y, v128.load_splat<f32>(p)), 0))
    }
    return
  }
  for (; n > 0; n -= 4, q += 16, from += 16) {
    const y = v128.load(from)
    for (let t = table, w = weights; t < end; t += 4, w += 4) {
      const p = q + <usize>load<u32>(t)
      v128.store(p, madd(v128.load_splat<f32>(w), y, v128.load(p)))
    }
  }
}

/** The gradient for the chunk's input: y times each weight, added where it came from. */
export function depthwiseBack(weights: usize): void {
  for (let j = 0, left = plan.line(); j < plan.columns; ) {
    const n = step(left)
    spread(plan.patches + at(plan.columnTable, j), weights, plan.out + at(plan.outTable, j), n)
    j += n
    left = left > n ? left - n : plan.line()
  }
}

/** sums[k] += x y for four, eight or sixteen columns, in four lanes of each sum. */
function collect(q: usize, from: usize, n: i32, sums: usize): void {
  const table = plan.rowTable, end = table + ((<usize>plan.rows) << 2)
  const a = v128.load(from)
  if (n == 4) {
    for (let t = table; t < end; t += 4, sums += 16)
      v128.store(sums, madd(v128.load(q + <usize>load<u32>(t)), a, v128.load(sums)))
    return
  }
  const b = v128.load(from, 16)
  if (n == 8) {
    for (let t = table; t < end; t += 4, sums += 16) {
      const p = q + <usize>load<u32>(t)
      v128.store(sums, madd(v128.load(p), a, madd(v128.load(p, 16), b, v128.load(sums))))
    }
    return
  }
  const c = v128.load(from, 32), d = v128.load(from, 48)
  for (let t = table; t < end; t += 4, sums += 16) {
    const p = q + <usize>load<u32>(t)
    const s = madd(v128.load(p), a, f32x4.mul(v128.load(p, 16), b))
    const r = madd(v128.load(p, 32), c, f32x4.mul(v128.load(p, 48), d))
    v128.store(sums, f32x4.add(v128.load(sums), f32x4.add(s, r)))
  }
}

/** Adds the chunk's gradient for the weights to sums, four for each. */
export function depthwiseWeights(sums: usize): void {
  for (let j = 0, left = plan.line(); j < plan.columns; ) {
    const q = plan.patches + at(plan.columnTable, j), from = plan.out + at(plan.outTable, j), n = step(left)
    if (n == 1) {
      const v = load<f32>(from)
      for (let k = 0; k < plan.rows; k++) {
        const to = sums + ((<usize>k) << 4)
        store<f32>(to, load<f32>(to) + v * load<f32>(q + at(plan.rowTable, k)))
      }
    } else collect(q, from, n, sums)
    j += n
    left = left > n ? left - n : plan.line()
  }
}

/** The weights' gradients out of four sums each. */
export function depthwiseFinish(sums: usize, w: usize): void {
  for (let k = plan.rows; k > 0; k--, sums += 16, w += 4)
    store<f32>(w, load<f32>(sums) + load<f32>(sums, 8) + (load<f32>(sums, 4) + load<f32>(sums, 12)))
}
