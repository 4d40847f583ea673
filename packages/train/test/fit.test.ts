import { Generator, manualSeed, ones, Parameter, randn, type Tensor, tensor, zeros } from '@core/tensor'
import { assign } from '@core/tensor/extend'
import { DataLoader, tensorDataset } from '@nn/data'
import { Dropout, Linear, ReLU } from '@nn/layers'
import { crossEntropy, mse } from '@nn/losses'
import { Module, Sequential } from '@nn/module'
import { clipGradNorm, SGD } from '@nn/optim'
import { accuracy, DivergenceError, type FitCallback, fit, type StepEvent } from '@nn/train'
import { describe, expect, test } from 'vitest'

type Pair = [Tensor, Tensor]
const loss = (net: Linear, x: Tensor, y: Tensor) => mse(net.forward(x), y)
const batches = (n: number): Pair[] =>
  Array.from({ length: n }, (_, i) => [ones([2, 1]).mul(i + 1), ones([2, 1])])
const sgd = (model: Module, lr = 0.05) => new SGD(model.namedParameters(), { lr })
const bits = (model: Module) => Object.values(model.stateDict()).flatMap((t) => [...t.dataSync()])

/** A model with fixed weights. */
function fixed(): Linear {
  const model = new Linear(1, 1)
  assign(model.weight, tensor([[0.5]]))
  assign(model.bias!, tensor([0.25]))
  return model
}

/** Collects the events of steps. */
function collector() {
  const events: StepEvent[] = []
  return { events, onStep: (event: StepEvent) => void events.push(event) }
}

describe('schedules', () => {
  test('each makes a step after every step of the optimizer; events tell the rate that was used', async () => {
    const model = fixed()
    const optimizer = sgd(model, 1)
    const halve = {
      step: () => {
        for (const group of optimizer.groups) group.lr /= 2
      },
    }
    let others = 0
    const seen = collector()
    await fit(model, batches(3), {
      loss,
      optimizer,
      schedule: [halve, { step: () => void others++ }],
      clipNorm: 1e-3,
      callbacks: [seen],
    })
    expect(seen.events.map((event) => event.lr)).toEqual([[1], [0.5], [0.25]])
    expect(optimizer.groups[0]!.lr).toBe(0.125)
    expect(others).toBe(3)
  })
})

describe('accumulate', () => {
  test('the gradient of a step is the mean over its batches, also over those left at the end', async () => {
    const [whole, parts] = [fixed(), fixed()]
    const [a, b, c] = batches(3) as [Pair, Pair, Pair]
    const both: Pair = [tensor([[1], [1], [2], [2]]), ones([4, 1])]
    await fit(whole, [both, c], { loss, optimizer: sgd(whole) })
    const seen = collector()
    const result = await fit(parts, [a, b, c], {
      loss,
      optimizer: sgd(parts),
      accumulate: 2,
      callbacks: [seen],
    })
    bits(parts).forEach((value, i) => void expect(value).toBeCloseTo(bits(whole)[i]!, 6))
    expect(result.steps).toBe(2)
    expect(seen.events.map(({ step, steps }) => [step, steps])).toEqual([
      [1, 2],
      [2, 2],
    ])
  })
})

describe('a loader gives nothing that is not used', () => {
  const data = tensorDataset(randn([10, 1]), randn([10, 1]))
  const make = () => new DataLoader(data, { batchSize: 2, shuffle: true, seed: 3 })

  test.each([
    [{ steps: 3 }, { epoch: 0, batch: 3 }, 0],
    [{ steps: 5 }, { epoch: 0, batch: 5 }, 1],
    [{ steps: 7 }, { epoch: 1, batch: 2 }, 1],
    [{ steps: 2, accumulate: 2 }, { epoch: 0, batch: 4 }, 0],
    [{ epochs: 2 }, { epoch: 1, batch: 5 }, 2],
  ] as const)('%j', async (limits, state, epochs) => {
    const [model, loader] = [fixed(), make()]
    const result = await fit(model, loader, { loss, optimizer: sgd(model), ...limits })
    expect(loader.state).toMatchObject(state)
    expect(result.epochs).toBe(epochs)
  })

  test.each([1, 4, 5, 9])(
    'a training in two parts, %i steps and the rest, is the training in one',
    async (first) => {
      const [one, two] = [fixed(), fixed()]
      const logs = [collector(), collector()]
      await fit(one, make(), { loss, optimizer: sgd(one), epochs: 3, callbacks: [logs[0]!] })
      const before = make()
      const half = await fit(two, before, {
        loss,
        optimizer: sgd(two),
        epochs: 3,
        steps: first,
        callbacks: [logs[1]!],
      })
      const loader = make()
      loader.state = JSON.parse(JSON.stringify(before.state))
      const { step, epoch } = logs[1]!.events.at(-1)!
      const result = await fit(two, loader, {
        loss,
        optimizer: sgd(two),
        epochs: 3,
        start: { step, epoch },
        callbacks: [logs[1]!],
      })
      expect(half.steps).toBe(first)
      expect(result).toMatchObject({ steps: 15, epochs: 3, stopped: 'done' })
      expect(bits(two)).toEqual(bits(one))
      const plain = ({ seconds: _, ...event }: StepEvent) => ({ ...event, steps: 15 })
      expect(logs[1]!.events.map(plain)).toEqual(logs[0]!.events.map(plain))
    },
  )
})

