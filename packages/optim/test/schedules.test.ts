import { gradcheck, manualSeed, Parameter, randn, reference, tensor, zeros } from '@core/tensor'
import {
  Adam,
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CyclicLR,
  ExponentialLR,
  isBiasOrNorm,
  LambdaLR,
  LinearLR,
  l1Penalty,
  l2Penalty,
  lrRangeTest,
  MultiplicativeLR,
  OneCycleLR,
  ReduceLROnPlateau,
  type Schedule,
  SequentialLR,
  SGD,
  StepLR,
  SWALR,
  warmUp,
  weightDecayGroups,
} from '@nn/optim'
import { describe, expect, test } from 'vitest'

// Callers in plain JavaScript pass what TypeScript would refuse.
// biome-ignore lint/suspicious/noExplicitAny: that is what is tested
const js = (value: unknown): any => value
const sgd = (lr = 1, more = {}) => new SGD([new Parameter(zeros([1]))], { lr, ...more })
const walk = (schedule: Schedule, steps: number) =>
  Array.from({ length: steps }, () => {
    const [value] = schedule.values
    schedule.step()
    return value
  })

describe('any hyperparameter', () => {
  test('can be scheduled, beside the learning rate, which stays', () => {
    const optimizer = sgd(1, { weightDecay: 0.5, momentum: 0.8 })
    const decay = new LinearLR(optimizer, { startFactor: 0.5, totalIters: 2, hyperparameter: 'weightDecay' })
    const momentum = new ExponentialLR(optimizer, { gamma: 0.5, hyperparameter: 'momentum' })
    const both = new ChainedScheduler([decay, momentum])
    const seen = Array.from({ length: 3 }, () => {
      const { lr, weightDecay, momentum } = optimizer.groups[0]!
      both.step()
      return [lr, weightDecay, momentum]
    })
    expect(seen).toEqual([
      [1, 0.25, 0.8],
      [1, 0.375, 0.4],
      [1, 0.5, 0.2],
    ])
    expect(both.hyperparameter).toBe('momentum')
  })

  test('a member of a list can, and lists that groups share are not changed', () => {
    const betas: [number, number] = [0.5, 0.9]
    const optimizer = new Adam([new Parameter(zeros([1]))], { betas })
    const schedule = new ExponentialLR(optimizer, { gamma: 0.5, hyperparameter: 'betas.1' })
    expect(walk(schedule, 2)).toEqual([0.9, 0.45])
    expect(optimizer.groups[0]!.betas).toEqual([0.5, 0.225])
    expect(betas).toEqual([0.5, 0.9])
  })

  test('a one-cycle of another one leaves momentum alone unless it is asked for', () => {
    const optimizer = sgd(1, { weightDecay: 0.1, momentum: 0.5 })
    const cycle = { maxLr: 0.5, totalSteps: 4, hyperparameter: 'weightDecay' }
    new OneCycleLR(optimizer, cycle).step()
    expect(optimizer.groups[0]!.momentum).toBe(0.5)
    new OneCycleLR(optimizer, { ...cycle, cycleMomentum: true })
    expect(optimizer.groups[0]!.momentum).toBe(0.95)
  })

  test('what is no number, or not there, is refused with what there is', () => {
    const make = (hyperparameter: string) => () => new StepLR(sgd(), { stepSize: 1, hyperparameter })
    expect(make('nesterov')).toThrow(
      /StepLR: hyperparameter 'nesterov' is false in group 0.*there is lr, momentum/,
    )
    expect(make('betas.0')).toThrow(/'betas\.0' is undefined/)
    expect(make('__proto__')).toThrow(/'__proto__' is undefined/)
    expect(() => new StepLR(js({}), { stepSize: 1 })).toThrow(
      /StepLR: the first argument must be an optimizer/,
    )
  })

  test('only groups are needed, no optimizer', () => {
    const groups = [{ temperature: 8 }, { temperature: 4 }]
    const schedule = new ExponentialLR({ groups }, { gamma: 0.5, hyperparameter: 'temperature' })
    schedule.step()
    expect(groups).toEqual([{ temperature: 4 }, { temperature: 2 }])
  })
})

