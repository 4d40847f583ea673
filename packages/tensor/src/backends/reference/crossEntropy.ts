import type { Reference } from './kernel.js'
import { rowMax } from './softmax.js'

/** loss = max + log Σ e^(x − max) − x[target] */
export const crossEntropy: Reference<'crossEntropy'> = (inputs, outputs, { rows, n, ignoreIndex }) => {
  const [x, target] = inputs
  const [loss, norm] = outputs
  for (let row = 0; row < rows; row++) {
    const start = row * n
    const max = rowMax(x, start, n)
    let sum = 0
    for (let j = start; j < start + n; j++) sum += Math.exp(x[j] - max)
    norm[2 * row] = max
    norm[2 * row + 1] = sum
    const wanted = target[row]
    loss[row] = wanted === ignoreIndex ? 0 : max - x[start + wanted] + Math.log(sum)
  }
}

/** dx = g (e^(x − max) / Σ e^(x − max) − [j = target]), 0 in ignored rows */
export const crossEntropyGrad: Reference<'crossEntropyGrad'> = (
  inputs,
  outputs,
  { rows, n, ignoreIndex },
) => {
  const [g, x, target, norm] = inputs
  const [dx] = outputs
  for (let row = 0; row < rows; row++) {
    const start = row * n
    const wanted = target[row]
    if (wanted === ignoreIndex) {
      dx.fill(0, start, start + n)
      continue
    }
    for (let j = 0; j < n; j++) {
      const probability = Math.exp(x[start + j] - norm[2 * row]) / norm[2 * row + 1]
      dx[start + j] = g[row] * (probability - (j === wanted ? 1 : 0))
    }
  }
}
