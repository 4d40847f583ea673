import type { TypedArray } from '../../dtype.js'
import type { CtcAttrs } from '../kernels/ctc.js'
import type { Reference } from './kernel.js'

/** One sequence of a batch: its class at every state, and whether a state may be entered from two before. */
interface Sequence {
  readonly steps: number
  readonly labels: Int32Array
  readonly skips: readonly boolean[]
}

function* sequencesOf(
  targets: TypedArray,
  inputLengths: TypedArray,
  targetLengths: TypedArray,
  { batch, targetStride, blank }: CtcAttrs,
): Generator<[number, Sequence]> {
  let offset = 0
  for (let n = 0; n < batch; n++) {
    const length = targetLengths[n]!
    const start = targetStride === 0 ? offset : n * targetStride
    offset += length
    const labels = new Int32Array(2 * length + 1).fill(blank)
    for (let i = 0; i < length; i++) labels[2 * i + 1] = targets[start + i]!
    const skips = Array.from(labels, (label, s) => s % 2 === 1 && s > 1 && label !== labels[s - 2])
    yield [n, { steps: inputLengths[n]!, labels, skips }]
  }
}

/** ln Σ eˣ */
function logSum(...values: readonly number[]): number {
  const max = Math.max(...values)
  if (max === -Infinity) return max
  let sum = 0
  for (const v of values) sum += Math.exp(v - max)
  return max + Math.log(sum)
}

/** Subtracts the largest value and returns it; where nothing is possible, 0. */
function normalize(row: Float64Array): number {
  let max = -Infinity
  for (const v of row) max = Math.max(max, v)
  if (max === -Infinity) return 0
  for (let s = 0; s < row.length; s++) row[s]! -= max
  return max
}

/** α₀(0) = p(blank), α₀(1) = p(first label); α_t(s) = p_t(s) (α_{t−1}(s) + α_{t−1}(s−1) + [skip] α_{t−1}(s−2)) */
export const ctc: Reference<'ctc'> = (inputs, outputs, attrs) => {
  const [logProbs, targets, inputLengths, targetLengths] = inputs
  const [loss, alphas] = outputs
  const { time, batch, classes, states, zeroInfinity } = attrs
  for (const [n, { steps, labels, skips }] of sequencesOf(targets, inputLengths, targetLengths, attrs)) {
    const count = labels.length
    let before = new Float64Array(count).fill(-Infinity)
    let scale = 0
    for (let t = 0; t < steps; t++) {
      const row = Float64Array.from(labels, (label, s) => {
        const emission = logProbs[(t * batch + n) * classes + label]!
        if (t === 0) return s < 2 ? emission : -Infinity
        const skipped = skips[s] ? before[s - 2]! : -Infinity
        return emission + logSum(before[s]!, s > 0 ? before[s - 1]! : -Infinity, skipped)
      })
      scale += normalize(row)
      alphas.set(row, (n * time + t) * states)
      before = row
    }
    const likelihood =
      steps > 0
        ? scale + logSum(before[count - 1]!, count > 1 ? before[count - 2]! : -Infinity)
        : count > 1
          ? -Infinity
          : 0
    loss[n] = likelihood === -Infinity && zeroInfinity ? 0 : 0 - likelihood
  }
}

/** β_t(s) = Σ p_{t+1}(s′) β_{t+1}(s′) over what may follow s; occupancy γ_t(s) = α_t(s) β_t(s) / Σ */
export const ctcGrad: Reference<'ctcGrad'> = (inputs, outputs, attrs) => {
  const [g, logProbs, targets, inputLengths, targetLengths, alphas] = inputs
  const [dx] = outputs
  const { time, batch, classes, states, zeroInfinity } = attrs
  dx.fill(0)
  for (const [n, { steps, labels, skips }] of sequencesOf(targets, inputLengths, targetLengths, attrs)) {
    const count = labels.length
    let beta = Float64Array.from(labels, (_, s) => (s >= count - 2 ? 0 : -Infinity))
    for (let t = steps - 1; t >= 0; t--) {
      if (t < steps - 1) {
        const next = beta.map((b, s) => b + logProbs[((t + 1) * batch + n) * classes + labels[s]!]!)
        const at = (s: number) => (s < count ? next[s]! : -Infinity)
        beta = beta.map((_, s) => logSum(at(s), at(s + 1), skips[s + 2] ? at(s + 2) : -Infinity))
        normalize(beta)
      }
      const joint = beta.map((b, s) => b + alphas[(n * time + t) * states + s]!)
      const possible = logSum(...joint)
      const row = (t * batch + n) * classes
      if (possible === -Infinity) {
        dx.fill(zeroInfinity ? 0 : Number.NaN, row, row + classes)
        continue
      }
      for (let c = 0; c < classes; c++) dx[row + c] = g[n]! * Math.exp(logProbs[row + c]!)
      for (let s = 0; s < count; s++) dx[row + labels[s]!]! -= g[n]! * Math.exp(joint[s]! - possible)
    }
  }
}
