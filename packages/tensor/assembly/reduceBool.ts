// Whether any, or all, of the middle axis of [outer, n, inner] bytes are true.

@inline function fold(all: bool, x: usize, y: usize, n: i32, inner: i32): void {
  for (const end = y + <usize>inner; y < end; x++, y++) {
    let found: u8 = all ? 1 : 0
    for (let k = 0, p = x; k < n; k++, p += inner) {
      const v = load<u8>(p)
      if (all ? v == 0 : v != 0) {
        found = all ? 0 : 1
        break
      }
    }
    store<u8>(y, found)
  }
}
export function any(x: usize, y: usize, n: i32, inner: i32): void {
  fold(false, x, y, n, inner)
}
export function all(x: usize, y: usize, n: i32, inner: i32): void {
  fold(true, x, y, n, inner)
}
