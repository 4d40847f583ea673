// Addresses and the small loads and stores that every kernel needs.

// Scratch of this instance: a constant of the instance, not of the memory, so that workers on one memory can
// each have their own.
let work: usize = (__heap_base + 63) & ~63
/** Bytes of scratch behind `work`. */
export const WORK_BYTES: usize = 16384

export const BLOCK: i32 = 512 // elements an operand is gathered or repeated in at a time
@inline export function block(i: usize): usize {
  return work + i * <usize>BLOCK * 4
} // three operands: 0, 1, 2
@inline export function tail(): usize {
  return work + 8192
} // a few vectors: the last, partial block of a result
@inline export function index(): usize {
  return work + 9216
} // counters of walks
@inline export function stage(): usize {
  return work + 10240
} // rows narrower than a vector, tiles at the edge

/** First byte that the kernels do not use themselves. */
export function base(): usize {
  return work + WORK_BYTES
}
/** Bytes of the scratch area. */
export function workBytes(): usize {
  return WORK_BYTES
}
/** Moves the scratch area. */
export function setWork(at: usize): void {
  work = at
}

@inline export function int(args: usize, i: usize): i32 {
  return load<i32>(args + (i << 2))
}
@inline export function at(args: usize, i: usize): usize {
  return <usize>load<u32>(args + (i << 2))
}
@inline export function float(args: usize, i: usize): f32 {
  return load<f32>(args + (i << 2))
}

/** Copies n words one by one: for a few of them. */
export function copyWords(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++, x += 4, y += 4) store<u32>(y, load<u32>(x))
}
export function copyBytes(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(y++, load<u8>(x++))
}
/** Eight words, of which the first n (< 8) come from x and the rest are `rest`. */
export function padded(x: usize, y: usize, n: i32, rest: f32): void {
  const r = f32x4.splat(rest)
  v128.store(y, r)
  v128.store(y, r, 16)
  copyWords(x, y, n)
}
/** Repeats a word n times; writes whole vectors. */
export function repeat(word: u32, y: usize, n: i32): void {
  const w = i32x4.splat(word)
  for (const end = y + ((<usize>n) << 2); y < end; y += 16) v128.store(y, w)
}
