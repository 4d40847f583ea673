import { Parameter, reference, type Tensor, tensor, wasm } from '@core/tensor'
import { Adam, AdamW, type OptimizerState, SGD } from '@nn/optim'
import { describe, expect, test } from 'vitest'
import { F64, LAST, Training } from './support.js'

/** As a checkpoint brings it back: plain JSON, with tensors of its own. */
function travelled(state: OptimizerState): OptimizerState {
  const tensors: Tensor[] = []
  const text = JSON.stringify(state, (_, value: unknown) =>
    value && typeof value === 'object' && 'storage' in value
      ? { tensor: tensors.push((value as Tensor).clone()) - 1 }
      : value,
  )
  return JSON.parse(text, (_, value) =>
    typeof value?.tensor === 'number' ? tensors[value.tensor] : value,
  ) as OptimizerState
}

describe.each(LAST)('the state of %s', (_, c) => {
  test.each([
    ['float64', async () => F64],
    ['wasm', async () => ({ backend: await wasm({ build: 'simd' }).start() })],
  ])('goes on bit for bit, %s', async (_, start) => {
    const where = await start()
    const whole = new Training(c, where).run(20).values()
    // After step 2 the third parameter has had no gradient yet; after step 9 it has.
    for (const at of [2, 9]) {
      const first = new Training(c, where).run(at)
      const stored = first.optimizer.stateDict()
      const parameters = first.copies()
      const copy = travelled(stored)
      expect(first.run(20).values()).toEqual(whole) // stored is a copy
      for (const state of [copy, stored])
        for (const before of [0, 5, 12]) {
          const second = new Training(c, where).run(before)
          for (const group of second.optimizer.groups) Object.assign(group, { lr: 0.123 })
          second.take(parameters).optimizer.loadStateDict(state)
          expect(second.run(20, at).values(), `stored at ${at}, loaded at ${before}`).toEqual(whole)
        }
    }
  })
})

test('what it holds', () => {
  const [w, b] = [new Parameter(tensor([[1, 2]], F64)), new Parameter(tensor([3], F64))]
  const groups = [{ params: [['w', w] as const] }, { params: [['b', b] as const], weightDecay: 0 }]
  const optimizer = new AdamW(groups, { lr: 0.5, amsgrad: true })
  w.grad = tensor([[1, -1]], F64)
  optimizer.step()
  optimizer.step()
  const { state, groups: stored } = optimizer.stateDict()
  const common = { lr: 0.5, betas: [0.9, 0.999], eps: 1e-8, amsgrad: true, maximize: false }
  expect(stored).toEqual([
    { ...common, params: ['w'], weightDecay: 0.01 },
    { ...common, params: ['b'], weightDecay: 0 },
  ])
  expect(Object.keys(state)).toEqual(['w'])
  expect(Object.keys(state.w!).sort()).toEqual(['expAvg', 'expAvgSq', 'maxExpAvgSq', 'step'])
  expect(state.w!.step).toBe(2)
  expect((state.w!.expAvg as Tensor).shape).toEqual([1, 2])
  expect((state.w!.expAvg as Tensor).dataSync()[0]).toBeCloseTo(0.19, 12)
})

test('hyperparameters that a schedule has changed are stored, lists as copies', () => {
  const make = () => new Adam([['p', new Parameter(tensor([1]))]])
  const [a, b] = [make(), make()]
  a.groups[0]!.lr = 0.125
  a.groups[0]!.betas = [0.5, 0.25]
  const stored = a.stateDict()
  b.loadStateDict(stored)
  ;(stored.groups[0]!.betas as number[])[0] = 0.75
  expect(b.groups[0]).toMatchObject({ lr: 0.125, betas: [0.5, 0.25] })
  expect(a.groups[0]!.betas).toEqual([0.5, 0.25])
})

test('into parameters on another backend', async () => {
  const c = LAST.find(([name]) => name === 'Adam')![1]
  const there = { backend: await wasm({ build: 'simd' }).start() }
  const here = { backend: reference() }
  const first = new Training(c, there).run(9)
  const second = new Training(c, here).take(first.copies())
  second.optimizer.loadStateDict(first.optimizer.stateDict())
  second.run(10, 9)
  const wanted = first.run(10).values()
  for (const [key, values] of Object.entries(second.values()))
    values.forEach((v, i) => {
      expect(v).toBeCloseTo(wanted[key]![i]!, 6)
    })
})

