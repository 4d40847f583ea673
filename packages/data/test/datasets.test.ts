import { arange, OptionError, tensor } from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { concatDatasets, DataLoader, type Dataset, mapDataset, subset, tensorDataset } from '../src/index.js'

const numbers = (length: number, factor = 1): Dataset<number, number[]> => ({
  length,
  get: (index) => index * factor,
})
const all = <T>(dataset: Dataset<T, unknown>) =>
  Promise.all(Array.from({ length: dataset.length }, async (_, i) => dataset.get(i)))

describe('mapDataset', () => {
  test('gives the function of each example and its index', async () => {
    const mapped = mapDataset(numbers(4, 3), (item, index) => `${index}: ${item}`)
    expectTypeOf(mapped).toEqualTypeOf<Dataset<string>>()
    expect(mapped.get(2)).toBe('2: 6') // at once, as the dataset
    expect(await all(mapped)).toEqual(['0: 0', '1: 3', '2: 6', '3: 9'])
  })

  test('waits for the example and for the function', async () => {
    const slow: Dataset<number> = { length: 3, get: async (index) => index }
    expect(await all(mapDataset(slow, (item) => item + 1))).toEqual([1, 2, 3])
    expect(await all(mapDataset(numbers(3), async (item) => item + 1))).toEqual([1, 2, 3])
    const twice = mapDataset(
      mapDataset(slow, async (item) => item * 2),
      (item) => item + 1,
    )
    expect(await all(twice)).toEqual([1, 3, 5])
  })

  test('is loaded, shuffled and split as any other, and asked only for what is needed', async () => {
    let calls = 0
    const mapped = mapDataset(tensorDataset(arange(6), arange(6)), ([x, y]) => {
      calls++
      return [x.mul(2), y] as const
    })
    const pairs: unknown[] = []
    for await (const [x, y] of new DataLoader(subset(mapped, [5, 1]), { batchSize: 2 }))
      pairs.push(x.toArraySync(), y.toArraySync())
    expect(pairs).toEqual([
      [10, 2],
      [5, 1],
    ])
    expect(calls).toBe(2)
  })

  test('refuses what cannot be', () => {
    expect(() => mapDataset(numbers(3), 'double' as never)).toThrow(
      `mapDataset: fn must be a function, got the string 'double'`,
    )
    expect(() => mapDataset([1] as never, (x) => x)).toThrow(
      'mapDataset: the dataset must have length and get',
    )
    expect(() => mapDataset(numbers(3), (x) => x).get(3)).toThrow('there is no example 3')
  })
})

describe('concatDatasets', () => {
  test('holds one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (lengths) => {
          const parts = lengths.map((length, k) => mapDataset(numbers(length), (i) => [k, i]))
          const together = concatDatasets(parts)
          expect(together.length).toBe(lengths.reduce((a, b) => a + b))
          expect(await all(together)).toEqual((await Promise.all(parts.map(all))).flat())
        },
      ),
    )
  })

  test('is loaded across the borders', async () => {
    const both = concatDatasets([tensorDataset(tensor([1, 2])), tensorDataset(tensor([3]))])
    const seen: unknown[] = []
    for await (const [x] of new DataLoader(both, { batchSize: 3 })) seen.push(x.toArraySync())
    expect(seen).toEqual([[1, 2, 3]])
  })

  test('refuses what cannot be', () => {
    expect(() => concatDatasets([])).toThrow(OptionError)
    expect(() => concatDatasets([])).toThrow('expected a list of at least one dataset, as in [a, b], got []')
    expect(() => concatDatasets(numbers(3) as never)).toThrow('got an object')
    expect(() => concatDatasets([numbers(3), numbers(0)])).toThrow('dataset.length must be a whole number')
    expect(() => concatDatasets([numbers(3)]).get(-1)).toThrow('there is no example -1')
  })
})
