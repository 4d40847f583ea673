import { readFileSync } from 'node:fs'
import { manualSeed, Parameter, randn, reference, type Tensor, tensor } from '@core/tensor'
import { assign } from '@core/tensor/extend'
import {
  type Averages,
  clipGradAdaptive,
  clipGradNorm,
  clipGradValue,
  ExponentialMovingAverage,
  StochasticWeightAverage,
} from '@nn/optim'
import { describe, expect, test } from 'vitest'

interface Numbers {
  shape: number[]
  data: number[]
}
type State = Record<string, Numbers>
interface Clip {
  kind: 'norm' | 'value' | 'adaptive'
  options: Record<string, number | 'Infinity'>
  values: State
  grads: State
  after: State
  total: number | null
}

// Written by PyTorch: tools/fixtures/averages.py
const fixture: {
  before: Record<string, State>
  weights: State[]
  averages: Record<string, State[]>
  clips: Clip[]
} = JSON.parse(readFileSync(new URL('./fixtures/averages.json', import.meta.url), 'utf8'))

const PRECISIONS = [
  { name: 'float64', options: { dtype: 'float64', backend: reference() }, tolerance: 1e-12 },
  { name: 'float32', options: {}, tolerance: 2e-6 },
] as const
type Precision = (typeof PRECISIONS)[number]

const made = ({ shape, data }: Numbers, { options }: Precision): Tensor => tensor(data, { ...options, shape })
const named = (state: State, precision: Precision) =>
  Object.entries(state).map(([key, raw]) => [key, new Parameter(made(raw, precision))] as const)

function expectClose(got: Tensor, wanted: Numbers, tolerance: number, what = ''): void {
  expect(got.shape).toEqual(wanted.shape)
  for (const [i, value] of Array.from(got.dataSync()).entries())
    expect(
      Math.abs(value - wanted.data[i]!),
      `${what}[${i}]: ${value} instead of ${wanted.data[i]}`,
    ).toBeLessThanOrEqual(tolerance * (1 + Math.abs(wanted.data[i]!)))
}

const MAKE: Record<string, (parameters: Iterable<readonly [string, Parameter]>) => Averages> = {
  'ema 0.9': (p) => new ExponentialMovingAverage(p, { decay: 0.9 }),
  'ema 0.3': (p) => new ExponentialMovingAverage(p, { decay: 0.3 }),
  'ema 1': (p) => new ExponentialMovingAverage(p, { decay: 1 }),
  'ema default': (p) => new ExponentialMovingAverage(p),
  swa: (p) => new StochasticWeightAverage(p),
}

describe.each(PRECISIONS)('averages in $name', (precision) => {
  test.each(Object.keys(fixture.averages))("%s are PyTorch's, and go on from a saved state", (name) => {
    const parameters = named(fixture.before[name]!, precision)
    let averages = MAKE[name]!(parameters)
    const check = (wanted: State) => {
      const state = averages.stateDict()
      expect(Object.keys(state.averages)).toEqual(Object.keys(wanted))
      for (const [key, raw] of Object.entries(wanted))
        expectClose(state.averages[key]!, raw, precision.tolerance, key)
    }
    check(fixture.before[name]!)
    for (const [i, weights] of fixture.weights.entries()) {
      for (const [key, parameter] of parameters) assign(parameter, made(weights[key]!, precision))
      averages.update()
      expect(averages.updates).toBe(i + 1)
      check(fixture.averages[name]![i]!)
      if (i === 3) {
        const state = averages.stateDict()
        averages = MAKE[name]!(parameters)
        averages.loadStateDict(state)
      }
    }
  })
})

describe('averages', () => {
  const start = () => {
    const p = new Parameter(tensor([1, 2]))
    const ema = new ExponentialMovingAverage([['p', p]], { decay: 0.5 })
    ema.update()
    assign(p, tensor([3, 6]))
    ema.update()
    return { p, ema }
  }
  const values = (t: Tensor) => Array.from(t.dataSync())

  test('are in place during withAverages only, also where it throws or is asynchronous', async () => {
    const { p, ema } = start()
    expect(ema.withAverages(() => values(p))).toEqual([2, 4])
    expect(values(p)).toEqual([3, 6])
    const error = new Error('in evaluation')
    expect(() =>
      ema.withAverages(() => {
        throw error
      }),
    ).toThrow(error)
    expect(values(p)).toEqual([3, 6])
    const later = ema.withAverages(async () => {
      await Promise.resolve()
      return values(p)
    })
    expect(values(p)).toEqual([2, 4])
    expect(await later).toEqual([2, 4])
    expect(values(p)).toEqual([3, 6])
    await expect(
      ema.withAverages(async () => {
        await Promise.resolve()
        throw error
      }),
    ).rejects.toBe(error)
    expect(values(p)).toEqual([3, 6])
    expect(values(ema.stateDict().averages.p!)).toEqual([2, 4])
  })

  test('refuse what would mix them up while they are in place', () => {
    const { p, ema } = start()
    const state = ema.stateDict()
    ema.swap()
    for (const call of [
      () => ema.update(),
      () => ema.stateDict(),
      () => ema.loadStateDict(state),
      () => ema.copyTo(),
      () => ema.withAverages(() => 0),
    ])
      expect(call).toThrow(/exchanged.*swap\(\)/)
    ema.swap()
    expect(values(p)).toEqual([3, 6])
    ema.update()
    expect(values(ema.stateDict().averages.p!)).toEqual([2.5, 5])
  })

  test('are copied to their own parameters or to those of another model, whole or not at all', () => {
    const { p, ema } = start()
    const other = new Parameter(tensor([0, 0]))
    ema.copyTo([['p', other]])
    expect([values(other), values(p)]).toEqual([
      [2, 4],
      [3, 6],
    ])
    expect(() => ema.copyTo([['q', other]])).toThrow(/'p'.*'q'/)
    expect(() => ema.copyTo([['p', new Parameter(tensor([1]))]])).toThrow(/\[1\].*\[2\]/)
    ema.copyTo()
    expect(values(p)).toEqual([2, 4])
  })

  test('begin with a copy: updating them does not move the parameters, nor the other way round', () => {
    const p = new Parameter(tensor([1]))
    const swa = new StochasticWeightAverage([p])
    assign(p, tensor([5]))
    expect(values(swa.stateDict().averages['0']!)).toEqual([1])
    swa.update()
    assign(p, tensor([7]))
    expect(values(swa.stateDict().averages['0']!)).toEqual([5])
    swa.update()
    expect(values(swa.stateDict().averages['0']!)).toEqual([6])
    expect(values(p)).toEqual([7])
  })

  test('refuse a state that does not fit, and change nothing', () => {
    const { ema } = start()
    const good = ema.stateDict()
    const p = good.averages.p!
    for (const [state, says] of [
      [null, /expected \{ updates, averages \}/],
      [{ updates: 1 }, /expected \{ updates, averages \}/],
      [{ updates: -1, averages: { p } }, /expected/],
      [{ updates: 9, averages: {} }, /p: missing/],
      [{ updates: 9, averages: { p, q: p } }, /q: unexpected/],
      [{ updates: 9, averages: { p: tensor([1]) } }, /p: float32 \[1\] in the state, float32 \[2\]/],
      [{ updates: 9, averages: { p: [1, 2] } }, /p: an array/],
    ] as const)
      expect(() => ema.loadStateDict(state as never)).toThrow(says)
    expect(ema.stateDict().updates).toBe(2)
    expect(values(ema.stateDict().averages.p!)).toEqual([2, 4])
  })
})

