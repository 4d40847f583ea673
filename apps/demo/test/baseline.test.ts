import { Generator } from '@core/tensor'
import { expect, test } from 'vitest'
import { baseline, countAll, interpolate, nll } from '../src/language/baseline.js'

// a = 0, b = 1, c = 2; the text is "abab", c never occurs.
const abab = Int32Array.of(0, 1, 0, 1)

test('a unigram model counts with one added for each token', () => {
  const model = interpolate(countAll(abab, 1, 3), [])
  expect(model(Int32Array.of(0), 0)).toBeCloseTo(3 / 7)
  expect(model(Int32Array.of(2), 0)).toBeCloseTo(1 / 7)
})

test('longer contexts fall back on shorter ones', () => {
  const model = interpolate(countAll(abab, 3, 3), [2, 1])
  // After a: b twice of two. P(b|a) = (2 + 2 · 3/7) / (2 + 2) = 5/7.
  const bigram = interpolate(countAll(abab, 2, 3), [2])
  expect(bigram(Int32Array.of(0, 1), 1)).toBeCloseTo(5 / 7)
  // After c, never seen: the unigram.
  expect(bigram(Int32Array.of(2, 1), 1)).toBeCloseTo(3 / 7)
  // After ba: b once of one. P(b|ba) = (1 + 1 · 5/7) / (1 + 1) = 6/7.
  expect(model(Int32Array.of(1, 0, 1), 2)).toBeCloseTo(6 / 7)
  // After ca, never seen: the bigram.
  expect(model(Int32Array.of(2, 0, 1), 2)).toBeCloseTo(5 / 7)
})

test('probabilities sum to one in every context', () => {
  const training = Int32Array.from({ length: 50 }, (_, i) => (i * i) % 5)
  const model = interpolate(countAll(training, 3, 6), [0.3, 3])
  for (let a = 0; a < 6; a++)
    for (let b = 0; b < 6; b++) {
      let sum = 0
      for (let c = 0; c < 6; c++) sum += model(Int32Array.of(a, b, c), 2)
      expect(sum).toBeCloseTo(1, 12)
    }
})

test('nll is the mean of −ln P', () => {
  expect(nll((_, at) => [0, 0.5, 0.25][at], Int32Array.of(0, 0, 0), 1)).toBeCloseTo(
    (Math.log(2) + Math.log(4)) / 2,
  )
})

test('a text that only a context of two predicts', () => {
  // aabb aabb …: after one letter the next is open, after two it is certain.
  const text = Int32Array.from({ length: 400 }, (_, i) => (i >> 1) & 1)
  const { bigram, trigram } = baseline(text, text.slice(0, 100), 2)
  expect(bigram).toBeCloseTo(Math.log(2), 1)
  expect(trigram).toBeLessThan(0.01)
})

test('the held-out text has no say in the smoothing', () => {
  // Noise: nothing can be learned from it, so its training part asks for strong smoothing.
  const generator = new Generator(1)
  const text = Int32Array.from({ length: 2000 }, () => generator.integer(11))
  const { trigram } = baseline(text, text, 11)
  expect(trigram).toBeGreaterThan(2.2)
  // Chosen on the held-out text (here the counted text itself), weak smoothing would seem to know it by heart.
  expect(nll(interpolate(countAll(text, 3, 11), [0.1, 0.1]), text, 2)).toBeLessThan(trigram - 0.2)
})
