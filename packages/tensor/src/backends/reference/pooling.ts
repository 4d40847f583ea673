import type { AvgPoolAttrs, PoolAttrs } from '../kernels/pooling.js'
import type { Reference } from './kernel.js'

/** The positions of window i in one dimension: from start, below end, step apart; and how many there would be without an edge. */
function window(attrs: PoolAttrs, dim: 0 | 1, i: number) {
  const n = attrs.input[dim]
  if (attrs.adaptive) {
    const m = attrs.output[dim]
    const start = Math.floor((i * n) / m)
    const end = Math.ceil(((i + 1) * n) / m)
    return { start, end, step: 1, padded: end - start }
  }
  const step = attrs.dilation[dim]
  const begin = i * attrs.stride[dim] - attrs.padding[dim]
  const past = begin + (attrs.kernel[dim] - 1) * step + 1
  const start = begin < 0 ? begin + Math.ceil(-begin / step) * step : begin
  return { start, end: Math.min(past, n), step, padded: Math.min(past, n + attrs.padding[dim]) - begin }
}

/** The largest value of each window, and where it stands */
export const maxPool: Reference<'maxPool'> = ([x], [y, index], attrs) => {
  const { planes, input, output } = attrs
  for (let plane = 0, at = 0; plane < planes; plane++) {
    const from = plane * input[0] * input[1]
    for (let r = 0; r < output[0]; r++)
      for (let c = 0; c < output[1]; c++, at++) {
        const rows = window(attrs, 0, r)
        const columns = window(attrs, 1, c)
        let best = -Infinity
        let where = rows.start * input[1] + columns.start
        for (let i = rows.start; i < rows.end; i += rows.step)
          for (let j = columns.start; j < columns.end; j += columns.step) {
            const v = x[from + i * input[1] + j]
            if (v > best || Number.isNaN(v)) {
              best = v
              where = i * input[1] + j
            }
          }
        y[at] = best
        index[at] = where
      }
  }
}

function walk(
  attrs: AvgPoolAttrs,
  visit: (window: number, from: number, rows: number, columns: number, divisor: number) => void,
) {
  const { planes, input, output } = attrs
  for (let plane = 0, at = 0; plane < planes; plane++)
    for (let r = 0; r < output[0]; r++)
      for (let c = 0; c < output[1]; c++, at++) {
        const a = window(attrs, 0, r)
        const b = window(attrs, 1, c)
        const rows = Math.max(0, a.end - a.start)
        const columns = Math.max(0, b.end - b.start)
        const divisor = attrs.divisor || (attrs.countIncludePad ? a.padded * b.padded : rows * columns)
        visit(at, (plane * input[0] + a.start) * input[1] + b.start, rows, columns, divisor)
      }
}

/** The average of each window */
export const avgPool: Reference<'avgPool'> = ([x], [y], attrs) => {
  walk(attrs, (at, from, rows, columns, divisor) => {
    let sum = 0
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) sum += x[from + i * attrs.input[1] + j]
    y[at] = sum / divisor
  })
}

/** Each gradient, divided, to all values of its window */
export const avgPoolGrad: Reference<'avgPoolGrad'> = ([g], [dx], attrs) => {
  const sum = new Float64Array(dx.length)
  walk(attrs, (at, from, rows, columns, divisor) => {
    const share = g[at] / divisor
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) sum[from + i * attrs.input[1] + j] += share
  })
  dx.set(sum)
}