describe.each(PRECISIONS)('clipping in $name', (precision) => {
  const tolerance = Math.max(precision.tolerance, 1e-12)
  test.each(fixture.clips.map((c) => [`${c.kind} ${JSON.stringify(c.options)}`, c] as const))(
    '%s',
    (_, c) => {
      const parameters = named(c.values, precision)
      for (const [key, p] of parameters) p.grad = made(c.grads[key]!, precision)
      const without = ['none', new Parameter(tensor([1], precision.options))] as const
      const all = [...parameters, without]
      const option = (key: string) => Number(c.options[key])
      if (c.kind === 'norm') {
        const normType = option('normType')
        const total = clipGradNorm(all, option('maxNorm'), normType === 2 ? {} : { normType })
        expectClose(total, { shape: [], data: [c.total!] }, tolerance, 'total')
      } else if (c.kind === 'value') clipGradValue(all, option('clipValue'))
      else clipGradAdaptive(all, { clipping: option('clipping'), eps: option('eps') })
      for (const [key, p] of parameters) expectClose(p.grad!, c.after[key]!, tolerance, key)
      expect(without[1].grad).toBeNull()
    },
  )
})

describe('clipGradNorm where the norm is not finite', () => {
  const two = (bad: number) => {
    const [a, b] = [new Parameter(tensor([0, 0])), new Parameter(tensor([0]))]
    a.grad = tensor([1, bad])
    b.grad = tensor([2])
    return [
      ['layer.a', a],
      ['layer.b', b],
    ] as const
  }
  test.each([2, 1, 3, Infinity])('the norm of order %d says so', (normType) => {
    expect(clipGradNorm(two(Number.NaN), 1, { normType }).itemSync()).toBeNaN()
    expect(clipGradNorm(two(-Infinity), 1, { normType }).itemSync()).toBe(Infinity)
  })
  test.each([Number.NaN, Infinity])(
    'errorIfNonfinite names the parameter with %d, and changes nothing',
    (bad) => {
      const parameters = two(bad)
      expect(() => clipGradNorm(parameters, 0.1, { errorIfNonfinite: true })).toThrow(
        /the norm of the gradients is (NaN|Infinity): that of 'layer\.a' has/,
      )
      expect(Array.from(parameters[0][1].grad!.dataSync())).toEqual([1, bad])
      expect(parameters[1][1].grad!.itemSync()).toBe(2)
    },
  )
  test('errorIfNonfinite tells a norm beyond the largest number apart', () => {
    const p = new Parameter(tensor([0]))
    p.grad = tensor([1e30])
    expect(() => clipGradNorm([p], 1, { errorIfNonfinite: true })).toThrow(
      /all values are finite, but their norm/,
    )
    expect(clipGradNorm([p], 1, { errorIfNonfinite: true, normType: 1 }).itemSync()).toBeCloseTo(1e30, -25)
  })
})

test('clipping in order 2 is the same whether gradients are many or one', () => {
  manualSeed(3)
  const whole = new Parameter(randn([6, 4]))
  whole.grad = randn([6, 4])
  const halves = [0, 1].map((i) => {
    const half = new Parameter(randn([3, 4]))
    half.grad = tensor(whole.grad!.dataSync().slice(i * 12, i * 12 + 12), { shape: [3, 4] })
    return half
  })
  expect(clipGradNorm([whole], 0.5).itemSync()).toBeCloseTo(clipGradNorm(halves, 0.5).itemSync(), 5)
  const parts = halves.flatMap((half) => Array.from(half.grad!.dataSync()))
  for (const [i, value] of Array.from(whole.grad!.dataSync()).entries())
    expect(parts[i]).toBeCloseTo(value, 6)
})
