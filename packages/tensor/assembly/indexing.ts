// Rows chosen by index.
import { at, int } from './memory'

/** [table, index, y, count, bytes of a row] */
export function gatherRows(args: usize): void {
  const table = at(args, 0),
    width = at(args, 4)
  let index = at(args, 1),
    y = at(args, 2)
  if (width == 4) return single(table, index, y, int(args, 3))
  for (let i = int(args, 3); i > 0; i--, index += 4, y += width)
    memory.copy(y, table + <usize>load<u32>(index) * width, width)
}
function single(table: usize, index: usize, y: usize, count: i32): void {
  for (; count > 0; count--, index += 4, y += 4)
    store<u32>(y, load<u32>(table + ((<usize>load<u32>(index)) << 2)))
}

/** [x, index, y, count, width, size] */
export function scatterAddRows(args: usize): void {
  const y = at(args, 2),
    n = int(args, 4),
    row = (<usize>n) << 2,
    row8 = (<usize>(n & ~7)) << 2
  let x = at(args, 0),
    index = at(args, 1)
  memory.fill(y, 0, at(args, 5) * row)
  for (let i = int(args, 3); i > 0; i--, index += 4, x += row)
    addRow(x, y + <usize>load<u32>(index) * row, row, row8)
}
function addRow(x: usize, y: usize, row: usize, row8: usize): void {
  let j: usize = 0
  for (; j < row8; j += 32) {
    const a = v128.load(x + j),
      b = v128.load(x + j, 16),
      c = v128.load(y + j),
      d = v128.load(y + j, 16)
    const s = f32x4.add(c, a),
      t = f32x4.add(d, b)
    v128.store(y + j, s)
    v128.store(y + j, t, 16)
  }
  for (; j < row; j += 4) store<f32>(y + j, load<f32>(y + j) + load<f32>(x + j))
}
