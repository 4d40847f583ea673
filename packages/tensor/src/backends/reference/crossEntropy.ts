import type { Kernel } from './kernel.js'
import { rowMax } from './softmax.js'

/** loss = log Z − x[target], log Z = max + log Σ e^(x − max) */
export const crossEntropy: Kernel<'crossEntropy'> = (inputs, outputs, { rows, n, ignoreIndex }) => {
  const [x, target] = inputs
  const [loss, logZ] = outputs
  for (let row = 0; row < rows; row++) {
    const start = row * n
    const max = rowMax(x, start, n)
    let sum = 0
    for (let j = start; j < start + n; j++) sum += Math.exp(x[j] - max)
    const logSum = Math.log(sum)
    logZ[row] = max + logSum
    const wanted = target[row]
    loss[row] = wanted === ignoreIndex ? 0 : max - x[start + wanted] + logSum
  }
}

/** dx = g (e^(x − log Z) − [j = target]), 0 in ignored rows */
export const crossEntropyGrad: Kernel<'crossEntropyGrad'> = (inputs, outputs, { rows, n, ignoreIndex }) => {
  const [g, x, target, logZ] = inputs
  const [dx] = outputs
  for (let row = 0; row < rows; row++) {
    const start = row * n
    const wanted = target[row]
    if (wanted === ignoreIndex) {
      dx.fill(0, start, start + n)
      continue
    }
    for (let j = 0; j < n; j++) {
      const probability = Math.exp(x[start + j] - logZ[row])
      dx[start + j] = g[row] * (probability - (j === wanted ? 1 : 0))
    }
  }
}