describe('schedules', () => {
  test('know the value from before all schedules, also in later ones', () => {
    const optimizer = sgd(1)
    new ConstantLR(optimizer, { factor: 0.1 })
    expect(new LambdaLR(optimizer, { lrLambda: () => 0.5 }).values).toEqual([0.5])
  })

  test('one that was refused leaves no trace', () => {
    const optimizer = sgd(1)
    expect(() => new StepLR(optimizer, { stepSize: 0 })).toThrow(/stepSize.*≥ 1/)
    expect(() => new CyclicLR(optimizer, { baseLr: 0.1, maxLr: [1, 2] })).toThrow(
      /maxLr has 2 values.*1 group;/,
    )
    optimizer.groups[0]!.lr = 0.5
    expect(walk(new LambdaLR(optimizer, { lrLambda: () => 1 }), 2)).toEqual([0.5, 0.5])
  })

  test('a value that is no number is refused before anything changes', () => {
    const optimizer = sgd(1)
    const lambda = new LambdaLR(optimizer, { lrLambda: (t) => (t < 2 ? 1 : Number.NaN) })
    const other = new ExponentialLR(optimizer, { gamma: 0.5, hyperparameter: 'momentum' })
    const both = new ChainedScheduler([new StepLR(optimizer, { stepSize: 1 }), other, lambda])
    both.step()
    const before = JSON.stringify(both.stateDict())
    expect(() => both.step()).toThrow(/LambdaLR: the value of 'lr' after 2 steps is NaN in group 0/)
    expect(JSON.stringify(both.stateDict())).toBe(before)
    expect(optimizer.groups[0]!.lr).toBe(1)
  })

  test('a one-cycle ends with its last step', () => {
    const schedule = new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 3 })
    walk(schedule, 3)
    const last = schedule.values
    expect(() => schedule.step()).toThrow(/OneCycleLR: step 4 is behind the last, its cycle has 3/)
    expect([schedule.values, schedule.steps]).toEqual([last, 3])
  })

  test('a cycle too short for its phases has no value that is no number', () => {
    for (const totalSteps of [1, 2, 3])
      for (const threePhase of [true, false])
        for (const pctStart of [0, 0.3, 0.5, 1]) {
          const schedule = new OneCycleLR(sgd(), { maxLr: 1, totalSteps, threePhase, pctStart })
          for (const value of walk(schedule, totalSteps)) expect(value).toSatisfy(Number.isFinite)
        }
  })

  test('sequences and chains can be parts, and begin anew like the others', () => {
    const optimizer = sgd(1)
    const rise = () => new LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 })
    const fall = () => new ExponentialLR(optimizer, { gamma: 0.5 })
    const inner = new SequentialLR(optimizer, { schedules: [rise(), fall()], milestones: [2] })
    const chain = new ChainedScheduler([rise(), fall()])
    const schedules = [
      inner,
      chain,
      new SequentialLR(optimizer, { schedules: [rise(), fall()], milestones: [1] }),
    ]
    const all = new SequentialLR(optimizer, { schedules, milestones: [4, 7] })
    expect(walk(all, 10)).toEqual([0.5, 0.75, 1, 0.5, 0.5, 0.375, 0.25, 0.5, 1, 0.5])
  })

  test('warm-up leads to the schedule behind it; without steps there is only that', () => {
    const next = (optimizer: SGD) => () => new CosineAnnealingLR(optimizer, { tMax: 2 })
    const a = sgd(1)
    expect(walk(warmUp(a, { steps: 2, next: next(a) }), 5)).toEqual([
      0.5,
      0.75,
      1,
      expect.closeTo(0.5, 12),
      0,
    ])
    const b = sgd(1)
    expect(walk(warmUp(b, { steps: 2, startFactor: 0.1 }), 4)).toEqual([0.1, 0.55, 1, 1])
    const c = sgd(1)
    expect(walk(warmUp(c, { steps: 0, next: next(c) }), 2)).toEqual([1, expect.closeTo(0.5, 12)])
    const d = sgd(1)
    expect(walk(warmUp(d, { steps: 0 }), 2)).toEqual([1, 1])
  })

  test('no rounding adds up over a million steps', () => {
    const schedule = new ExponentialLR(sgd(1), { gamma: 0.999999 })
    for (let i = 0; i < 1e6; i++) schedule.step()
    expect(schedule.values[0]).toBe(0.999999 ** 1e6)
  })
})

