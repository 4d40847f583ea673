import type { TypedArray } from '../../dtype.js'
import type { Reference } from './kernel.js'

/** The places of one unit's values: for each of `count` stretches the first one; each is `length` long. */
interface Places {
  readonly count: number
  readonly length: number
  start(i: number): number
}

/** Writes shift, rest, 1 / √(variance + eps) and variance of one unit. */
function measure(
  x: TypedArray,
  { count, length, start }: Places,
  centred: boolean,
  eps: number,
  stats: TypedArray,
  unit: number,
): void {
  const units = stats.length / 4
  const n = count * length
  let sum = 0
  if (centred) for (let i = 0; i < count; i++) for (let j = 0; j < length; j++) sum += x[start(i) + j]
  const mean = centred ? sum / n : 0
  let squares = 0
  let rest = 0
  for (let i = 0; i < count; i++)
    for (let j = 0; j < length; j++) {
      const d = x[start(i) + j] - mean
      rest += d
      squares += d * d
    }
  rest /= n
  const variance = centred ? squares / n - rest * rest : squares / n
  stats[unit] = mean
  stats[units + unit] = centred ? mean + rest - stats[unit] : 0
  stats[2 * units + unit] = 1 / Math.sqrt(variance + eps)
  stats[3 * units + unit] = variance
}

/** y = ((x − shift) − rest) / √(variance + eps) · w + b, each row with its own statistics */
export const rowNorm: Reference<'rowNorm'> = (inputs, outputs, attrs) => {
  const [x, weight, bias] = inputs
  const [y, stats] = outputs
  const { rows, n, groups, inner, eps, centred } = attrs
  for (let row = 0; row < rows; row++) {
    measure(x, { count: 1, length: n, start: () => row * n }, centred, eps, stats, row)
    const first = (row % groups) * (n / inner)
    for (let j = 0; j < n; j++) {
      const k = first + Math.floor(j / inner)
      const z = (x[row * n + j] - stats[row] - stats[rows + row]) * stats[2 * rows + row]
      y[row * n + j] = z * (attrs.weight ? weight[k] : 1) + (attrs.bias ? bias[k] : 0)
    }
  }
}

/** With z the normalised values and p = g w: dx = (p − mean p − z · mean (p z)) / √…, dw = Σ g z, db = Σ g */
export const rowNormGrad: Reference<'rowNormGrad'> = (inputs, outputs, attrs) => {
  const [g, x, stats, weight] = inputs
  const [dx, dw, db] = outputs
  const { rows, n, groups, inner, centred } = attrs
  const [sumG, sumGz] = attrs.weight ? [new Float64Array(dw.length), new Float64Array(dw.length)] : []
  for (let row = 0; row < rows; row++) {
    const first = (row % groups) * (n / inner)
    const factor = stats[2 * rows + row]
    const at = (j: number) => (x[row * n + j] - stats[row] - stats[rows + row]) * factor
    let sumP = 0
    let sumPz = 0
    for (let j = 0; j < n; j++) {
      const k = first + Math.floor(j / inner)
      const gj = g[row * n + j]
      const p = gj * (attrs.weight ? weight[k] : 1)
      const z = at(j)
      sumP += p
      sumPz += p * z
      if (sumG && sumGz) {
        sumG[k] += gj
        sumGz[k] += gj * z
      }
    }
    for (let j = 0; j < n; j++) {
      const p = g[row * n + j] * (attrs.weight ? weight[first + Math.floor(j / inner)] : 1)
      dx[row * n + j] = factor * (p - (centred ? sumP / n : 0) - (at(j) * sumPz) / n)
    }
  }
  if (sumG && sumGz) {
    dw.set(sumGz)
    db.set(sumG)
  }
}

/** The same over the values of a channel. */
export const channelNorm: Reference<'channelNorm'> = (inputs, outputs, attrs) => {
  const { outer, channels, inner, eps, fixed } = attrs
  const [x, ...more] = inputs
  const stats = fixed ? more.shift()! : outputs[1]
  const [weight, bias] = more
  const [y] = outputs
  for (let c = 0; c < channels; c++) {
    const start = (o: number) => (o * channels + c) * inner
    if (!fixed && outer * inner > 0) measure(x, { count: outer, length: inner, start }, true, eps, stats, c)
    const factor = stats[2 * channels + c]
    for (let o = 0; o < outer; o++)
      for (let at = start(o); at < start(o) + inner; at++) {
        const z = (x[at] - stats[c] - stats[channels + c]) * factor
        y[at] = z * (attrs.weight ? weight[c] : 1) + (attrs.bias ? bias[c] : 0)
      }
  }
}

/** Its gradient; statistics that are given are constants. */
export const channelNormGrad: Reference<'channelNormGrad'> = (inputs, outputs, attrs) => {
  const [g, x, stats, weight] = inputs
  const [dx, dw, db] = outputs
  const { outer, channels, inner, fixed } = attrs
  const n = outer * inner
  for (let c = 0; c < channels; c++) {
    const factor = stats[2 * channels + c]
    const at = (i: number) => (x[i] - stats[c] - stats[channels + c]) * factor
    let sumG = 0
    let sumGz = 0
    for (let o = 0; o < outer; o++)
      for (let i = (o * channels + c) * inner; i < (o * channels + c + 1) * inner; i++) {
        sumG += g[i]
        sumGz += g[i] * at(i)
      }
    const scale = factor * (attrs.weight ? weight[c] : 1)
    for (let o = 0; o < outer; o++)
      for (let i = (o * channels + c) * inner; i < (o * channels + c + 1) * inner; i++)
        dx[i] = scale * (fixed ? g[i] : g[i] - sumG / n - (at(i) * sumGz) / n)
    if (attrs.weight) {
      dw[c] = sumGz
      db[c] = sumG
    }
  }
}