describe('NaN guard', () => {
  /** What a training is stopped by, and whether it left the weights alone. */
  async function stopped(
    model: Module,
    batch: Pair,
    fn: (net: never, x: Tensor, y: Tensor) => Tensor,
    options: object = {},
  ) {
    const before = bits(model)
    const good: Pair[] = batches(2)
    let moved = before
    const error: unknown = await fit(model, [...good, batch], {
      loss: (net, x, y) => fn(net as never, x, y),
      optimizer: sgd(model),
      callbacks: [
        {
          onStep: () => {
            moved = bits(model)
          },
        },
      ],
      ...options,
    }).catch((e: unknown) => e)
    expect(bits(model)).toEqual(moved)
    return error as DivergenceError
  }

  test('a batch that holds NaN', async () => {
    const error = await stopped(fixed(), [tensor([[1], [Number.NaN]]), ones([2, 1])], loss)
    expect(error).toBeInstanceOf(DivergenceError)
    expect(error).toMatchObject({ step: 3, parameter: null, code: 'ERR_DIVERGED' })
    expect(error.message).toMatch(
      /step 3 the loss is NaN, and tensor 0 of the batch holds NaN at index 1 of 2/,
    )
  })

  test('a loss that leaves its domain', async () => {
    const error = await stopped(fixed(), [zeros([2, 1]), zeros([2, 1])], (net: Linear, x, y) =>
      loss(net, x, y).add(x.add(y).mean().log()),
    )
    expect(error).toMatchObject({ step: 3, parameter: null })
    expect(error.message).toMatch(/the loss is -Infinity, though parameters and batch are finite/)
  })

  test.each([{}, { clipNorm: 1 }])('a gradient, while the loss is finite: %j', async (options) => {
    const model = new Sequential({ first: new Linear(1, 1), second: new Linear(1, 1) })
    const error = await stopped(
      model,
      [zeros([2, 1]), ones([2, 1])],
      (net: Sequential, x, y) => {
        const second = (net.at('second') as Linear).weight
        // sqrt at 0: a value of 0, a gradient of 0 · ∞
        const root = second.mul(x.max()).sqrt().mul(0).sum()
        return mse(net.forward(x), y).add(root.isLeaf ? 0 : x.max().itemSync() === 0 ? root : 0)
      },
      options,
    )
    expect(error).toMatchObject({ name: 'DivergenceError', step: 3, parameter: 'second.weight' })
    expect(error.message).toMatch(/step 3 the gradient of 'second.weight' holds NaN at index 0 of 1/)
  })

  test('steps that were too large: the parameter is named', async () => {
    const model = fixed()
    const error: unknown = await fit(model, batches(3), {
      loss,
      optimizer: sgd(model),
      callbacks: [
        { onStep: ({ step }) => (step === 2 ? assign(model.bias!, tensor([Infinity])) : undefined) },
      ],
    }).catch((e: unknown) => e)
    expect(error).toMatchObject({ step: 3, parameter: 'bias' })
    expect((error as Error).message).toMatch(/the parameter 'bias' holds Infinity.*learning rate/)
  })

  test('a norm that overflows although the gradients are finite, which cannot be clipped', async () => {
    const error = await stopped(
      fixed(),
      [ones([2, 1]).mul(1e19), ones([2, 1])],
      (net: Linear, x, _) => net.forward(x).sum().mul(10),
      { clipNorm: 1 },
    )
    expect(error).toMatchObject({ parameter: 'weight' })
    expect(error.message).toMatch(/norm is not finite; the largest, 2\d*e?\+?\d*, is of 'weight'/)
  })

  test('can be switched off', async () => {
    const model = fixed()
    const nan: Pair = [tensor([[Number.NaN]]), ones([1, 1])]
    const result = await fit(model, [nan], { loss, optimizer: sgd(model), nanGuard: false })
    expect(result.loss).toBeNaN()
    expect(bits(model)).toEqual([Number.NaN, Number.NaN])
  })
})