describe('states of schedules', () => {
  const state = (change: object) => ({ ...new StepLR(sgd(), { stepSize: 2 }).stateDict(), ...change })
  test.each([
    [null, /expected an object, got null/],
    [[], /expected an object, got an array/],
    [state({ schedule: 'LinearLR' }), /of the string 'LinearLR'/],
    [state({ hyperparameter: 'momentum' }), /moves the string 'momentum', this schedule 'lr'/],
    [state({ step: -1 }), /step: -1 instead of a whole number/],
    [state({ step: undefined }), /step: undefined/],
    [state({ values: [1, 2] }), /values: 2 numbers for 1 groups/],
    [state({ anchors: [Number.NaN] }), /anchors: an array instead of a list of numbers/],
    [state({ written: '1' }), /written: the string '1'/],
    [state({ more: 1 }), /more: unexpected/],
  ])('%j is refused, and nothing changes', (given, says) => {
    const schedule = new StepLR(sgd(), { stepSize: 2 })
    schedule.step()
    const before = JSON.stringify(schedule.stateDict())
    expect(() => schedule.loadStateDict(js(given))).toThrow(says)
    expect(() => schedule.loadStateDict(js(given))).toThrow(
      expect.objectContaining({
        code: 'ERR_FORMAT',
        message: expect.stringMatching(/^StepLR\.loadStateDict/),
      }),
    )
    expect(JSON.stringify(schedule.stateDict())).toBe(before)
  })

  test('of a sequence are checked whole before any part changes', () => {
    const make = () => {
      const optimizer = sgd(1)
      const schedules = [new LinearLR(optimizer), new SWALR(optimizer, { swaLr: 0.1 })]
      return new SequentialLR(optimizer, { schedules, milestones: [3] })
    }
    const given = JSON.parse(JSON.stringify(make().stateDict()))
    given.parts[1].step = 'two'
    const schedule = make()
    schedule.step()
    const before = JSON.stringify(schedule.stateDict())
    expect(() => schedule.loadStateDict(given)).toThrow(/SWALR\.loadStateDict: .*step: the string 'two'/)
    expect(() => schedule.loadStateDict({ ...given, parts: [given.parts[0]] })).toThrow(
      /states of 2 schedules/,
    )
    expect(JSON.stringify(schedule.stateDict())).toBe(before)
  })

  test('of a plateau before any metric is plain JSON, too', () => {
    for (const mode of ['min', 'max'] as const) {
      const make = () => new ReduceLROnPlateau(sgd(1), { mode, patience: 0, factor: 0.5 })
      const schedule = make()
      schedule.loadStateDict(JSON.parse(JSON.stringify(make().stateDict())))
      schedule.step(1)
      expect(schedule.values).toEqual([1])
      schedule.step(1)
      expect(schedule.values).toEqual([0.5])
    }
  })
})

describe('what does not fit together', () => {
  const optimizer = sgd()
  const one = () => new StepLR(optimizer, { stepSize: 1 })
  const sequence = (schedules: unknown, milestones: unknown) => () =>
    new SequentialLR(optimizer, { schedules: js(schedules), milestones: js(milestones) })
  const plateau = new ReduceLROnPlateau(optimizer)
  const same = one()
  test.each([
    ['no schedules', sequence([], []), /at least one, got \[\]/],
    [
      'a milestone too few',
      sequence([one(), one()], []),
      /milestones must be 1 steps for 2 schedules.*got \[\]/,
    ],
    ['milestones that fall', sequence([one(), one(), one()], [5, 3]), /none before the last, got \[5, 3\]/],
    ['half a milestone', sequence([one(), one()], [0.5]), /milestones\[0\].*whole number.*0\.5/],
    ['a plateau inside', sequence([one(), plateau], [1]), /schedules\[1\] is a ReduceLROnPlateau.*by itself/],
    ['no schedule', sequence([one(), {}], [1]), /schedules\[1\] must be a schedule.*an object/],
    ['one twice', sequence([same, same], [1]), /schedules\[1\] is there twice/],
    ['another optimizer', sequence([new StepLR(sgd(), { stepSize: 1 })], []), /move another optimizer/],
    [
      'another hyperparameter',
      sequence([one(), new StepLR(optimizer, { stepSize: 1, hyperparameter: 'momentum' })], [1]),
      /schedules\[1\] moves 'momentum', the first 'lr'/,
    ],
    ['no metric', () => plateau.step(), /step\(\) takes the metric.*undefined/],
    [
      'nothing to cycle',
      () => new OneCycleLR({ groups: [{ lr: 1 }] }, { maxLr: 1, totalSteps: 5 }),
      /neither momentum nor betas; pass \{ cycleMomentum: false \}/,
    ],
    [
      'no length',
      () => new OneCycleLR(optimizer, { maxLr: 1, epochs: 3 }),
      /totalSteps, or both epochs and stepsPerEpoch/,
    ],
    [
      'an unknown strategy',
      () => new SWALR(optimizer, { swaLr: 1, annealStrategy: js('cosine') }),
      /annealStrategy must be 'cos' or 'linear'.*'cosine'/,
    ],
    [
      'an unknown mode',
      () => new CyclicLR(optimizer, { baseLr: 0, maxLr: 1, mode: js('square') }),
      /mode must be .*'square'/,
    ],
    [
      'no function',
      () => new MultiplicativeLR(optimizer, { lrLambda: js(0.5) }),
      /lrLambda must be a function, got 0\.5/,
    ],
    [
      'an option misspelt',
      () => new StepLR(optimizer, js({ step_size: 3 })),
      /StepLR: there is no option 'step_size'; there is stepSize/,
    ],
  ] as const)('%s', (_, call, says) => {
    const before = optimizer.groups[0]!.lr
    expect(call).toThrow(says)
    expect(optimizer.groups[0]!.lr).toBe(before)
  })
})

