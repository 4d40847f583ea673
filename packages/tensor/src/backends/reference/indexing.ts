import type { Reference } from './kernel.js'

/** y[i] = table[index[i]] */
export const gatherRows: Reference<'gatherRows'> = (inputs, outputs, { count, width }) => {
  const [table, index] = inputs
  const [y] = outputs
  for (let i = 0; i < count; i++) {
    const from = index[i] * width
    for (let j = 0; j < width; j++) y[i * width + j] = table[from + j]
  }
}

/** y = 0; y[index[i]] += x[i], in order of i, each sum rounded to the dtype */
export const scatterAddRows: Reference<'scatterAddRows'> = (inputs, outputs, { count, width }) => {
  const [x, index] = inputs
  const [y] = outputs
  y.fill(0)
  for (let i = 0; i < count; i++) {
    const to = index[i] * width
    for (let j = 0; j < width; j++) y[to + j] += x[i * width + j]
  }
}
