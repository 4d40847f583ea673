// Compiled steps on the GPU backend: the launches of a script are those of the step itself, so they give its bits. gpu.js' plain-JavaScript mode stands
// for the devices, on which the production test compares with the processor.
import { backendInfo, setBackend } from '@core/tensor'
import { gpu } from '@core/tensor/gpu'
import { expect, test } from 'vitest'
import { MODELS, train } from './trainings.js'

const SMALL = ['mlp', 'cnn', 'two layers, both directions']

test.each(SMALL)('%s, with everything changing that may', { timeout: 120_000 }, async (name) => {
  await setBackend(gpu({ mode: 'cpu' }))
  const model = MODELS.find((m) => m[0] === name)!
  for (const kind of ['sgd', 'adamw'] as const) {
    const { runs: _, ...want } = await train(model, kind, false, 6)
    const { runs, ...got } = await train(model, kind, true, 6)
    expect(got).toEqual(want)
    expect(runs).toBe(3)
  }
})

test('a replay brings up nothing but arguments and live numbers', async () => {
  await setBackend(gpu({ mode: 'cpu' }))
  const model = MODELS.find((m) => m[0] === 'mlp')!
  const moved = async (steps: number) => {
    const before = backendInfo().work!.bytesUp
    await train(model, 'sgd', true, steps)
    return backendInfo().work!.bytesUp - before
  }
  const perStep = ((await moved(9)) - (await moved(5))) / 4
  // The batch is drawn on the device: random states, hyperparameters, the clipping bound, dropout's stream
  expect(perStep).toBeLessThan(2000)
})