describe('lrRangeTest', () => {
  /** A parabola with curvature 1: gradient descent diverges from a rate of 2 on. */
  const bowl = () => {
    const p = new Parameter(tensor([1, -2]))
    const optimizer = new SGD([{ params: [['p', p] as const], lr: 0.5 }], { lr: 1, momentum: 0 })
    const step = () => {
      optimizer.zeroGrad()
      const loss = p.square().sum().mul(0.5)
      loss.backward()
      optimizer.step()
      return loss.item()
    }
    return { p, optimizer, step }
  }
  test('rises through the rates, and stops where the loss explodes', async () => {
    const { optimizer, step } = bowl()
    // no rate is 1, which would end at the very bottom
    const found = await lrRangeTest(optimizer, step, { min: 1.1e-3, max: 1.1e3, count: 61 })
    expect(found.diverged).toBe(true)
    expect(found.lrs.length).toBeLessThan(61)
    expect(found.losses.length).toBe(found.lrs.length)
    for (const [i, lr] of found.lrs.entries()) expect(lr / (1.1e-3 * 10 ** (i / 10))).toBeCloseTo(1, 10)
    expect(found.lrs.at(-1)).toBeGreaterThan(2)
    expect(found.suggestion).toBeGreaterThan(0.02)
    expect(found.suggestion).toBeLessThan(2)
    expect(optimizer.groups[0]!.lr).toBe(0.5)
  })
  test('rises in equal steps where it is asked to, smooths without bias, and may go on to the end', async () => {
    const { optimizer } = bowl()
    const given = [4, 2, 3, 1]
    const seen: number[] = []
    const step = (lr: number) => {
      seen.push(lr, optimizer.groups[0]!.lr)
      return given[seen.length / 2 - 1]!
    }
    const options = { min: 1, max: 4, count: 4, spacing: 'linear', smoothing: 0.5 } as const
    const found = await lrRangeTest(optimizer, step, options)
    expect(seen).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
    expect(found).toMatchObject({ lrs: [1, 2, 3, 4], losses: given, diverged: false, suggestion: 3 })
    const smoothed = [
      4,
      (0.25 * 4 + 0.5 * 2) / 0.75,
      (0.125 * 4 + 0.25 * 2 + 0.5 * 3) / 0.875,
      (0.0625 * 4 + 0.125 * 2 + 0.25 * 3 + 0.5 * 1) / 0.9375,
    ]
    for (const [i, value] of found.smoothed.entries()) expect(value).toBeCloseTo(smoothed[i]!, 12)
  })
  test('stops at a loss that is no number; suggests nothing where it never falls', async () => {
    const { optimizer } = bowl()
    let calls = 0
    const found = await lrRangeTest(optimizer, () => (++calls < 4 ? 1 : Number.NaN))
    expect(found).toMatchObject({ diverged: true, losses: [1, 1, 1, Number.NaN], suggestion: null })
  })
  test('puts back rates and states, also where a step throws', async () => {
    const { p, optimizer, step } = bowl()
    const model = {
      stateDict: () => Array.from(p.dataSync()),
      loadStateDict: (values: number[]) => {
        restored.push(values)
      },
    }
    const restored: number[][] = []
    let calls = 0
    const failing = () => {
      if (++calls > 3) throw new Error('no data')
      return step()
    }
    await expect(lrRangeTest(optimizer, failing, { min: 0.1, restore: [optimizer, model] })).rejects.toThrow(
      'no data',
    )
    expect(restored).toEqual([[1, -2]])
    expect(optimizer.groups[0]!.lr).toBe(0.5)
  })
  test('refuses what makes no sense before the first step', async () => {
    const { optimizer } = bowl()
    let calls = 0
    const step = () => ++calls
    for (const [options, says] of [
      [{ min: 0 }, /min.*> 0/],
      [{ min: 1, max: 1 }, /max.*> 1/],
      [{ count: 2 }, /count.*≥ 3/],
      [{ divergence: 1 }, /divergence.*> 1/],
      [{ smoothing: 1 }, /smoothing.*< 1/],
      [{ spacing: 'exp' }, /spacing must be 'log' or 'linear'.*'exp'/],
      [{ restore: [{}] }, /restore.*stateDict and loadStateDict/],
    ] as const)
      await expect(lrRangeTest(optimizer, step, js(options))).rejects.toThrow(says)
    expect(calls).toBe(0)
    await expect(
      lrRangeTest(
        optimizer,
        js(() => tensor(1)),
      ),
    ).rejects.toThrow(/loss as a number.*a Tensor/)
    expect(optimizer.groups[0]!.lr).toBe(0.5)
  })
})

