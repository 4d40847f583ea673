import { Generator } from '@core/tensor'
import { CharTokenizer } from '@nn/data'
import { expect, test } from 'vitest'
import { CELLS, CharModel } from '../src/language/model.js'
import { draw, sample } from '../src/language/sample.js'

test('draw walks through the probabilities', () => {
  const logits = [0.1, 0.2, 0, 0.7].map(Math.log)
  expect([0, 0.09, 0.11, 0.29, 0.31, 0.999_999].map((u) => draw(logits, 1, u))).toEqual([0, 0, 1, 1, 3, 3])
})

test('low temperatures choose the likeliest, high ones do not care', () => {
  const logits = [1, 3, 2]
  expect([0, 0.5, 0.999_999].map((u) => draw(logits, 1e-9, u))).toEqual([1, 1, 1])
  expect([0.3, 0.6, 0.9].map((u) => draw(logits, 100, u))).toEqual([0, 1, 2])
  expect(draw([1e30, -1e30], 1, 0.999_999)).toBe(0)
})

test.each(CELLS)('a sample of the %s repeats for the same generator and carries the state', (cell) => {
  const tokenizer = CharTokenizer.fromText('abcdef')
  const model = new CharModel({ cell, vocabulary: 6, embedding: 4, hidden: 8 })
  const text = (seed: number, prompt: string) =>
    sample(model, tokenizer, prompt, { length: 40, temperature: 1, generator: new Generator(seed) })
  expect(text(1, 'abc')).toHaveLength(40)
  expect(text(1, 'abc')).toBe(text(1, 'abc'))
  expect(text(2, 'abc')).not.toBe(text(1, 'abc'))
  // Drawn one by one from a carried state, or after the whole text at once: the same character.
  const likeliest = (prompt: string, length: number) =>
    sample(model, tokenizer, prompt, { length, temperature: 1e-6, generator: new Generator(1) })
  const drawn = likeliest('abc', 20)
  expect(likeliest(`abc${drawn.slice(0, 19)}`, 1)).toBe(drawn[19])
})
