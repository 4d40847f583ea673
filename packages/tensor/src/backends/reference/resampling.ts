import type { Reference } from './kernel.js'

/** y[o, i, j] = Σₜ weight[i, t] · x[o, index[i, t], j] */
export const resample: Reference<'resample'> = ([x, index, weight], [y], { outer, n, m, taps, inner }) => {
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < inner; j++) {
        let sum = 0
        for (let t = i * taps; t < (i + 1) * taps; t++) sum += weight[t] * x[(o * n + index[t]) * inner + j]
        y[(o * m + i) * inner + j] = sum
      }
}

/** dx[o, index[i, t], j] += weight[i, t] · g[o, i, j] */
export const resampleGrad: Reference<'resampleGrad'> = (inputs, [dx], { outer, n, m, taps, inner }) => {
  const [g, index, weight] = inputs
  const sum = new Float64Array(n * inner)
  for (let o = 0; o < outer; o++) {
    sum.fill(0)
    for (let i = 0; i < m; i++)
      for (let t = i * taps; t < (i + 1) * taps; t++)
        for (let j = 0; j < inner; j++) sum[index[t] * inner + j] += weight[t] * g[(o * m + i) * inner + j]
    dx.set(sum, o * n * inner)
  }
}