describe('penalties and groups', () => {
  test('penalties have the gradients they say', () => {
    manualSeed(1)
    const options = { dtype: 'float64', backend: reference() } as const
    const [a, b] = [new Parameter(randn([3, 2], options)), new Parameter(randn([4], options))]
    for (const penalty of [l1Penalty, l2Penalty])
      expect(gradcheck((...xs) => penalty(js(xs), 0.3), [a, b])).toBe(true)
    const all = [...a.dataSync(), ...b.dataSync()]
    expect(l1Penalty([a, b], 0.3).itemSync()).toBeCloseTo(0.3 * all.reduce((s, v) => s + Math.abs(v), 0), 12)
    expect(l2Penalty([a, b], 0.3).itemSync()).toBeCloseTo(0.15 * all.reduce((s, v) => s + v * v, 0), 12)
  })
  test('the L2 penalty and weightDecay move SGD alike', () => {
    const [a, b] = [new Parameter(tensor([3, -4])), new Parameter(tensor([3, -4]))]
    const [plain, decaying] = [
      new SGD([a], { lr: 0.1, momentum: 0.9 }),
      new SGD([b], { lr: 0.1, momentum: 0.9, weightDecay: 0.2 }),
    ]
    for (let i = 0; i < 5; i++) {
      plain.zeroGrad()
      decaying.zeroGrad()
      a.sum()
        .add(l2Penalty([a], 0.2))
        .backward()
      b.sum().backward()
      plain.step()
      decaying.step()
    }
    for (const [i, value] of Array.from(a.dataSync()).entries())
      expect(value).toBeCloseTo(b.dataSync()[i]!, 5)
  })
  test.each([
    ['conv.weight', [8, 3, 3, 3], false],
    ['conv.bias', [8], true],
    ['attention.inProjBias', [2, 3], true],
    ['rnn.bias_ih_l0', [12], true],
    ['rnn.weight_ih_l0', [12, 4], false],
    ['blocks.0.bn1.weight', [8], true],
    ['layerNorm.weight', [4, 8], true],
    ['ln.weight', [4, 8], true],
    ['lnFunction.weight', [4, 8], false],
    ['embedding.weight', [100, 8], false],
    ['scale', [], true],
    ['norm', [4, 4], false],
  ] as const)('%s %j left out: %s', (name, shape, out) => {
    expect(isBiasOrNorm(name, shape)).toBe(out)
  })
  test('groups keep order, take a rule of one’s own, and refuse parameters without names', () => {
    const named = ['a.weight', 'a.bias', 'b.weight'].map(
      (name) => [name, new Parameter(zeros(name.endsWith('bias') ? [2] : [2, 2]))] as [string, Parameter],
    )
    const names = (options: object) =>
      weightDecayGroups(named, { weightDecay: 0.1, ...options }).map((g) => g.params.map(([name]) => name))
    expect(names({})).toEqual([['a.weight', 'b.weight'], ['a.bias']])
    expect(names({ exclude: (name: string) => name.startsWith('a') })).toEqual([
      ['b.weight'],
      ['a.weight', 'a.bias'],
    ])
    expect(() => weightDecayGroups(js(named.map(([, p]) => p)), { weightDecay: 0.1 })).toThrow(
      /namedParameters\(\)/,
    )
    expect(() => weightDecayGroups(js(null), { weightDecay: 0.1 })).toThrow(/expected parameters/)
    expect(() => weightDecayGroups(named, js({}))).toThrow(/weightDecay must be a number/)
  })
})
