/** Visits one innermost row: the position of its first element in the dense array, and where it starts in each operand. */
export type RowVisitor = (at: number, starts: readonly number[]) => void

/**
 * Walks the indices of `shape` in row-major order, a row (the innermost dimension) at a time. Each operand has its
 * strides and the offset of its first element. `starts` is one array that is changed between visits.
 */
export function walkRows(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  offsets: readonly number[],
  visit: RowVisitor,
): void {
  if (shape.some((size) => size === 0)) return
  const outer = shape.length - 1
  const width = shape[outer] ?? 1
  const index = new Array<number>(Math.max(outer, 0)).fill(0)
  const starts = [...offsets]
  for (let at = 0; ; at += width) {
    visit(at, starts)
    // one step on, as an odometer: the last wheel first; a wheel that is through goes back to 0 and carries
    let d = outer - 1
    for (; d >= 0; d--) {
      const next = index[d] + 1
      const through = next === shape[d]
      index[d] = through ? 0 : next
      for (let o = 0; o < starts.length; o++) {
        const stride = strides[o][d]
        starts[o] += through ? -(next - 1) * stride : stride
      }
      if (!through) break
    }
    if (d < 0) return
  }
}

/** The last number of `list`, or `otherwise` where it is empty. */
export function last(list: readonly number[], otherwise: number): number {
  return list.at(-1) ?? otherwise
}
