import { arange, Generator, manualSeed, OptionError, ShapeError, type Tensor, tensor } from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DataLoader, type DataLoaderOptions, type Dataset, tensorDataset } from '../src/index.js'

const numbers = (length: number): Dataset<number, number[]> => ({ length, get: (index) => index })
const collate = (items: number[]) => items

async function epoch(loader: AsyncIterable<number[]>): Promise<number[][]> {
  const batches: number[][] = []
  for await (const batch of loader) batches.push(batch)
  return batches
}
const make = (length: number, options: DataLoaderOptions<number, number[]>) =>
  new DataLoader(numbers(length), { collate, ...options })

describe('DataLoader', () => {
  test('visits every example once an epoch, in batches of the size asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        fc.boolean(),
        async (length, batchSize, shuffle, wantsDrop) => {
          const dropLast = wantsDrop && length >= batchSize
          const loader = make(length, { batchSize, shuffle, dropLast, seed: 1 })
          for (let i = 0; i < 2; i++) {
            const batches = await epoch(loader)
            expect(batches.length).toBe(loader.batches)
            const sizes = batches.map((batch) => batch.length)
            expect(sizes.slice(0, -1).every((size) => size === batchSize)).toBe(true)
            if (dropLast) expect(sizes.at(-1)).toBe(batchSize)
            const seen = batches.flat()
            const all = Array.from({ length }, (_, index) => index)
            if (!shuffle) expect(seen).toEqual(all.slice(0, seen.length))
            expect(new Set(seen).size).toBe(dropLast ? length - (length % batchSize) : length)
          }
        },
      ),
    )
  })

  test('orders differ from epoch to epoch and from seed to seed, and repeat with the seed', async () => {
    const a = make(50, { batchSize: 10, shuffle: true, seed: 3 })
    const b = make(50, { batchSize: 10, shuffle: true, seed: 3 })
    const first = await epoch(a)
    const second = await epoch(a)
    expect(second).not.toEqual(first)
    expect([await epoch(b), await epoch(b)]).toEqual([first, second])
    expect(await epoch(make(50, { batchSize: 10, shuffle: true, seed: 4 }))).not.toEqual(first)
  })

  test('draws from nobody else, and nobody else changes its order', async () => {
    const alone = await epoch(make(50, { shuffle: true, seed: 3 }))
    const loader = make(50, { shuffle: true, seed: 3 })
    const other = make(50, { shuffle: true, seed: 9 })
    const default1 = manualSeed(1)
    const before = default1.state
    const seen: number[][] = []
    const iterator = other[Symbol.asyncIterator]()
    for await (const batch of loader) {
      seen.push(batch)
      await iterator.next()
      default1.next()
    }
    expect(seen).toEqual(alone)
    expect(default1.state.counter - before.counter).toBe(50)
  })

  test('without a seed the default generator decides, when the loader is made', async () => {
    manualSeed(5)
    const a = make(50, { shuffle: true })
    const b = make(50, { shuffle: true })
    manualSeed(5)
    const c = make(50, { shuffle: true })
    const order = await epoch(a)
    expect(await epoch(b)).not.toEqual(order)
    expect(await epoch(c)).toEqual(order)
    const generator = manualSeed(5)
    const { counter } = generator.state
    make(50, {})
    expect(generator.state.counter).toBe(counter)
  })

  test('a generator given is forked once', async () => {
    const generator = new Generator(8)
    const a = make(50, { shuffle: true, generator })
    generator.next()
    expect(await epoch(a)).toEqual(await epoch(make(50, { shuffle: true, generator: new Generator(8) })))
  })

  test('repeat goes on with the epochs that would come one by one', async () => {
    const one = make(7, { batchSize: 3, shuffle: true, seed: 1 })
    const expected = [...(await epoch(one)), ...(await epoch(one)), ...(await epoch(one))]
    const seen: number[][] = []
    for await (const batch of make(7, { batchSize: 3, shuffle: true, seed: 1, repeat: true })) {
      seen.push(batch)
      if (seen.length === expected.length) break
    }
    expect(seen).toEqual(expected)
  })

  test('an epoch left in the middle is not gone on with', async () => {
    const a = make(12, { batchSize: 4, shuffle: true, seed: 1 })
    const b = make(12, { batchSize: 4, shuffle: true, seed: 1 })
    for await (const _ of a) break
    await epoch(b)
    expect(await epoch(a)).toEqual(await epoch(b))
  })

  test('examples may come as promises, and collate may return one', async () => {
    const loader = new DataLoader(
      { length: 3, get: async (index: number) => index * 10 },
      { batchSize: 2, collate: async (items) => items.map((item) => item + 1) },
    )
    const seen: number[][] = []
    for await (const batch of loader) seen.push(batch)
    expect(seen).toEqual([[1, 11], [21]])
  })

  test('an error of the dataset comes out, and the loader can be used again', async () => {
    let broken = true
    const dataset = {
      length: 2,
      get: (index: number) => {
        if (broken) throw new RangeError('unreadable')
        return index
      },
    }
    const loader = new DataLoader(dataset, { collate: (items: number[]) => items })
    await expect(epoch(loader)).rejects.toThrow('unreadable')
    broken = false
    expect(await epoch(loader)).toEqual([[0], [1]])
  })
})

