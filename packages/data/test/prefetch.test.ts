import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DataLoader, type DataLoaderOptions, IterableLoader } from '../src/index.js'

const collate = (items: number[]) => items

/** Examples that take time, each another; counts how many are being read at once. */
class Slow {
  readonly length: number
  begun = 0
  atWork = 0
  most = 0
  readonly started: number[] = []
  constructor(
    length: number,
    private readonly broken: (index: number) => boolean = () => false,
  ) {
    this.length = length
  }
  async get(index: number): Promise<number> {
    this.begun++
    this.started.push(index)
    this.most = Math.max(this.most, ++this.atWork)
    await wait((index * 7) % 3)
    this.atWork--
    if (this.broken(index)) throw new RangeError(`example ${index} is unreadable`)
    return index
  }
}

async function take(loader: AsyncIterable<number[]>, count = Infinity): Promise<number[][]> {
  const seen: number[][] = []
  if (count > 0)
    for await (const batch of loader) {
      seen.push(batch)
      if (seen.length === count) break
    }
  return seen
}

describe.each([
  [
    'DataLoader',
    (length: number, options: DataLoaderOptions<number, number[]>) =>
      new DataLoader(new Slow(length), { collate, ...options }),
  ],
  [
    'IterableLoader',
    (length: number, { shuffle, ...options }: DataLoaderOptions<number, number[]>) =>
      new IterableLoader(
        async function* () {
          const source = new Slow(length)
          for (let i = 0; i < length; i++) yield await source.get(i)
        },
        { collate, ...(shuffle ? { shuffleBuffer: 5 } : {}), ...options },
      ),
  ],
])('%s with prefetch', (_, make) => {
  test('order, states and what comes after leaving early are those without', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 0, max: 12 }),
        async (length, batchSize, prefetch, shuffle, repeat, leave) => {
          const run = async (ahead: number) => {
            const log: unknown[] = []
            const loader = make(length, { batchSize, shuffle, repeat, seed: 3, prefetch: ahead })
            let left = leave
            if (left > 0)
              for await (const batch of loader) {
                log.push(batch, loader.state)
                if (--left === 0) break
              }
            log.push(loader.state)
            log.push(await take(loader, 6), loader.state)
            return log
          }
          expect(await run(prefetch)).toEqual(await run(0))
        },
      ),
      { numRuns: 30 },
    )
  })

  test('goes on exactly where a stored state was, wherever it stopped', { timeout: 60_000 }, async () => {
    const options = { batchSize: 3, shuffle: true, seed: 6, repeat: true, prefetch: 3 }
    const whole = await take(make(10, options), 10)
    for (let stop = 0; stop < 10; stop++) {
      const first = make(10, options)
      const head = await take(first, stop)
      const second = make(10, { ...options, seed: 99 })
      second.state = JSON.parse(JSON.stringify(first.state))
      expect([...head, ...(await take(second, 10 - stop))], `stopped after ${stop}`).toEqual(whole)
    }
  })
})

describe('DataLoader with prefetch', () => {
  test('begins so many batches ahead, and no more', async () => {
    const dataset = new Slow(12)
    const loader = new DataLoader(dataset, { collate, batchSize: 2, prefetch: 2 })
    const begun: number[] = []
    for await (const _ of loader) {
      begun.push(dataset.begun)
      await wait(1)
    }
    expect(begun).toEqual([6, 8, 10, 12, 12, 12])
    const none = new Slow(12)
    for await (const [first] of new DataLoader(none, { collate, batchSize: 2 }))
      expect(none.begun).toBe(first! + 2)
  })

  test('reads while the caller works', async () => {
    const dataset = new Slow(4)
    for await (const _ of new DataLoader(dataset, { collate, prefetch: 3 })) await wait(1)
    expect(dataset.most).toBe(4)
  })

  test('leaving early leaves nothing at work', async () => {
    const dataset = new Slow(20)
    for await (const _ of new DataLoader(dataset, { collate, batchSize: 2, prefetch: 4 })) break
    expect(dataset.atWork).toBe(0)
    const { begun } = dataset
    await wait(10)
    expect(dataset.begun).toBe(begun)
    expect(begun).toBe(10)
  })

  test('an error waits for its turn; later ones are not heard of', async () => {
    const dataset = new Slow(12, (index) => index >= 6)
    const loader = new DataLoader(dataset, { collate, batchSize: 2, prefetch: 5 })
    const seen: number[][] = []
    await expect(
      (async () => {
        for await (const batch of loader) seen.push(batch)
      })(),
    ).rejects.toThrow('example 6 is unreadable')
    expect(seen).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ])
    expect(loader.state).toEqual({ epoch: 0, batch: 3, generator: null })
    expect(dataset.atWork).toBe(0)
  })

  test('an error of a batch that is left behind is not heard of either', async () => {
    const dataset = new Slow(4, (index) => index === 1)
    for await (const [first] of new DataLoader(dataset, { collate, prefetch: 2 })) {
      expect(first).toBe(0)
      await wait(10)
      break
    }
  })
})
