// The models of the benchmark: a compiled step gives the bits of the step itself, whatever changes from step to step.
import { compile, Generator, manualSeed, type Tensor } from '@core/tensor'
import { Linear, ReLU } from '@nn/layers'
import { crossEntropy } from '@nn/losses'
import { Sequential } from '@nn/module'
import { Muon, SGD } from '@nn/optim'
import { expect, test } from 'vitest'
import { MODELS, numbers, train } from './trainings.js'

test.each(MODELS.map((m) => [m[0], m] as const))(
  '%s, 100 steps',
  async (_, model) => {
    const { runs: all, ...want } = await train(model, 'sgd', false, 100)
    const { runs, ...got } = await train(model, 'sgd', true, 100)
    expect(got).toEqual(want)
    expect([all, runs]).toEqual([100, 3]) // the first step makes the optimizer's state, two more are compared
    expect(want.seen.every(Number.isFinite)).toBe(true)
  },
  60_000,
)

test.each(['mlp', 'gru-128'])('%s with AdamW', async (name) => {
  const model = MODELS.find((m) => m[0] === name)!
  const { runs: _, ...want } = await train(model, 'adamw', false, 40)
  const { runs, ...got } = await train(model, 'adamw', true, 40)
  expect(got).toEqual(want)
  expect(runs).toBe(3)
})

test('Muon, whose direction is made of many products', () => {
  const run = (compiled: boolean) => {
    manualSeed(2)
    const layer = new Linear(20, 12, { bias: false })
    const optimizer = new Muon(layer.namedParameters(), { lr: 0.05 })
    const step = (x: Tensor, y: Tensor) => {
      optimizer.zeroGrad()
      crossEntropy(layer.forward(x), y).backward()
      optimizer.step()
    }
    const fast = compiled ? compile(step) : step
    for (let i = 0; i < 12; i++) {
      for (const group of optimizer.groups) group.momentum = 0.8 + i / 100
      fast(...numbers([16, 20])(new Generator(i)))
    }
    return layer.weight.dataSync()
  }
  expect(run(true)).toEqual(run(false))
})

test('replays leave nothing behind: the heap is flat over 10,000 steps', () => {
  manualSeed(3)
  const model = new Sequential(new Linear(20, 30), new ReLU(), new Linear(30, 10))
  const optimizer = new SGD(model.namedParameters(), { lr: 0.01, momentum: 0.9 })
  const step = compile((x: Tensor, y: Tensor) => {
    optimizer.zeroGrad()
    const loss = crossEntropy(model.forward(x), y)
    loss.backward()
    optimizer.step()
    return loss
  })
  const [x, y] = numbers([16, 20])(new Generator(1))
  const used = () => {
    ;(globalThis as { gc?: () => void }).gc!()
    return process.memoryUsage().heapUsed
  }
  for (let i = 0; i < 500; i++) step(x, y)
  const before = used()
  let loss = 0
  for (let i = 0; i < 10_000; i++) loss = step(x, y).itemSync()
  expect(loss).toBeLessThan(1)
  expect(used() - before).toBeLessThan(300_000)
})
