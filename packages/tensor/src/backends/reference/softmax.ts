import type { TypedArray } from '../../dtype.js'
import type { Reference } from './kernel.js'

/** The largest of the `n` values from `start` on. */
export function rowMax(x: TypedArray, start: number, n: number): number {
  let max = -Infinity
  for (let j = start; j < start + n; j++) max = Math.max(max, x[j])
  return max
}

/** y = e^(x − max) / Σ e^(x − max), or its logarithm x − max − log Σ e^(x − max) */
export const softmax: Reference<'softmax'> = (inputs, outputs, { rows, n, log }) => {
  const [x] = inputs
  const [y] = outputs
  const powers = new Float64Array(n)
  for (let row = 0; row < rows; row++) {
    const start = row * n
    const max = rowMax(x, start, n)
    let sum = 0
    for (let j = 0; j < n; j++) {
      const power = Math.exp(x[start + j] - max)
      powers[j] = power
      sum += power
    }
    const logSum = Math.log(sum)
    for (let j = 0; j < n; j++) {
      y[start + j] = log ? x[start + j] - max - logSum : powers[j] / sum
    }
  }
}

/** dx = y (g − Σ g y); where y is the logarithm: dx = g − e^y Σ g */
export const softmaxGrad: Reference<'softmaxGrad'> = (inputs, outputs, { rows, n, log }) => {
  const [g, y] = inputs
  const [dx] = outputs
  for (let row = 0; row < rows; row++) {
    const start = row * n
    let sum = 0
    for (let j = start; j < start + n; j++) sum += g[j] * (log ? 1 : y[j])
    for (let j = start; j < start + n; j++) {
      const gj = g[j]
      const yj = y[j]
      dx[j] = log ? gj - Math.exp(yj) * sum : yj * (gj - sum)
    }
  }
}
