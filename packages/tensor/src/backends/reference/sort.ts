import type { Reference } from './kernel.js'

/** Sorts rows stably, NaN last in ascending order and first in descending order. */
export const sort: Reference<'sort'> = (inputs, outputs, { rows, n, descending }) => {
  const [x] = inputs
  const [y, index] = outputs
  const sign = descending ? -1 : 1
  for (let row = 0; row < rows; row++) {
    const start = row * n
    const order = Array.from({ length: n }, (_, i) => i)
    order.sort((i, j) => {
      const a = x[start + i]
      const b = x[start + j]
      const aLast = Number.isNaN(a) ? 1 : 0
      const bLast = Number.isNaN(b) ? 1 : 0
      if (aLast || bLast) return sign * (aLast - bLast)
      return a < b ? -sign : a > b ? sign : 0
    })
    for (let j = 0; j < n; j++) {
      y[start + j] = x[start + order[j]]
      index[start + j] = order[j]
    }
  }
}
