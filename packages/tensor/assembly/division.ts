// Quotients and remainders, and the angle of two numbers, one at a time.

export function atan2(a: usize, b: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; a += 4, b += 4, y += 4)
    store<f32>(y, NativeMathf.atan2(load<f32>(a), load<f32>(b)))
}
export function fmod(a: usize, b: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; a += 4, b += 4, y += 4)
    store<f32>(y, NativeMathf.mod(load<f32>(a), load<f32>(b)))
}
/** With the sign of the divisor. */
export function remainder(a: usize, b: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; a += 4, b += 4, y += 4) {
    const q = load<f32>(b), r = NativeMathf.mod(load<f32>(a), q)
    store<f32>(y, r != 0 && q < 0 != r < 0 ? r + q : r)
  }
}
/** ⌊p / q⌋ by way of the remainder, so that the rounding of the quotient does not reach the next integer. */
function floored(p: f32, q: f32): f32 {
  if (q == 0) return p / q
  const r = NativeMathf.mod(p, q)
  let d = (p - r) / q
  if (r != 0 && q < 0 != r < 0) d -= 1
  if (d == 0) return copysign<f32>(0, p / q)
  const f = floor<f32>(d)
  return d - f > 0.5 ? f + 1 : f
}
export function floorDiv(a: usize, b: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; a += 4, b += 4, y += 4)
    store<f32>(y, floored(load<f32>(a), load<f32>(b)))
}

// Integers: a division by 0 gives 0; that by −1 is apart, since −2³¹ / −1 would trap.
@inline function quotient(p: i32, q: i32): i32 { return q == 0 ? 0 : q == -1 ? 0 - p : p / q }
@inline function rest(p: i32, q: i32): i32 { return q == 0 || q == -1 ? 0 : p % q }

export function fmodInt(a: usize, b: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; a += 4, b += 4, y += 4)
    store<i32>(y, rest(load<i32>(a), load<i32>(b)))
}
export function remainderInt(a: usize, b: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; a += 4, b += 4, y += 4) {
    const q = load<i32>(b), r = rest(load<i32>(a), q)
    store<i32>(y, r != 0 && (r ^ q) < 0 ? r + q : r)
  }
}
export function floorDivInt(a: usize, b: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; a += 4, b += 4, y += 4) {
    const p = load<i32>(a), q = load<i32>(b), r = rest(p, q)
    store<i32>(y, quotient(p, q) - i32(r != 0 && (r ^ q) < 0))
  }
}
export function truncDivInt(a: usize, b: usize, y: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; a += 4, b += 4, y += 4)
    store<i32>(y, quotient(load<i32>(a), load<i32>(b)))
}