describe('what does not fit is refused, and nothing changes', () => {
  const c = LAST.find(([name]) => name === 'AdamW')![1]
  const other = new SGD([['w', new Parameter(tensor([1]))]], { lr: 1, momentum: 0.5 })
  const t = (shape: number[], dtype: 'float32' | 'float64' = 'float64') =>
    tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)), { shape, dtype, backend: reference() })
  type Wild = Record<string, unknown> & { groups: Record<string, unknown>[] }
  const gone = t([5])
  gone.dispose()
  const MISSING = Symbol('missing')
  /** Puts a value somewhere in the state. */
  const put = (path: string, value: unknown) => (state: Wild) => {
    const keys = path.split('.')
    const last = keys.pop()!
    const place = keys.reduce<Record<string, unknown>>((at, key) => at[key] as typeof at, state)
    if (value === MISSING) delete place[last]
    else place[last] = value
    return state as unknown
  }
  // biome-ignore format: one row a line
  const rows: [string, (s: Wild) => unknown, string, RegExp][] = [
    ['nothing', () => null, 'ERR_FORMAT', /AdamW\.loadStateDict: .*stateDict\(\).*null/],
    ['a number', () => 3, 'ERR_FORMAT', /got 3/],
    ['a state dict of a module', () => ({ weight: t([2]) }), 'ERR_FORMAT', /object with weight/],
    ['groups that are none', put('groups', {}), 'ERR_FORMAT', /state, groups/],
    ['fewer groups', (s) => ({ ...s, groups: s.groups.slice(1) }), 'ERR_FORMAT', /1 groups .*, 2 in/],
    ['another optimizer', () => other.stateDict(), 'ERR_FORMAT', /from AdamW[\s\S]*1 groups/],
    ['no names', put('groups.0.params', 3), 'ERR_FORMAT', /group 0: params is 3/],
    ['other names', put('groups.0.params', ['w', 'x']), 'ERR_FORMAT', /missing: rare[\s\S]*unexpected: x/],
    ['a group missing an option', put('groups.1.eps', MISSING), 'ERR_FORMAT', /group 1: hyper.*missing: eps/],
    ['an unknown option', put('groups.1.nesterov', true), 'ERR_FORMAT', /unexpected: nesterov/],
    ['a switch that is none', put('groups.1.amsgrad', 1), 'ERR_FORMAT', /neither true nor false: amsgrad/],
    ['a negative learning rate', put('groups.1.lr', -1), 'ERR_OPTION', /AdamW: lr.*-1/],
    ['a learning rate in words', put('groups.0.lr', '0.1'), 'ERR_OPTION', /AdamW: lr.*'0\.1'/],
    ['three betas', put('groups.1.betas', [0.1, 0.2, 0.3]), 'ERR_OPTION', /betas.*2 numbers, got 3/],
    ['a beta of 1', put('groups.1.betas', [0.1, 1]), 'ERR_OPTION', /betas\[1\].*< 1, got 1/],
    ['a parameter that is not there', put('state.x', {}), 'ERR_FORMAT', /x: not a parameter/],
    ['no object', put('state.w', []), 'ERR_FORMAT', /w: an array/],
    ['an unknown entry', put('state.v.velocity', t([5])), 'ERR_FORMAT', /v\.velocity: unexpected/],
    ['a missing entry', put('state.v.expAvgSq', MISSING), 'ERR_FORMAT', /v\.expAvgSq: missing/],
    ['a missing step', put('state.v.step', MISSING), 'ERR_FORMAT', /v\.step: missing/],
    ['half a step', put('state.v.step', 1.5), 'ERR_FORMAT', /v\.step: 1\.5 .*whole number/],
    ['a step as tensor', put('state.v.step', t([])), 'ERR_FORMAT', /v\.step: a Tensor \[\]/],
    ['a number for a tensor', put('state.v.expAvg', 1), 'ERR_FORMAT', /v\.expAvg: 1 instead of a tensor/],
    ['another shape', put('state.v.expAvg', t([1, 5])), 'ERR_FORMAT', /v\.expAvg: \[1, 5\].*\[5\]/],
    ['another dtype', put('state.v.expAvg', t([5], 'float32')), 'ERR_FORMAT', /v\.expAvg: float32.*float64/],
    ['a tensor disposed of', put('state.v.expAvg', gone), 'ERR_FORMAT', /v\.expAvg: disposed/],
  ]
  test.each(rows)('%s', (_, spoil, code, message) => {
    const training = new Training(c, F64).run(5)
    const before = training.optimizer.stateDict()
    // What is offered differs everywhere, so that half of it would be seen.
    const offered = new Training(c, F64).run(9).optimizer.stateDict() as unknown as Wild
    for (const group of offered.groups) group.lr = 0.77
    const bad = spoil(offered)
    let thrown: unknown
    try {
      training.optimizer.loadStateDict(bad as OptimizerState)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code, message: expect.stringMatching(message) })
    const plain = (state: OptimizerState) =>
      JSON.stringify(state, (_, v) => (v && typeof v === 'object' && 'storage' in v ? [...v.dataSync()] : v))
    expect(plain(training.optimizer.stateDict())).toBe(plain(before))
    expect(training.run(20).values()).toEqual(new Training(c, F64).run(20).values())
  })

  test('one name in two groups cannot be stored', () => {
    const p = () => [['w', new Parameter(tensor([1]))] as const]
    const sgd = new SGD([{ params: p() }, { params: p() }], { lr: 1 })
    expect(() => sgd.stateDict()).toThrow(/SGD\.stateDict: two groups.*'w'.*names of their own/)
    expect(() => sgd.loadStateDict({ state: {}, groups: [] })).toThrow(/SGD\.loadStateDict: two groups/)
  })
})