describe('parameters that nobody trains', () => {
  class Net extends Module {
    readonly a = new Linear(1, 1)
    readonly b = new Linear(1, 1)
    readonly unused = new Linear(1, 1)
    override forward(x: Tensor): Tensor {
      return this.b.forward(this.a.forward(x))
    }
  }
  const netLoss = (net: Net, x: Tensor, y: Tensor) => mse(net.forward(x), y)

  test('are told once, by name: those that no optimizer holds, and those that get no gradient', async () => {
    const net = new Net()
    const told: string[] = []
    const held = [
      ...net.b.namedParameters(),
      ...[...net.unused.parameters()].map((p, i) => [`u${i}`, p] as const),
    ]
    await fit(net, batches(3), {
      loss: netLoss,
      optimizer: new SGD(held, { lr: 0.01 }),
      epochs: 2,
      warn: (message) => told.push(message),
    })
    expect(told).toHaveLength(2)
    expect(told[0]).toMatch(/no optimizer holds 'a.weight', 'a.bias',/)
    expect(told[1]).toMatch(/the optimizer holds 'unused.weight', 'unused.bias', which never got a gradient/)
  })

  test('frozen ones are fine, and several optimizers share the rest', async () => {
    const net = new Net()
    net.unused.requiresGrad(false)
    const told: string[] = []
    const before = bits(net)
    const seen = collector()
    await fit(net, batches(2), {
      loss: netLoss,
      optimizer: [
        sgd(net.a, 0.01),
        new SGD([...net.b.parameters(), ...net.unused.parameters()], { lr: 0.02 }),
      ],
      callbacks: [seen],
      warn: (message) => told.push(message),
    })
    expect(told).toEqual([])
    expect(bits(net).map((value, i) => value !== before[i])).toEqual([true, true, true, true, false, false])
    expect(seen.events[0]!.lr).toEqual([0.01, 0.02])
  })

  test('clipping is that of clipGradNorm, over what the optimizer holds', async () => {
    const [model, twin] = [fixed(), fixed()]
    const [[x, y]] = batches(1) as [Pair]
    loss(twin, x, y).backward()
    clipGradNorm([twin.weight], 0.1)
    new SGD([twin.weight], { lr: 1 }).step()
    await fit(model, [[x, y]], {
      loss,
      optimizer: new SGD([model.weight], { lr: 1 }),
      clipNorm: 0.1,
      warn: () => {},
    })
    expect(bits(model)).toEqual(bits(twin))
  })
})

describe('validation', () => {
  const classes = (net: Linear, x: Tensor, target: Tensor) => {
    const output = net.forward(x)
    return { loss: crossEntropy(output, target), output, target }
  }
  const pairs: Pair[] = [0, 1, 2, 3].map((i) => [ones([2, 1]).mul(i), tensor([0, 1], { dtype: 'int32' })])

  test.each([
    [{}, [4, 8]],
    [{ every: 3 }, [3, 6, 8]],
    [{ every: 100 }, [8]],
  ] as const)('%j: after each epoch or so many steps, and at the end', async (when, steps) => {
    const model = new Linear(1, 2)
    const log: [number, number, unknown][] = []
    const result = await fit(model, pairs, {
      loss: classes,
      optimizer: sgd(model),
      epochs: 2,
      validation: { loader: pairs.slice(2), metrics: { accuracy: accuracy() }, ...when },
      callbacks: [
        { onValidation: ({ step, loss: value, metrics }) => void log.push([step, value, metrics.accuracy]) },
      ],
    })
    expect(log.map(([step]) => step)).toEqual(steps)
    expect(result.validation).toMatchObject({ loss: log.at(-1)![1], metrics: { accuracy: 0.5 }, batches: 2 })
    expect(model.training).toBe(true)
  })

  test('measures the weights as they are, with a loss of its own', async () => {
    const model = fixed()
    const found: number[] = []
    await fit(model, batches(2), {
      loss,
      optimizer: sgd(model),
      validation: {
        loader: [[zeros([1, 1]), zeros([1, 1])] as Pair],
        loss: (net, x) => net.forward(x).sum(),
        every: 1,
      },
      callbacks: [{ onValidation: (event) => void found.push(event.loss, model.bias!.itemSync()) }],
    })
    expect(found[0]).toBe(found[1])
    expect(found[2]).toBe(found[3])
  })

  test.each([
    ['no loader', {}, /fit.validation: the loader must be iterable/],
    ['every 0', { loader: pairs, every: 0 }, /fit.validation: every/],
    [
      'a metric called loss',
      { loader: pairs, metrics: { loss: accuracy() } },
      /no metric can be called 'loss'/,
    ],
    ['an unknown option', { loader: pairs, metric: {} }, /'metric'/],
  ])('%s is refused', async (_, validation, message) => {
    const model = new Linear(1, 2)
    const options = { loss: classes, optimizer: sgd(model), validation: validation as never }
    await expect(fit(model, pairs, options)).rejects.toThrow(message)
  })
})

