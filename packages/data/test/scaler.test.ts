import { cast, DTypeError, gradcheck, OptionError, reference, ShapeError, tensor, zeros } from '@core/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MinMaxScaler, Scaler, Standardizer } from '../src/index.js'

const number = fc.double({ min: -1e3, max: 1e3, noNaN: true })
const table = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4 }))
  .chain(([rows, features]) =>
    fc.array(fc.array(number, { minLength: features, maxLength: features }), {
      minLength: rows,
      maxLength: rows,
    }),
  )
const exact = { dtype: 'float64', backend: reference() } as const
const column = (rows: readonly number[][], k: number) => rows.map((row) => row[k]!)
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length

describe('Standardizer', () => {
  test('gives mean 0 and deviation 1, and back', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const x = tensor(rows, exact)
        const standardizer = new Standardizer().fit(x)
        const y = standardizer.transform(x).toArraySync() as number[][]
        for (let k = 0; k < rows[0]!.length; k++) {
          const [before, after] = [column(rows, k), column(y, k)]
          const spread = Math.max(...before) - Math.min(...before)
          if (spread === 0) expect(after.every((value) => value === 0)).toBe(true)
          if (spread < 1e-3) continue
          expect(mean(after)).toBeCloseTo(0, 6)
          expect(mean(after.map((value) => value ** 2))).toBeCloseTo(1, 6)
        }
        const back = standardizer.inverse(tensor(y, exact)).toArraySync() as number[][]
        rows.flat().forEach((value, i) => {
          expect(back.flat()[i]).toBeCloseTo(value, 8)
        })
      }),
    )
  })

  test('a constant feature is only shifted, whatever rounding says', () => {
    const constant = tensor(new Array(1000).fill([0.1]))
    const { shift, scale } = new Standardizer().fit(constant).state
    expect([shift, scale]).toEqual([[Math.fround(0.1)], [1]])
  })

  test('counts every dimension but the last, and knows nothing of what it is not given', () => {
    const batch = tensor([
      [
        [1, 10],
        [2, 20],
      ],
      [
        [3, 30],
        [4, 40],
      ],
    ])
    const standardizer = new Standardizer().fit(batch)
    expect(standardizer.state.shift).toEqual([2.5, 25])
    expect(standardizer.transform(batch).shape).toEqual([2, 2, 2])
    const before = standardizer.state
    standardizer.transform(tensor([[1e6, -1e6]]))
    expect(standardizer.state).toEqual(before)
  })

  test('its state survives JSON and does the same', () => {
    const first = new Standardizer().fit(
      tensor([
        [0.1, 5],
        [0.7, 6],
        [0.9, 9],
      ]),
    )
    const second = new Standardizer()
    second.state = JSON.parse(JSON.stringify(first.state))
    expect(second.state).toEqual(first.state)
    const x = tensor([[0.3, 4]])
    expect(second.transform(x).dataSync()).toEqual(first.transform(x).dataSync())
  })

  test('gradients pass', () => {
    const standardizer = new Standardizer().fit(
      tensor([
        [1, 2],
        [3, 6],
      ]),
    )
    gradcheck((x) => standardizer.transform(x), [tensor([[0.5, -1]], { ...exact, requiresGrad: true })])
    gradcheck((x) => standardizer.inverse(x), [tensor([[0.5, -1]], { ...exact, requiresGrad: true })])
  })
})

describe('MinMaxScaler', () => {
  test('the extremes go to the ends of the range, and back', () => {
    fc.assert(
      fc.property(table, number, fc.double({ min: 0.1, max: 10, noNaN: true }), (rows, low, width) => {
        const x = tensor(rows, exact)
        const scaler = new MinMaxScaler({ range: [low, low + width] }).fit(x)
        const y = scaler.transform(x).toArraySync() as number[][]
        for (let k = 0; k < rows[0]!.length; k++) {
          const [before, after] = [column(rows, k), column(y, k)]
          const spread = Math.max(...before) - Math.min(...before)
          if (spread > 0 && spread < 1e-300) continue // numbers so small have no digits for a scale
          expect(Math.min(...after)).toBeCloseTo(low, 5)
          if (spread > 1e-2) expect(Math.max(...after)).toBeCloseTo(low + width, 4)
        }
        const back = (scaler.inverse(tensor(y, exact)).toArraySync() as number[][]).flat()
        rows.flat().forEach((value, i) => {
          expect(back[i]).toBeCloseTo(value, 6)
        })
      }),
    )
  })

  test('by default exactly 0 and 1', () => {
    const x = tensor([[0.1], [0.35], [313.21]])
    const [low, , high] = new MinMaxScaler().fit(x).transform(x).dataSync()
    expect([low, high]).toEqual([0, 1])
  })
})

test('select keeps some features', () => {
  const scaler = new Standardizer().fit(
    tensor([
      [0, 10, 5],
      [2, 30, 6],
    ]),
  )
  const some = scaler.select([2, 1])
  expect(some.state).toEqual({ shift: [5.5, 20], scale: [0.5, 10] })
  expect(some.inverse(zeros([1, 2])).toArraySync()).toEqual([[5.5, 20]])
})

describe('refused', () => {
  const fitted = new Standardizer().fit(
    tensor([
      [0, 1],
      [2, 3],
    ]),
  )
  test.each<[string, () => unknown, new (message: string) => Error, string]>([
    [
      'unfitted',
      () => new Standardizer().transform(zeros([1, 2])),
      OptionError,
      'Standardizer.transform: nothing was learned yet; call fit(train) first',
    ],
    [
      'unfitted state',
      () => new MinMaxScaler().state,
      OptionError,
      'MinMaxScaler.state: nothing was learned',
    ],
    [
      'other features',
      () => fitted.transform(zeros([4, 3])),
      ShapeError,
      'the input [4, 3] must have 2 features',
    ],
    ['a vector', () => new Standardizer().fit(zeros([4])), ShapeError, 'use reshape(x, [-1, 1])'],
    [
      'whole numbers',
      () => fitted.inverse(cast(zeros([1, 2]), 'int32')),
      DTypeError,
      'is int32; a float tensor is needed',
    ],
    [
      'gaps',
      () =>
        new Standardizer().fit(
          tensor([
            [1, 2],
            [3, Number.NaN],
          ]),
        ),
      OptionError,
      'feature 1 is NaN in row 1',
    ],
    ['nothing', () => new MinMaxScaler().fit(zeros([0, 2])), ShapeError, 'has no values to learn from'],
    [
      'a range upside down',
      () => new MinMaxScaler({ range: [1, 0] }),
      OptionError,
      'range must be two numbers, the lower one first, as in [0, 1], got [1, 0]',
    ],
    [
      'a misspelt option',
      () => new MinMaxScaler({ rnage: [0, 1] } as never),
      OptionError,
      "there is no option 'rnage'",
    ],
    [
      'an unknown column',
      () => fitted.select([2]),
      OptionError,
      'Standardizer.select: there is no column 2 for columns',
    ],
  ])('%s', (_, use, kind, message) => {
    expect(use).toThrow(kind)
    expect(use).toThrow(message)
  })

  test.each([
    null,
    {},
    { shift: [1], scale: [0] },
    { shift: [1, 2], scale: [1] },
    { shift: [], scale: [] },
    { shift: [Number.NaN], scale: [1] },
  ])('the state %j, and what was learned stays', (state) => {
    const scaler = new Scaler()
    scaler.state = { shift: [1], scale: [2] }
    expect(() => {
      scaler.state = state as never
    }).toThrow('Scaler.state: expected { shift, scale }')
    expect(scaler.state).toEqual({ shift: [1], scale: [2] })
  })
})
