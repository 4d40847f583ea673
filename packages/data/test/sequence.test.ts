import { OptionError } from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type SequenceLoaderOptions,
  type SequencePair,
  sequenceDataset,
  sequenceLoader,
} from '../src/index.js'

const count = (length: number) => Int32Array.from({ length }, (_, i) => i)

async function epoch(loader: AsyncIterable<SequencePair>): Promise<[number[][], number[][]][]> {
  const seen: [number[][], number[][]][] = []
  for await (const [x, y] of loader) {
    expect([x.dtype, y.dtype]).toEqual(['int32', 'int32'])
    seen.push([x.toArraySync() as number[][], y.toArraySync() as number[][]])
  }
  return seen
}

describe('sequenceLoader', () => {
  test('covers every window once, with targets one ahead', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 40 }),
        fc.boolean(),
        async (length, batch, more, dropLast) => {
          const tokens = count(length * batch + 1 + more)
          const loader = sequenceLoader(tokens, { length, batch, dropLast, seed: 1 })
          const windows = Math.floor((tokens.length - 1) / length)
          expect(loader.batches).toBe(dropLast ? Math.floor(windows / batch) : Math.ceil(windows / batch))
          const seen = await epoch(loader)
          expect(seen.length).toBe(loader.batches)
          const starts: number[] = []
          for (const [x, y] of seen) {
            if (dropLast) expect(x.length).toBe(batch)
            for (const [row, ids] of x.entries()) {
              expect(ids).toEqual(Array.from({ length }, (_, i) => ids[0]! + i))
              expect(y[row]).toEqual(ids.map((id) => id + 1))
              starts.push(ids[0]!)
            }
          }
          expect(starts.every((start) => start % length === 0)).toBe(true)
          expect(new Set(starts).size).toBe(dropLast ? loader.batches * batch : windows)
        },
      ),
    )
  })

  test('shuffles anew each epoch, and repeatably', async () => {
    const make = () => sequenceLoader(count(200), { length: 5, batch: 4, seed: 7 })
    const [a, b] = [make(), make()]
    const first = await epoch(a)
    expect(await epoch(a)).not.toEqual(first)
    expect(await epoch(b)).toEqual(first)
  })

  test('in order when asked to', async () => {
    const [first] = await epoch(sequenceLoader(count(100), { length: 3, batch: 2, shuffle: false }))
    expect(first![0]).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ])
  })

  test('contiguous rows go on from batch to batch', async () => {
    const seen = await epoch(sequenceLoader(count(100), { length: 4, batch: 3, contiguous: true }))
    expect(seen.length).toBe(8)
    for (const [i, [x]] of seen.entries())
      for (let row = 0; row < 3; row++)
        expect(x[row]![0]).toBe(i === 0 ? row * 8 * 4 : seen[i - 1]![0][row]!.at(-1)! + 1)
  })

  test('stride makes windows overlap', async () => {
    const dataset = sequenceDataset(count(8), { length: 3, stride: 2 })
    const rows = await Promise.all(Array.from({ length: dataset.length }, (_, i) => dataset.get(i)))
    expect(rows.map(([x]) => x.toArraySync())).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [4, 5, 6],
    ])
    expect(rows.at(-1)![1].toArraySync()).toEqual([5, 6, 7])
  })

  test('takes plain arrays, and the tokens that are just enough', async () => {
    expect(await epoch(sequenceLoader([9, 8, 7], { length: 2, batch: 1 }))).toEqual([[[[9, 8]], [[8, 7]]]])
  })

  test('goes round for ever with repeat', async () => {
    let batches = 0
    for await (const _ of sequenceLoader(count(21), { length: 5, batch: 2, repeat: true }))
      if (++batches === 9) break
    expect(batches).toBe(9)
  })
})

const REFUSED: [string, ArrayLike<number>, object, string][] = [
  ['no length', count(9), { batch: 1 }, 'length must be a whole number of at least 1, got undefined'],
  ['no batch', count(9), { length: 1 }, 'batch must be a whole number of at least 1, got undefined'],
  [
    'a stride of 0',
    count(9),
    { length: 1, batch: 1, stride: 0 },
    'stride must be a whole number of at least 1, got 0',
  ],
  [
    'too few tokens',
    count(4),
    { length: 4, batch: 1 },
    'a window of length 4 and its target need 5 tokens, got 4',
  ],
  [
    'too few windows',
    count(9),
    { length: 4, batch: 3 },
    '9 tokens make 2 windows of length 4, not enough for one batch of 3',
  ],
  [
    'contiguous and shuffle',
    count(9),
    { length: 2, batch: 1, contiguous: true, shuffle: true },
    'there can be no shuffle',
  ],
  [
    'contiguous and stride',
    count(9),
    { length: 2, batch: 1, contiguous: true, stride: 1 },
    'got shuffle false, stride 1',
  ],
  [
    'a misspelt option',
    count(9),
    { length: 2, batchSize: 1 },
    `there is no option 'batchSize'; there is length, batch`,
  ],
  ['text', 'some text' as never, { length: 2, batch: 1 }, `got the string 'some text'; encode text first`],
  [
    'fractions',
    [0, 0.5, 1],
    { length: 1, batch: 1 },
    'token 1 must be a whole number from 0 to 2³¹ − 1, got 0.5',
  ],
  [
    'negative tokens',
    [0, -1],
    { length: 1, batch: 1 },
    'token 1 must be a whole number from 0 to 2³¹ − 1, got -1',
  ],
]

test.each(REFUSED)('refuses %s', (_, tokens, options, message) => {
  const use = () => sequenceLoader(tokens, options as SequenceLoaderOptions)
  expect(use).toThrow(OptionError)
  expect(use).toThrow(message)
  expect(use).toThrow(/^sequenceLoader: /)
})
