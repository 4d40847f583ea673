import { philox } from '../../philox.js'
import type { Reference } from './kernel.js'

/** A word's upper 24 bits as a multiple of 2⁻²⁴ in [0, 1): exact in float32, so the same in every dtype. */
function unit(word: number): number {
  return (word >>> 8) * 2 ** -24
}

/** Turns a block of four words into four numbers. */
type Distribution = (words: Uint32Array, numbers: Float64Array) => void

/** low + (high − low) u, each operation rounded to float32: the same bits on every backend and in every dtype. */
function uniform(low: number, high: number): Distribution {
  const start = Math.fround(low)
  const range = Math.fround(Math.fround(high) - start)
  return (words, numbers) => {
    for (let i = 0; i < 4; i++) numbers[i] = Math.fround(start + Math.fround(range * unit(words[i])))
  }
}

/** u < p ? scale : 0; p is rounded to float32, so that every backend decides alike. */
function bernoulli(p: number, scale: number): Distribution {
  const threshold = Math.fround(p)
  return (words, numbers) => {
    for (let i = 0; i < 4; i++) numbers[i] = unit(words[i]) < threshold ? scale : 0
  }
}

/** mean + deviation · z, two z from two words by Box–Muller: r = √(−2 ln u), u in (0, 1]; z = r cos θ, r sin θ. */
function normal(mean: number, deviation: number): Distribution {
  return (words, numbers) => {
    for (let i = 0; i < 4; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(unit(words[i]) + 2 ** -24))
      const angle = 2 * Math.PI * unit(words[i + 1])
      numbers[i] = mean + deviation * radius * Math.cos(angle)
      numbers[i + 1] = mean + deviation * radius * Math.sin(angle)
    }
  }
}

const DISTRIBUTIONS = { uniform, normal, bernoulli }

/** Numbers from Philox; block j of the call has the counter of the state + j. */
export const random: Reference<'random'> = (inputs, outputs, { kind, low, high }) => {
  const [state] = inputs
  const [y] = outputs
  const [keyLo, keyHi, firstLo, firstHi] = state
  const distribution = DISTRIBUTIONS[kind](low, high)
  const words = new Uint32Array(4)
  const numbers = new Float64Array(4)
  for (let i = 0; i < y.length; i += 4) {
    const counterLo = (firstLo >>> 0) + i / 4
    const carry = Math.floor(counterLo / 2 ** 32)
    philox(counterLo >>> 0, firstHi + carry, keyLo, keyHi, words)
    distribution(words, numbers)
    for (let lane = 0; lane < Math.min(4, y.length - i); lane++) y[i + lane] = numbers[lane]
  }
}
