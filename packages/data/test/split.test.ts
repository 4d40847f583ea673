import { arange, Generator, tensor, zeros } from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  DataLoader,
  kFold,
  type Labels,
  type Split,
  type SplitInThree,
  splitDataset,
  splitSequence,
  subset,
  tensorDataset,
} from '../src/index.js'

const share = fc.double({ min: 0.05, max: 0.95, noNaN: true })

test('a sequence is cut in two without a copy', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 200 }), share, (length, validation) => {
      const tokens = Int32Array.from({ length }, (_, i) => i)
      const parts = splitSequence(tokens, { validation })
      expect([...parts.train, ...parts.validation]).toEqual([...tokens])
      expect(Math.abs(parts.validation.length - length * validation)).toBeLessThanOrEqual(0.5)
      expect(parts.train.buffer).toBe(tokens.buffer)
    }),
  )
})

test('a dataset is split into examples that are all different', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 20, max: 60 }),
      share,
      fc.boolean(),
      async (length, validation, shuffle) => {
        const dataset = { length, get: (index: number) => index }
        const parts = splitDataset(dataset, { validation, shuffle, seed: 1 })
        const all = await Promise.all(
          [parts.train, parts.validation].flatMap((part) =>
            Array.from({ length: part.length }, (_, i) => part.get(i)),
          ),
        )
        expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i))
        if (!shuffle) expect(all).toEqual(all.toSorted((a, b) => a - b))
      },
    ),
  )
})

test('the same seed or generator splits alike', async () => {
  const dataset = tensorDataset(arange(30))
  const held = async (options: object) => {
    const { validation } = splitDataset(dataset, { validation: 0.3, ...options })
    return (await validation.batch!(Int32Array.from({ length: 9 }, (_, i) => i)))[0].toArraySync()
  }
  expect(await held({ seed: 1 })).toEqual(await held({ seed: 1 }))
  expect(await held({ seed: 1 })).not.toEqual(await held({ seed: 2 }))
  expect(await held({ generator: new Generator(4) })).toEqual(await held({ generator: new Generator(4) }))
})

test('a part keeps the fast way to make batches', async () => {
  const { train } = splitDataset(tensorDataset(arange(10), arange(10)), { shuffle: false, validation: 0.5 })
  const seen: unknown[] = []
  for await (const [x, y] of new DataLoader(train, { batchSize: 3 }))
    seen.push(x.toArraySync(), y.toArraySync())
  expect(seen).toEqual([
    [0, 1, 2],
    [0, 1, 2],
    [3, 4],
    [3, 4],
  ])
  expect(subset({ length: 1, get: () => 0 }, [0]).batch).toBe(undefined)
})

test('bad shares and indices are refused', () => {
  const tokens = new Int32Array(5)
  for (const validation of [0, 1.5, -0.1, -1, Number.NaN, Infinity, '0.1' as never])
    expect(() => splitSequence(tokens, { validation })).toThrow('validation must be a share between 0 and 1')
  expect(() => splitSequence(tokens, { validation: 0.05 })).toThrow(
    'holding out 0.05 of 5 leaves nothing held out',
  )
  expect(() => splitSequence(tokens, { validation: 0.95 })).toThrow('leaves nothing to learn from')
  expect(() => splitSequence('abc' as never)).toThrow(
    `expected an Int32Array of token numbers, got the string 'abc'`,
  )
  expect(() => splitSequence(tokens, { validation: 2, test: 3 })).toThrow(
    'holding out 2 and 3 of 5 leaves nothing to learn from',
  )
  expect(() => splitSequence(tokens, { test: 0.01 })).toThrow(
    'holding out 0.01 of 5 leaves nothing held out for test',
  )
  expect(() => splitSequence(tokens, { held: 0.1 } as never)).toThrow("there is no option 'held'")
  expect(() => splitDataset([1, 2, 3] as never)).toThrow(
    'splitDataset: the dataset must have length and get(index)',
  )
  expect(() => splitDataset({ length: 9, get: () => 0 }, { seed: 0.5 })).toThrow(
    'seed must be a whole number',
  )
  expect(() => subset({ length: 3, get: () => 0 }, [0, 3])).toThrow(
    'there is no example 3; they go from 0 to 2',
  )
  expect(() => subset({ length: 3, get: () => 0 }, [0.5])).toThrow('there is no example 0.5')
})

const whole = async (part: { length: number; get(index: number): unknown }) =>
  (await Promise.all(Array.from({ length: part.length }, (_, i) => part.get(i)))) as number[]
const numbers = (length: number) => ({ length, get: (index: number) => index })
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b)

