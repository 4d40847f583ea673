import { noGrad, ones, type Tensor, tensor, zeros } from '@core/tensor'
import { Dropout, Linear } from '@nn/layers'
import { mse } from '@nn/losses'
import { Module, Sequential } from '@nn/module'
import { SGD } from '@nn/optim'
import { evaluate, type FitCallback, fit } from '@nn/train'
import { describe, expect, test } from 'vitest'

type Pair = [Tensor, Tensor]
const batches = (n: number): Pair[] =>
  Array.from({ length: n }, (_, i) => [ones([2, 1]).mul(i), ones([2, 1])])
const loss = (net: Linear, x: Tensor, y: Tensor) => mse(net.forward(x), y)

function setup() {
  const model = new Linear(1, 1)
  const log: string[] = []
  const recorder: FitCallback = {
    onStep: async ({ step, epoch }) => {
      await Promise.resolve()
      log.push(`step ${step} of epoch ${epoch}`)
    },
    onEpoch: ({ epoch, step }) => void log.push(`epoch ${epoch} after ${step}`),
    onEnd: ({ steps, stopped }) => void log.push(`end after ${steps}: ${stopped}`),
  }
  const options = { loss, optimizer: new SGD(model.parameters(), { lr: 0.05 }), callbacks: [recorder] }
  return { model, log, options }
}

describe('fit', () => {
  test('one epoch where nothing is said; callbacks in order, each awaited', async () => {
    const { model, log, options } = setup()
    const result = await fit(model, batches(2), options)
    expect(result).toMatchObject({ steps: 2, epochs: 1, stopped: 'done' })
    expect(log).toEqual(['step 1 of epoch 0', 'step 2 of epoch 0', 'epoch 0 after 2', 'end after 2: done'])
  })

  test('does for every batch what a loop by hand does', async () => {
    const { model, options } = setup()
    const twin = new Linear(1, 1)
    twin.loadStateDict(model.stateDict())
    const sgd = new SGD(twin.parameters(), { lr: 0.05 })
    const losses: number[] = []
    for (let epoch = 0; epoch < 2; epoch++)
      for (const [x, y] of batches(3)) {
        sgd.zeroGrad()
        const value = loss(twin, x, y)
        value.backward()
        sgd.step()
        losses.push(value.itemSync())
      }
    const seen: number[] = []
    const means: number[] = []
    const callbacks = [
      {
        onStep: (e: { loss: number }) => void seen.push(e.loss),
        onEpoch: (e: { loss: number }) => void means.push(e.loss),
      },
    ]
    const result = await fit(model, batches(3), { ...options, callbacks, epochs: 2 })
    expect(seen).toEqual(losses)
    expect(result.loss).toBe(losses.at(-1))
    expect(means[1]).toBeCloseTo((losses[3]! + losses[4]! + losses[5]!) / 3, 12)
    expect(model.weight.toArraySync()).toEqual(twin.weight.toArraySync())
  })

  test.each([
    [{ steps: 5 }, 5, 1, 'done'], // the second epoch is cut short and does not count
    [{ steps: 6 }, 6, 2, 'done'],
    [{ steps: 4, epochs: 9 }, 4, 1, 'done'],
    [{ epochs: 3 }, 9, 3, 'done'],
    [{ epochs: 1, steps: 99 }, 3, 1, 'done'],
    [{ steps: 0 }, 0, 0, 'done'],
    [{ epochs: 0 }, 0, 0, 'done'],
    [{ minutes: 0 }, 0, 0, 'time'],
  ] as const)('%j', async (limits, steps, epochs, stopped) => {
    const { model, log, options } = setup()
    const before = model.weight.toArraySync()
    expect(await fit(model, batches(3), { ...options, ...limits })).toMatchObject({ steps, epochs, stopped })
    expect(log.filter((line) => line.startsWith('step'))).toHaveLength(steps)
    expect(log.filter((line) => line.startsWith('epoch'))).toHaveLength(epochs)
    expect(log.at(-1)).toBe(`end after ${steps}: ${stopped}`)
    if (steps === 0) expect(model.weight.toArraySync()).toEqual(before)
  })

  test('time ends a training whose loader never does', async () => {
    const { model, options } = setup()
    async function* endless(): AsyncGenerator<Pair> {
      for (;;) {
        await new Promise((done) => setTimeout(done, 2))
        yield batches(1)[0]!
      }
    }
    const result = await fit(model, endless(), { ...options, minutes: 0.05 / 60 })
    expect(result.stopped).toBe('time')
    expect(result.steps).toBeGreaterThan(0)
    expect(result.epochs).toBe(0)
  })

  test('the signal ends it after the step at work; given before, there is none', async () => {
    const { model, log, options } = setup()
    const controller = new AbortController()
    const stop: FitCallback = { onStep: ({ step }) => (step === 2 ? controller.abort() : undefined) }
    const callbacks = [...options.callbacks, stop]
    const result = await fit(model, batches(5), {
      ...options,
      callbacks,
      signal: controller.signal,
      epochs: 3,
    })
    expect(result).toMatchObject({ steps: 2, epochs: 0, stopped: 'aborted' })
    expect(log).toEqual(['step 1 of epoch 0', 'step 2 of epoch 0', 'end after 2: aborted'])
    const none = await fit(model, batches(5), { ...options, signal: AbortSignal.abort() })
    expect(none).toMatchObject({ steps: 0, stopped: 'aborted', loss: Number.NaN })
  })

  test('a loader is iterated once an epoch and closed when the training ends within', async () => {
    const { model, options } = setup()
    let [begun, closed] = [0, 0]
    const loader = {
      *[Symbol.iterator](): Generator<Pair> {
        begun++
        try {
          yield* batches(3)
        } finally {
          closed++
        }
      },
    }
    await fit(model, loader, { ...options, steps: 4 })
    expect([begun, closed]).toEqual([2, 2])
  })

  test('a loader that is used up in the second epoch is an error, not silence', async () => {
    const { model, options } = setup()
    await expect(fit(model, batches(2).values(), { ...options, epochs: 2 })).rejects.toThrow(
      /no batch in epoch 1/,
    )
  })

  test('events: step, steps, loss, time, and the norm where gradients are clipped', async () => {
    const { model, options } = setup()
    const events: Record<string, unknown>[] = []
    const callbacks = [{ onStep: (event: object) => void events.push({ ...event }) }]
    await fit(model, batches(2), { ...options, callbacks, steps: 2, clipNorm: 1e-9 })
    expect(events[0]).toMatchObject({ step: 1, steps: 2, epoch: 0 })
    expect(events[1]!.gradNorm).toBeGreaterThan(1e-9)
    expect(events[1]!.seconds).toBeGreaterThanOrEqual(events[0]!.seconds as number)
    events.length = 0
    await fit(model, batches(1).values(), { ...options, callbacks, nanGuard: false })
    expect(events[0]!.gradNorm).toBeUndefined()
    expect(events[0]!.steps).toBeUndefined()
    expect(events[0]!.lr).toEqual([0.05])
  })

  test('gradients clipped to almost nothing move almost nothing', async () => {
    const { model, options } = setup()
    const before = model.weight.itemSync()
    await fit(model, batches(3), { ...options, clipNorm: 1e-6 })
    expect(Math.abs(model.weight.itemSync() - before)).toBeLessThan(1e-6)
  })

  test('trains in training mode, on batches of any number of tensors', async () => {
    const model = new Sequential(new Dropout(0.5), new Linear(1, 1)).eval()
    const seen: boolean[] = []
    await fit(model, [[ones([1, 1])] as [Tensor]], {
      loss: (net, x) => {
        seen.push(net.at(0)!.training)
        return net.forward(x).sum()
      },
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
    })
    expect(seen).toEqual([true])
  })

  test('evaluation within a callback leaves the training as it was', async () => {
    const { model, options } = setup()
    const modes: boolean[] = []
    const callbacks: FitCallback[] = [
      { onStep: async () => void (await evaluate(model, batches(1), { loss })) },
      { onStep: () => void modes.push(model.training) },
    ]
    await fit(model, batches(2), { ...options, callbacks })
    expect(modes).toEqual([true, true])
    expect(model.weight.grad).not.toBeNull()
  })
})

