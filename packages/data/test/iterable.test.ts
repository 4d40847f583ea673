import { Generator, type GeneratorState, manualSeed, OptionError, tensor } from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IterableLoader, type IterableLoaderOptions } from '../src/index.js'

const collate = (items: number[]) => items
const count = (length: number) => Array.from({ length }, (_, i) => i)
const make = (length: number, options: IterableLoaderOptions<number, number[]> = {}) =>
  new IterableLoader(count(length), { collate, ...options })

async function take(loader: AsyncIterable<number[]>, most = Infinity): Promise<number[][]> {
  const seen: number[][] = []
  if (most > 0)
    for await (const batch of loader) {
      seen.push(batch)
      if (seen.length === most) break
    }
  return seen
}

describe('IterableLoader', () => {
  test('hands out every example once an epoch, whatever the buffer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        async (length, batchSize, shuffleBuffer, wantsDrop) => {
          const dropLast = wantsDrop && length >= batchSize
          const loader = make(length, { batchSize, shuffleBuffer, dropLast, seed: 1 })
          for (let epoch = 0; epoch < 2; epoch++) {
            const batches = await take(loader)
            expect(batches.slice(0, -1).every((batch) => batch.length === batchSize)).toBe(true)
            const seen = batches.flat()
            expect(seen.length).toBe(dropLast ? length - (length % batchSize) : length)
            expect(new Set(seen).size).toBe(seen.length)
            if (shuffleBuffer === 1) expect(seen).toEqual(count(length).slice(0, seen.length))
          }
        },
      ),
    )
  })

  test('the buffer mixes as far as it reaches', async () => {
    const order = (await take(make(1000, { shuffleBuffer: 10, seed: 2 }))).flat()
    // The buffer is full when item 9 is in it; item i can go out as number i − 9 at the earliest.
    expect(order.every((item, place) => place >= item - 9)).toBe(true)
    const inPlace = order.filter((item, place) => Math.abs(item - place) <= 1).length
    expect(inPlace).toBeLessThan(400)
    const whole = (await take(make(1000, { shuffleBuffer: 1000, seed: 2 }))).flat()
    expect(whole.filter((item, place) => Math.abs(item - place) < 100).length).toBeLessThan(300)
  })

  test('every order of three is equally likely with a buffer that holds them', async () => {
    const seen = new Map<string, number>()
    const loader = make(3, { batchSize: 3, shuffleBuffer: 3, seed: 5, repeat: true })
    for (const [a, b, c] of await take(loader, 1200)) {
      const key = `${a}${b}${c}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
    }
    expect(seen.size).toBe(6)
    for (const times of seen.values()) expect(Math.abs(times - 200)).toBeLessThan(60)
  })

  test('orders differ from epoch to epoch, repeat with the seed, and are drawn from nobody else', async () => {
    const a = make(50, { shuffleBuffer: 20, seed: 3 })
    const [first, second] = [await take(a), await take(a)]
    expect(second).not.toEqual(first)
    const { counter } = manualSeed(1).state
    const b = make(50, { shuffleBuffer: 20, seed: 3 })
    expect([await take(b), await take(b)]).toEqual([first, second])
    expect(await take(make(50, { shuffleBuffer: 20, seed: 4 }))).not.toEqual(first)
    const generator = new Generator(8)
    const c = make(50, { shuffleBuffer: 20, generator })
    generator.next()
    expect(await take(c)).toEqual(await take(make(50, { shuffleBuffer: 20, generator: new Generator(8) })))
    const { counter: after } = manualSeed(1).state
    expect(after).toBe(counter)
  })

  test('a function gets the epoch, and begins a stream for each', async () => {
    const loader = new IterableLoader(
      async function* (epoch) {
        yield epoch * 10
        yield epoch * 10 + 1
      },
      { collate, repeat: true },
    )
    expect((await take(loader, 5)).flat()).toEqual([0, 1, 10, 11, 20])
  })

  test('a stream that is left early is closed, with and without prefetch', async () => {
    for (const prefetch of [0, 2]) {
      let closed = 0
      let given = 0
      async function* stream() {
        try {
          for (;;) yield given++
        } finally {
          closed++
        }
      }
      const loader = new IterableLoader(stream, { collate, batchSize: 2, prefetch })
      expect(await take(loader, 3)).toEqual([
        [0, 1],
        [2, 3],
        [4, 5],
      ])
      expect(closed).toBe(1)
      const before = given
      await new Promise((done) => setTimeout(done, 5))
      expect(given).toBe(before)
    }
  })

  test('leaving early does not wait for the batches that were asked for ahead', async () => {
    let given = 0
    async function* slow() {
      for (;;) {
        await new Promise((done) => setTimeout(done, 1))
        yield given++
      }
    }
    await take(new IterableLoader(slow, { collate, batchSize: 20, prefetch: 3 }), 1)
    expect(given).toBeLessThanOrEqual(22)
  })

  test('an error of the stream comes at its turn', async () => {
    async function* stream() {
      yield 0
      yield 1
      throw new RangeError('the line is dead')
    }
    for (const prefetch of [0, 1, 4]) {
      const loader = new IterableLoader(stream, { collate, prefetch })
      const seen: number[] = []
      await expect(
        (async () => {
          for await (const [item] of loader) seen.push(item!)
        })(),
      ).rejects.toThrow('the line is dead')
      expect(seen).toEqual([0, 1])
    }
  })

  test('collates tensors by itself', async () => {
    const shapes: unknown[] = []
    const examples = [1, 2, 3].map((i) => ({ x: tensor([i, i]) }))
    for await (const { x } of new IterableLoader(examples, { batchSize: 2 })) shapes.push(x.shape)
    expect(shapes).toEqual([
      [2, 2],
      [1, 2],
    ])
  })
})

describe('state of an IterableLoader', () => {
  test('going on from any batch gives what would have come, without collating what is skipped', async () => {
    const options = { batchSize: 3, shuffleBuffer: 4, seed: 6, repeat: true } as const
    const whole = await take(make(10, options), 12)
    for (let stop = 0; stop < 12; stop++) {
      const first = make(10, options)
      const head = await take(first, stop)
      let collated = 0
      const second = make(10, {
        ...options,
        seed: 99,
        collate: (items) => {
          collated++
          return items
        },
      })
      second.state = JSON.parse(JSON.stringify(first.state))
      expect([...head, ...(await take(second, 12 - stop))], `stopped after ${stop}`).toEqual(whole)
      expect(collated).toBe(12 - stop)
    }
  })

  test('an epoch that was finished is finished', async () => {
    const first = make(4, { batchSize: 2, shuffleBuffer: 3, seed: 6 })
    await take(first)
    const second = make(4, { batchSize: 2, shuffleBuffer: 3, seed: 1 })
    second.state = first.state
    expect(await take(second)).toEqual([])
    expect(await take(second)).toEqual(await take(first))
  })

  test('that cannot be is refused', async () => {
    const plain = make(4)
    expect(() => {
      plain.state = { epoch: 0, batch: 1, generator: { key: [0, 0], counter: 0 } as GeneratorState }
    }).toThrow('IterableLoader.state: the state is of a loader that shuffles, this one does not')
    plain.state = { epoch: 0, batch: 5, generator: null }
    await expect(take(plain)).rejects.toThrow('ended after 4 batches, but the state tells of 5 handed out')
  })
})

describe('refused', () => {
  const REFUSED: [string, unknown, object, string][] = [
    ['a number', 7, {}, 'the dataset must be iterable, or a function that returns what is, got 7'],
    [
      'a dataset by number',
      { length: 2, get: () => 0 },
      {},
      'for examples by number, { length, get }, use DataLoader',
    ],
    ['an iterator', count(3).values(), {}, 'is an iterator, which can be read only once'],
    [
      'no buffer',
      count(3),
      { shuffleBuffer: 0 },
      'shuffleBuffer must be a whole number of at least 1, got 0',
    ],
    [
      'shuffle',
      count(3),
      { shuffle: true },
      "there is no option 'shuffle'; there is batchSize, shuffleBuffer",
    ],
    ['a bad batchSize', count(3), { batchSize: 0 }, 'batchSize must be a whole number of at least 1, got 0'],
    ['a bad prefetch', count(3), { prefetch: -1 }, 'prefetch must be a whole number of at least 0, got -1'],
    ['a bad collate', count(3), { collate: 1 }, 'collate must be a function of examples, got 1'],
    [
      'two sources of numbers',
      count(3),
      { seed: 1, generator: new Generator(1) },
      'give either seed or generator',
    ],
  ]
  test.each(REFUSED)('%s', (_, dataset, options, message) => {
    const use = () => new IterableLoader(dataset as never, options)
    expect(use).toThrow(OptionError)
    expect(use).toThrow(message)
    expect(use).toThrow(/^IterableLoader: /)
  })

  test('streams without a batch, at the latest when read', async () => {
    await expect(take(make(0))).rejects.toThrow(
      'the stream gave no batch in epoch 0: 0 examples, batchSize 1',
    )
    await expect(take(make(2, { batchSize: 3, dropLast: true }))).rejects.toThrow(
      '2 examples, batchSize 3 with dropLast',
    )
    await expect(take(make(0, { repeat: true }))).rejects.toThrow(OptionError)
    await expect(take(new IterableLoader(() => 3 as never, { collate }))).rejects.toThrow(
      'the function given as dataset must return something iterable, got 3',
    )
  })
})