test('three parts: sizes as asked for, by share or by number, the test part at the end', async () => {
  const tokens = Int32Array.from({ length: 20 }, (_, i) => i)
  const parts = splitSequence(tokens, { validation: 0.25, test: 3 })
  expectTypeOf(parts).toEqualTypeOf<SplitInThree<Int32Array>>()
  expect([parts.train.length, parts.validation.length, [...parts.test]]).toEqual([12, 5, [17, 18, 19]])
  expectTypeOf(splitSequence(tokens)).toEqualTypeOf<Split<Int32Array>>()
  expect(Object.keys(splitSequence(tokens))).toEqual(['train', 'validation'])
  const { train, validation, test: last } = splitDataset(numbers(20), { validation: 1, test: 0.2, seed: 1 })
  expect([train.length, validation.length, last.length]).toEqual([15, 1, 4])
  expect(sorted((await Promise.all([train, validation, last].map(whole))).flat())).toEqual([...tokens])
})

const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 12, maxLength: 80 })

test('stratified parts have their share of each class to within two, and all examples once', async () => {
  await fc.assert(
    fc.asyncProperty(labels, fc.integer(), fc.boolean(), async (classes, seed, shuffle) => {
      const { length } = classes
      const options = { validation: 0.2, test: 0.3, shuffle, seed: Math.abs(seed), stratify: classes }
      const parts = splitDataset(numbers(length), options)
      const held = [await whole(parts.train), await whole(parts.validation), await whole(parts.test)]
      expect(sorted(held.flat())).toEqual(Array.from({ length }, (_, i) => i))
      expect(held[1]!.length).toBe(Math.round(length * 0.2))
      expect(held[2]!.length).toBe(Math.round(length * 0.3))
      for (const label of new Set(classes)) {
        const of = (indices: readonly number[]) => indices.filter((i) => classes[i] === label).length
        const all = classes.filter((c) => c === label).length
        for (const part of held) expect(Math.abs(of(part) - (all * part.length) / length)).toBeLessThan(2)
      }
      if (!shuffle) for (const part of held) expect(part).toEqual(sorted(part))
    }),
  )
})

test('classes may be names or a tensor, one for each example', async () => {
  const names = ['a', 'b', 'a', 'b', 'a', 'b']
  const held = (stratify: Labels) =>
    whole(splitDataset(numbers(6), { validation: 2, stratify, seed: 2 }).validation)
  const byName = await held(names)
  expect(byName.map((i) => names[i]).toSorted()).toEqual(['a', 'b'])
  expect(await held(tensor([0, 1, 0, 1, 0, 1], { dtype: 'int32' }))).toEqual(byName)
  expect(() => splitDataset(numbers(6), { stratify: [1, 2] })).toThrow(
    'splitDataset: stratify must be the classes of all 6 examples, one for each, got 2',
  )
  expect(() => splitDataset(numbers(6), { stratify: 3 as never })).toThrow('one for each, got 3')
  expect(() => splitDataset(numbers(9), { stratify: zeros([3, 3]) })).toThrow('got a tensor of shape [3, 3]')
})

describe('kFold', () => {
  test('holds every example out once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 0, max: 30 }),
        fc.boolean(),
        fc.boolean(),
        async (folds, more, shuffle, stratify) => {
          const length = folds + more
          const classes = Array.from({ length }, (_, i) => i % 3)
          const options = { folds, shuffle, seed: 4, ...(stratify ? { stratify: classes } : {}) }
          const splits = kFold(numbers(length), options)
          expect(splits.length).toBe(folds)
          const all = Array.from({ length }, (_, i) => i)
          const held = await Promise.all(splits.map(({ validation }) => whole(validation)))
          expect(sorted(held.flat())).toEqual(all)
          const sizes = held.map((part) => part.length)
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
          for (const [i, { train }] of splits.entries())
            expect(sorted([...(await whole(train)), ...held[i]!])).toEqual(all)
          if (!shuffle && !stratify) expect(held.flat()).toEqual(all)
          if (stratify)
            for (const part of held)
              for (const label of [0, 1, 2]) {
                const share = classes.filter((c) => c === label).length / folds
                const count = part.filter((i) => classes[i] === label).length
                expect(Math.abs(count - share)).toBeLessThan(2)
              }
        },
      ),
    )
  })

  test('repeats with the seed', async () => {
    const held = async (seed: number) =>
      Promise.all(kFold(numbers(20), { seed }).map(({ validation }) => whole(validation)))
    expect(await held(1)).toEqual(await held(1))
    expect(await held(1)).not.toEqual(await held(2))
  })

  test('refuses what cannot be', () => {
    expect(() => kFold(numbers(9), { folds: 1 })).toThrow('folds must be a whole number of at least 2, got 1')
    expect(() => kFold(numbers(3))).toThrow('3 examples cannot be divided into 5 folds')
    expect(() => kFold(numbers(9), { k: 3 } as never)).toThrow("there is no option 'k'")
    expect(() => kFold(numbers(9), { seed: -1 })).toThrow('kFold: seed must be')
  })
})