describe('evaluate', () => {
  const model = new Linear(1, 1)

  test('the mean over all examples, however they are batched', async () => {
    const x = tensor([[1], [2], [3], [4], [5]])
    const y = zeros([5, 1])
    const parts: Pair[] = [
      [x.slice(0, 4), y.slice(0, 4)],
      [x.slice(4), y.slice(4)],
    ]
    const whole = await evaluate(model, [[x, y] as Pair], { loss })
    const cut = await evaluate(model, parts, { loss })
    expect(cut.loss).toBeCloseTo(whole.loss, 5)
    expect([whole.batches, cut.batches]).toEqual([1, 2])
    expect(whole.loss).toBeCloseTo(noGrad(() => loss(model, x, y)).itemSync(), 6)
  })

  test('in evaluation mode, without gradients, and every module is then in the mode it was', async () => {
    class Net extends Module {
      readonly drop = new Dropout(0.9)
      readonly frozen = new Dropout(0.9)
      readonly linear = new Linear(1, 1)
      override forward(x: Tensor): Tensor {
        return this.linear.forward(this.frozen.forward(this.drop.forward(x)))
      }
    }
    const net = new Net()
    net.frozen.eval()
    const seen: unknown[] = []
    await evaluate(net, batches(1), {
      loss: (m, x, _y) => {
        const value = m.forward(x).sum()
        seen.push(m.drop.training, value.requiresGrad)
        return value
      },
    })
    expect(seen).toEqual([false, false])
    expect([net.training, net.drop.training, net.frozen.training]).toEqual([true, true, false])
    expect(net.linear.weight.grad).toBeNull()
  })

  test('the signal ends it with what was seen', async () => {
    const controller = new AbortController()
    async function* loader(): AsyncGenerator<Pair> {
      yield* batches(2)
      controller.abort()
      yield* batches(5)
    }
    expect((await evaluate(model, loader(), { loss, signal: controller.signal })).batches).toBe(2)
  })
})