describe('state', () => {
  test('going on from any batch gives what would have come', async () => {
    const options = { batchSize: 3, shuffle: true, seed: 6, repeat: true } as const
    const total = 12
    const take = async (loader: AsyncIterable<number[]>, count: number) => {
      const seen: number[][] = []
      if (count > 0)
        for await (const batch of loader) {
          seen.push(batch)
          if (seen.length === count) break
        }
      return seen
    }
    const whole = await take(make(10, options), total)
    for (let stop = 0; stop < total; stop++) {
      const first = make(10, options)
      const head = await take(first, stop)
      const second = make(10, { ...options, seed: 99 })
      second.state = JSON.parse(JSON.stringify(first.state))
      expect([...head, ...(await take(second, total - stop))], `stopped after ${stop}`).toEqual(whole)
    }
  })

  test('epochs stay whole: one that was finished is finished', async () => {
    const first = make(4, { batchSize: 2, shuffle: true, seed: 6 })
    await epoch(first)
    const second = make(4, { batchSize: 2, shuffle: true, seed: 1 })
    second.state = first.state
    expect(second.state).toEqual(first.state)
    expect(await epoch(second)).toEqual([])
    expect(await epoch(second)).toEqual(await epoch(first))
  })

  test('works without shuffling', async () => {
    const first = make(4, { batchSize: 2 })
    for await (const _ of first) break
    const second = make(4, { batchSize: 2 })
    second.state = first.state
    expect(await epoch(second)).toEqual([[2, 3]])
  })

  test('of another kind of loader is refused', () => {
    const shuffled = make(4, { shuffle: true, seed: 1 })
    const plain = make(4, {})
    expect(() => {
      plain.state = shuffled.state
    }).toThrow('the state is of a loader that shuffles, this one does not; make them alike')
    expect(() => {
      plain.state = { epoch: 0, batch: 5, generator: null }
    }).toThrow('batch is 5, but an epoch of this loader has 4')
    expect(() => {
      plain.state = { epoch: -1, batch: 0, generator: null }
    }).toThrow('epoch must be a whole number of at least 0, got -1')
    expect(() => {
      plain.state = null as never
    }).toThrow('DataLoader.state: expected { epoch, batch, generator }, got null')
    const before = shuffled.state
    expect(() => {
      shuffled.state = { epoch: 2, batch: 1, generator: { key: [1, -1], counter: 0 } }
    }).toThrow('key must be a whole number')
    expect(shuffled.state).toEqual(before)
  })
})

