import { arange, Generator } from '@core/tensor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DataLoader, splitDataset, splitSequence, subset, tensorDataset } from '../src/index.js'

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
  for (const validation of [0, 1, -0.1, 2, Number.NaN, '0.1' as never])
    expect(() => splitSequence(tokens, { validation })).toThrow('validation must be a share between 0 and 1')
  expect(() => splitSequence(tokens, { validation: 0.05 })).toThrow(
    'holding out 0.05 of 5 leaves nothing held out',
  )
  expect(() => splitSequence(tokens, { validation: 0.95 })).toThrow('leaves nothing to learn from')
  expect(() => splitSequence('abc' as never)).toThrow(
    `expected an Int32Array of token numbers, got the string 'abc'`,
  )
  expect(() => splitSequence(tokens, { test: 0.1 } as never)).toThrow("there is no option 'test'")
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