describe('callbacks', () => {
  test('know the plan, may stop, and are closed whatever happens', async () => {
    const model = fixed()
    const log: unknown[] = []
    const callback: FitCallback = {
      onBegin: (event) => void log.push(event),
      onStep: ({ step }) => (step === 2 ? 'stop' : undefined),
      onEnd: ({ stopped }) => void log.push(stopped),
      close: () => void log.push('closed'),
    }
    const options = { loss, optimizer: sgd(model), callbacks: [callback] }
    const result = await fit(model, batches(3), { ...options, epochs: 2, minutes: 5 })
    expect(result).toMatchObject({ steps: 2, epochs: 0, stopped: 'callback' })
    expect(log).toEqual([
      { step: 0, epoch: 0, steps: 6, minutes: 5, rates: 1, measures: [] },
      'callback',
      'closed',
    ])
    log.length = 0
    const nothing = (_net: Linear, _x: Tensor, _y: Tensor) =>
      zeros([1], { requiresGrad: true }).mul(Number.NaN).sum()
    await expect(fit(model, batches(3), { ...options, loss: nothing })).rejects.toThrow(DivergenceError)
    expect(log.at(-1)).toBe('closed')
  })

  test('an error at the beginning leaves the model as it was', async () => {
    const model = fixed().eval()
    const refuse = () => {
      throw new Error('no')
    }
    const options = { loss, optimizer: sgd(model), callbacks: [{ onBegin: refuse }] }
    await expect(fit(model, batches(1), options)).rejects.toThrow('no')
    expect(model.training).toBe(false)
  })
})

test('the event loop turns during a training whose steps wait for nothing', async () => {
  const model = new Linear(64, 64)
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), 50)
  const batch = [randn([64, 64]), randn([64, 64])] as Pair
  const result = await fit(
    model,
    {
      *[Symbol.iterator]() {
        for (;;) yield batch
      },
    },
    {
      loss,
      optimizer: sgd(model, 1e-4),
      steps: 1e6,
      signal: controller.signal,
    },
  )
  clearTimeout(timer)
  expect(result.stopped).toBe('aborted')
})

describe('two trainings at once', () => {
  /** Weights, shuffling and dropout from generators of its own, forked when it is made. */
  function training(seed: number) {
    manualSeed(seed)
    const model = new Sequential(new Linear(3, 8), new ReLU(), new Dropout(0.5), new Linear(8, 1))
    const generator = new Generator(9)
    const data = tensorDataset(randn([20, 3], { generator }), randn([20, 1], { generator }))
    const loader = new DataLoader(data, { batchSize: 3, shuffle: true })
    const optimizer = new SGD(model.parameters(), { lr: 0.05, momentum: 0.9 })
    return async (onStep: () => Promise<void>) => {
      await fit(model, loader, {
        loss: (net, x, y) => mse(net.forward(x), y),
        optimizer,
        epochs: 4,
        callbacks: [{ onStep }],
      })
      return bits(model)
    }
  }

  test('each gives what it gives alone', async () => {
    const alone = [await training(1)(async () => {}), await training(2)(async () => {})]
    const order: number[] = []
    const both = [training(1), training(2)].map((run, i) =>
      run(async () => {
        order.push(i)
        randn([5]) // somebody draws from the default generator
        await new Promise((done) => setImmediate(done))
      }),
    )
    expect(await Promise.all(both)).toEqual(alone)
    expect(order.slice(0, 6)).toEqual([0, 1, 0, 1, 0, 1])
    expect(alone[0]).not.toEqual(alone[1])
  })
})

test.each([
  [{ schedule: {} }, /fit: a schedule must have step\(\).*an object/],
  [{ optimizer: [] }, /fit: an optimizer is needed/],
  [{ accumulate: 0 }, /fit: accumulate.*≥ 1/],
  [{ start: { step: 1 } }, /fit.start: epoch.*undefined/],
  [{ start: { step: 1, epoch: 0, batch: 2 } }, /fit.start.*'batch'/],
  [{ nanGuard: 1 }, /fit: nanGuard must be true or false/],
  [{ warn: 'no' }, /fit: warn must be a function/],
])('%j is refused before anything is changed', async (options, message) => {
  const model = fixed().eval()
  await expect(
    fit(model, batches(1), { loss, optimizer: sgd(model), ...(options as object) }),
  ).rejects.toThrow(message)
  expect(model.training).toBe(false)
})

test('a parameter outside of the model is trained, too', async () => {
  const model = fixed()
  const scale = new Parameter(tensor([2]))
  await fit(model, batches(2), {
    loss: (net, x, y) => mse(net.forward(x).mul(scale), y),
    optimizer: new SGD([...model.namedParameters(), ['scale', scale] as [string, Parameter]], { lr: 0.01 }),
  })
  expect(scale.itemSync()).not.toBe(2)
})
