import type { Reference } from './kernel.js'

/** y[o, j, i] = x[o, index[o, j, i], i] */
export const gatherAlong: Reference<'gatherAlong'> = (inputs, outputs, { outer, n, inner, count }) => {
  const [x, index] = inputs
  const [y] = outputs
  let at = 0
  for (let o = 0; o < outer; o++)
    for (let j = 0; j < count; j++)
      for (let i = 0; i < inner; i++, at++) y[at] = x[(o * n + index[at]) * inner + i]
}

/** y[o, index[o, j, i], i] = x[o, j, i], or +=, or ×= */
export const scatterAlong: Reference<'scatterAlong'> = (
  inputs,
  outputs,
  { outer, n, inner, count, mode },
) => {
  const [x, index] = inputs
  const [y] = outputs
  let at = 0
  for (let o = 0; o < outer; o++)
    for (let j = 0; j < count; j++)
      for (let i = 0; i < inner; i++, at++) {
        const to = (o * n + index[at]) * inner + i
        y[to] = mode === 'add' ? y[to] + x[at] : mode === 'multiply' ? y[to] * x[at] : x[at]
      }
}
