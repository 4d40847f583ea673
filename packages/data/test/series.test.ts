import { arange, OptionError, ShapeError, type Tensor, tensor } from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { DataLoader, type SplitInThree, splitSeries, windowDataset } from '../src/index.js'

/** Column k of step t holds 10 t + k. */
const series = (time: number, features: number) =>
  arange(time).reshape([time, 1]).mul(10).add(arange(features))
const values = (x: Tensor) => x.toArraySync() as number[][]
const size = (max: number) => fc.integer({ min: 1, max })

describe('windowDataset', () => {
  test('windows stand one stride apart, targets right behind their inputs, none beyond the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        size(5),
        size(4),
        size(4),
        size(3),
        fc.integer({ min: 0, max: 20 }),
        async (...sizes) => {
          const [inputLength, horizon, stride, features, more] = sizes
          const time = inputLength + horizon + more
          const windows = windowDataset(series(time, features), { inputLength, horizon, stride })
          const starts: number[] = []
          for (let i = 0; i < windows.length; i++) {
            const [x, y] = await windows.get(i)
            expect([x.shape, y.shape]).toEqual([
              [inputLength, features],
              [horizon, features],
            ])
            const steps = [...values(x), ...values(y)]
            const start = steps[0]![0]! / 10
            const expected = steps.map((_, t) =>
              Array.from({ length: features }, (_, k) => 10 * (start + t) + k),
            )
            expect(steps).toEqual(expected)
            starts.push(start)
          }
          expect(starts).toEqual(starts.map((_, i) => i * stride))
          const end = starts.at(-1)! + inputLength + horizon
          expect(end).toBeLessThanOrEqual(time)
          expect(end + stride).toBeGreaterThan(time)
        },
      ),
    )
  })

  test('targets are the columns asked for; the dtype stays', async () => {
    const whole = tensor(Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), { shape: [3, 3] })
    const [x, y] = await windowDataset(whole, { inputLength: 2, targets: [2, 0] }).get(0)
    expect([x.dtype, values(x)]).toEqual([
      'int32',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ])
    expect([y.dtype, values(y)]).toEqual(['int32', [[9, 7]]])
  })

  test('a batch is what its examples are', async () => {
    const windows = windowDataset(series(9, 2), { inputLength: 3, horizon: 2, targets: [1] })
    const batches: unknown[] = []
    for await (const [x, y] of new DataLoader(windows, { batchSize: 4 })) batches.push(x.shape, y.shape)
    expect(batches).toEqual([
      [4, 3, 2],
      [4, 2, 1],
      [1, 3, 2],
      [1, 2, 1],
    ])
    const [x, y] = await windows.batch!(Int32Array.of(4, 1))
    for (const [row, i] of [4, 1].entries()) {
      const [one, next] = await windows.get(i)
      expect(x.select(0, row).toArraySync()).toEqual(one.toArraySync())
      expect(y.select(0, row).toArraySync()).toEqual(next.toArraySync())
    }
  })

  test('refuses what cannot be', () => {
    const REFUSED: [Tensor, object, string][] = [
      [
        arange(9),
        { inputLength: 2 },
        'the series [9] must be [time, features]; use reshape(series, [-1, 1])',
      ],
      [series(9, 1), {}, 'inputLength must be a whole number of at least 1, got undefined'],
      [series(9, 1), { inputLength: 2, horizon: 0 }, 'horizon must be a whole number of at least 1, got 0'],
      [series(9, 1), { inputLength: 2, stride: 0.5 }, 'stride must be a whole number of at least 1, got 0.5'],
      [
        series(9, 1),
        { inputLength: 8, horizon: 2 },
        'a window of 8 steps and 2 after them need 10, the series has 9',
      ],
      [
        series(9, 2),
        { inputLength: 2, targets: [2] },
        'there is no column 2 for targets; they go from 0 to 1',
      ],
      [series(9, 2), { inputLength: 2, targets: [] }, 'targets must be a list of at least one column'],
      [series(9, 2), { inputLength: 2, length: 3 }, "there is no option 'length'"],
      [[1, 2] as never, { inputLength: 2 }, 'the series must be a Tensor, got an array'],
    ]
    for (const [x, options, message] of REFUSED) {
      expect(() => windowDataset(x, options as never)).toThrow(message)
      expect(() => windowDataset(x, options as never)).toThrow(/^windowDataset: /)
    }
    expect(() => windowDataset(series(9, 1), { inputLength: 2 }).get(7)).toThrow('there is no example 7')
  })
})

describe('splitSeries', () => {
  test('with context, every held-out step is forecast once, from steps before it, and no target is in two parts', async () => {
    await fc.assert(
      fc.asyncProperty(size(4), size(4), size(4), size(9), async (context, validation, tests, more) => {
        const time = context + validation + tests + more
        const parts = splitSeries(series(time, 1), { validation, test: tests, context })
        const targets = async (part: Tensor) => {
          const windows = windowDataset(part, { inputLength: context })
          return Promise.all(
            Array.from({ length: windows.length }, async (_, i) => {
              const [x, y] = await windows.get(i)
              const target = y.itemSync() / 10
              expect(x.dataSync().map((value) => value / 10)).toEqual(
                Float32Array.from({ length: context }, (_, k) => target - context + k),
              )
              return target
            }),
          )
        }
        const train = await targets(parts.train)
        const held = [...(await targets(parts.validation)), ...(await targets(parts.test))]
        expect([...train, ...held]).toEqual(Array.from({ length: time - context }, (_, i) => context + i))
        expect(held.length).toBe(validation + tests)
      }),
    )
  })

  test('without context the parts are the series', () => {
    const { train, validation } = splitSeries(series(10, 2), { validation: 0.3 })
    expect([...values(train), ...values(validation)]).toEqual(values(series(10, 2)))
    expect(validation.shape).toEqual([3, 2])
    expectTypeOf(splitSeries(series(9, 1), { test: 2 })).toEqualTypeOf<SplitInThree<Tensor>>()
  })

  test('refuses what cannot be', () => {
    expect(() => splitSeries(tensor(3))).toThrow(ShapeError)
    expect(() => splitSeries(arange(4), { validation: 4 })).toThrow(OptionError)
    expect(() => splitSeries(arange(4), { validation: 2, context: 3 })).toThrow(
      'context is 3, but there are only 2 steps before the first held-out one',
    )
    expect(() => splitSeries(arange(4), { context: -1 })).toThrow('context must be a whole number')
    expect(() => splitSeries([1, 2] as never)).toThrow('the series must be a Tensor')
    expect(() => splitSeries(arange(4), { shuffle: true } as never)).toThrow("there is no option 'shuffle'")
  })
})
