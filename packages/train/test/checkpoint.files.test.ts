import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FormatError, manualSeed, rand, type Tensor } from '@core/tensor'
import { DataLoader, tensorDataset } from '@nn/data'
import { Dropout, Linear } from '@nn/layers'
import { mse } from '@nn/losses'
import { Sequential } from '@nn/module'
import { AdamW, CosineAnnealingLR } from '@nn/optim'
import { fit, type Progress, packCheckpoint } from '@nn/train'
import { checkpoints, loadCheckpoint, saveCheckpoint } from '@nn/train/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Box, makeParts, plain, richState, snapshot } from './checkpointParts.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoints-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('checkpoints in files', () => {
  test('are the bytes of packCheckpoint, and come back', async () => {
    const path = join(folder, 'a.safetensors')
    const parts = makeParts(richState())
    await saveCheckpoint(path, parts, { step: 5, epoch: 1 })
    expect(new Uint8Array(await readFile(path))).toEqual(await packCheckpoint(parts, { step: 5, epoch: 1 }))
    const fresh = makeParts()
    expect({ ...(await loadCheckpoint(path, fresh)) }).toEqual({ step: 5, epoch: 1 })
    expect(snapshot(fresh)).toEqual(snapshot(parts))
  })

  test('that are damaged are refused with their path, and nothing is changed', async () => {
    const path = join(folder, 'b.safetensors')
    const parts = makeParts()
    await saveCheckpoint(path, parts)
    const bytes = await readFile(path)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(path, bytes)
    const before = snapshot(parts)
    await expect(loadCheckpoint(path, parts)).rejects.toThrow(FormatError)
    await expect(loadCheckpoint(path, parts)).rejects.toThrow(
      `${path}: checkpoint: the checksum of the tensor '`,
    )
    await truncate(path, 300)
    await expect(loadCheckpoint(path, parts)).rejects.toThrow(`${path}: safetensors: the header should reach`)
    await expect(loadCheckpoint(join(folder, 'none'), parts)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(snapshot(parts)).toEqual(before)
  })

  test('are not touched by a save that fails', async () => {
    const where = await mkdtemp(join(folder, 'fails-'))
    const path = join(where, 'a.safetensors')
    await saveCheckpoint(path, makeParts(), { step: 1 })
    const before = await readFile(path)
    await expect(
      saveCheckpoint(
        path,
        makeParts(() => 1),
      ),
    ).rejects.toMatchObject({ code: 'ERR_OPTION' })
    const broken = Object.assign(rand([2]), { data: () => Promise.reject(new Error('no data')) })
    await expect(saveCheckpoint(path, makeParts({ broken }))).rejects.toThrow('no data')
    await expect(saveCheckpoint(join(folder, 'none', 'a'), makeParts())).rejects.toMatchObject({
      code: 'ENOENT',
    })
    expect(await readFile(path)).toEqual(before)
    expect(await readdir(where)).toEqual(['a.safetensors'])
  })
})

const loss = (net: Sequential, x: Tensor, y: Tensor) => mse(net.forward(x), y)
const EPOCH = 4

/** All that a training of 4 batches an epoch needs. */
function setup(seed: number) {
  manualSeed(3)
  const data = tensorDataset(rand([8, 3]), rand([8, 1]))
  manualSeed(seed)
  const model = new Sequential(new Linear(3, 4), new Dropout(0.5), new Linear(4, 1))
  const optimizer = new AdamW(model.namedParameters(), { lr: 0.05 })
  const schedule = new CosineAnnealingLR(optimizer, { tMax: 30 })
  const loader = new DataLoader(data, { batchSize: 2, shuffle: true })
  return { model, optimizer, schedule, loader }
}
type Setup = ReturnType<typeof setup>
type Limits = { epochs: number } | { steps: number }

function train({ model, optimizer, schedule, loader }: Setup, limits: Limits, extra: object = {}) {
  return fit(model, loader, { loss, optimizer, schedule, ...limits, ...extra })
}
const weights = ({ model }: Setup) => plain(model.stateDict())

describe('the callback', () => {
  test.each([
    ['within an epoch', 3, 6],
    ['at the last step of an epoch', 4, 8],
    ['after the first step of an epoch', 3, 9],
    ['after every epoch', undefined, 8],
    ['at the very end, within an epoch', undefined, 10],
  ])('%s: the training goes on as if nothing had happened', async (_, every, stop) => {
    const whole = setup(1)
    const complete = await train(whole, { epochs: 5 })
    const path = join(folder, 'callback.safetensors')
    const first = setup(1)
    const options = every === undefined ? {} : { every }
    await train(first, { steps: stop }, { callbacks: [checkpoints(path, first, options)] })

    const second = setup(2)
    const progress = await loadCheckpoint(path, second)
    expect(progress.step).toBe(stop)
    expect([progress.epoch, Math.floor(stop / EPOCH)]).toContain(second.loader.state.epoch)
    const { step, epoch } = progress
    const seen: number[] = []
    const onStep = (event: { step: number; epoch: number }) => void seen.push(event.epoch)
    const result = await train(second, { epochs: 5 }, { start: { step, epoch }, callbacks: [{ onStep }] })
    expect(result).toEqual(complete)
    expect(seen).toEqual(Array.from({ length: 20 - stop }, (_, i) => Math.floor((stop + i) / EPOCH)))
    expect(weights(second)).toEqual(weights(whole))
  })

  test('saves when it is asked to, again after the validation of an epoch, and at the end', async () => {
    const parts = setup(1)
    const saved: [number, number][] = []
    const note = {
      stateDict: () => {
        const { epoch, batch } = parts.loader.state
        saved.push([epoch, batch])
        return null
      },
    }
    const box = Object.assign(new Box(), note)
    const path = join(folder, 'often.safetensors')
    await train(parts, { steps: 9 }, { callbacks: [checkpoints(path, { ...parts, box }, { every: 2 })] })
    expect(saved).toEqual([
      [0, 2],
      [0, 4],
      [0, 4],
      [1, 2],
      [1, 4],
      [1, 4],
      [2, 1],
    ])
    saved.length = 0
    await train(parts, { steps: 8 }, { callbacks: [checkpoints(path, { ...parts, box })] })
    expect(saved).toEqual([
      [3, 4],
      [4, 4],
    ])
  })

  test('with an array of batches goes on at the next epoch', async () => {
    const path = join(folder, 'array.safetensors')
    const make = () => {
      const { model, optimizer } = setup(1)
      return { model, optimizer }
    }
    manualSeed(8)
    const batches = Array.from({ length: 3 }, () => [rand([2, 3]), rand([2, 1])] as [Tensor, Tensor])
    const run = ({ model, optimizer }: ReturnType<typeof make>, epochs: number, more: object = {}) =>
      fit(model, batches, { loss, optimizer, epochs, ...more })
    const whole = make()
    await run(whole, 4)
    const first = make()
    await run(first, 2, { callbacks: [checkpoints(path, first)] })
    const second = make()
    const { step, epoch } = (await loadCheckpoint(path, second)) as Progress
    expect([step, epoch]).toEqual([6, 2])
    const result = await run(second, 4, { start: { step, epoch } })
    expect([result.steps, result.epochs]).toEqual([12, 4])
    expect(plain(second.model.stateDict())).toEqual(plain(whole.model.stateDict()))
  })

  test('refuses what it could not save', () => {
    const { model } = setup(1)
    expect(() => checkpoints('a', { model }, { every: 0 })).toThrow(
      'checkpoints: every must be a whole number ≥ 1',
    )
    expect(() => checkpoints('a', { model }, { often: 1 } as never)).toThrow("there is no option 'often'")
    expect(() => checkpoints('a', model as never)).toThrow('checkpoints: parts must be an object like')
  })
})