describe('refused when made', () => {
  const REFUSED: [string, object, string][] = [
    ['batchSize 0', { batchSize: 0 }, 'batchSize must be a whole number of at least 1, got 0'],
    ['batchSize 1.5', { batchSize: 1.5 }, 'got 1.5'],
    ['batchSize as text', { batchSize: '8' }, `got the string '8'`],
    ['shuffle as text', { shuffle: 'yes' }, `shuffle must be true or false, got the string 'yes'`],
    ['a misspelt option', { batchsize: 8 }, `there is no option 'batchsize'; there is batchSize`],
    [
      'a bad seed, even where it is not needed',
      { seed: -1 },
      'seed must be a whole number of at least 0, got -1',
    ],
    [
      'seed and generator',
      { shuffle: true, seed: 1, generator: new Generator(1) },
      'give either seed or generator',
    ],
    [
      'a generator that is none',
      { shuffle: true, generator: Math.random },
      'generator must be a Generator, got a function',
    ],
    [
      'collate that is no function',
      { collate: 'stack' },
      `collate must be a function of examples, got the string 'stack'`,
    ],
    ['a bad prefetch', { prefetch: 0.5 }, 'prefetch must be a whole number of at least 0, got 0.5'],
    ['no batch left', { batchSize: 6, dropLast: true }, 'no batch at all: 5 examples, batchSize 6'],
    ['options that are none', 8 as never, 'options must be an object like { batchSize'],
  ]
  test.each(REFUSED)('%s', (_, options, message) => {
    const use = () => new DataLoader(numbers(5), options as never)
    expect(use).toThrow(OptionError)
    expect(use).toThrow(`DataLoader: ${message}`.slice(0, 11))
    expect(use).toThrow(message)
  })

  test('a dataset that is none or empty', () => {
    expect(() => new DataLoader([1, 2] as never)).toThrow('must have length and get(index), got an array')
    expect(() => new DataLoader(numbers(0))).toThrow(
      'dataset.length must be a whole number of at least 1, got 0',
    )
  })
})

describe('tensorDataset', () => {
  const x = arange(24).reshape([6, 2, 2])
  const y = tensor(Int32Array.of(5, 4, 3, 2, 1, 0))
  const mask = tensor([true, false, true, false, true, false])

  test('batches are the rows, of every dtype', async () => {
    const seen: [Tensor, Tensor, Tensor][] = []
    for await (const batch of new DataLoader(tensorDataset(x, y, mask), { batchSize: 4 })) seen.push(batch)
    expect(seen.map((batch) => batch.map(({ shape, dtype }) => [shape, dtype]))).toEqual([
      [
        [[4, 2, 2], 'float32'],
        [[4], 'int32'],
        [[4], 'bool'],
      ],
      [
        [[2, 2, 2], 'float32'],
        [[2], 'int32'],
        [[2], 'bool'],
      ],
    ])
    expect(seen[1]![0].toArraySync()).toEqual([
      [
        [16, 17],
        [18, 19],
      ],
      [
        [20, 21],
        [22, 23],
      ],
    ])
    expect(seen[1]![1].toArraySync()).toEqual([1, 0])
    expect(seen[1]![2].toArraySync()).toEqual([true, false])
  })

  test('rows stay together when shuffled', async () => {
    for await (const [inputs, targets] of new DataLoader(tensorDataset(x, y), {
      batchSize: 4,
      shuffle: true,
      seed: 2,
    })) {
      const firsts = inputs.select(1, 0).select(1, 0).toArraySync() as number[]
      expect(targets.toArraySync()).toEqual(firsts.map((value) => 5 - value / 4))
    }
  })

  test('a batch is what collate makes of its examples', async () => {
    const dataset = tensorDataset(x, y, mask)
    const { collate: together } = await import('../src/index.js')
    const alone = together(await Promise.all([4, 1].map((index) => dataset.get(index))))
    const batch = await dataset.batch!(Int32Array.of(4, 1))
    expect(alone.map((t) => t.toArraySync())).toEqual(batch.map((t) => t.toArraySync()))
    expect(alone.map((t) => t.dtype)).toEqual(batch.map((t) => t.dtype))
  })

  test('wrong tensors are refused', () => {
    expect(() => tensorDataset(x, tensor([1, 2]))).toThrow(ShapeError)
    expect(() => tensorDataset(x, tensor([1, 2]))).toThrow('argument 0 has shape [6, 2, 2], argument 1 [2]')
    expect(() => tensorDataset(tensor(1))).toThrow('argument 0 is a single number')
    expect(() => tensorDataset()).toThrow('give at least one tensor')
    expect(() => tensorDataset([1, 2] as never)).toThrow('argument 0 is an array, not a tensor')
    expect(() => tensorDataset(x).get(6)).toThrow('there is no example 6; they go from 0 to 5')
  })
})
