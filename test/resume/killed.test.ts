import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tensor } from '@core/tensor'
import { loadCheckpoint } from '@nn/train/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle } from './bundle.js'

const KILLS = 50
/** Numbers in each of the two tensors of a checkpoint: 8 MB, so that writing takes a while. */
const SIZE = 1_000_000

const folder = mkdtempSync(join(tmpdir(), 'killed-'))
const script = join(folder, 'saves.mjs')
beforeAll(() => bundle('saves.ts', script))
afterAll(() => rmSync(folder, { recursive: true }))

/** The step of a checkpoint, all of whose values must be that number. */
async function load(path: string): Promise<number> {
  const found: Tensor[] = []
  const box = {
    stateDict: () => null,
    loadStateDict: (state: Record<string, Tensor>) => void found.push(state.weight!, state.momentum!),
  }
  const { step } = await loadCheckpoint(path, { box })
  for (const tensor of found) {
    const values = tensor.dataSync()
    let same = 0
    for (let i = 0; i < values.length; i++) if (values[i] === step) same++
    expect(same).toBe(SIZE)
  }
  return step
}

/** Lets a child save again and again, and kills it at the given moment after it began. */
async function killWhen(path: string, first: number, moment: () => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [script, path, String(first), String(SIZE)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  await Promise.race([once(child.stdout, 'data'), closed])
  await moment()
  child.kill('SIGKILL')
  expect((await closed)[1]).toBe('SIGKILL')
}

const leftovers = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'))
/** Soon after a file of its own is there: at most moments of a save there is none, for it is computing or the disk's turn. */
async function whileItWrites(old: readonly string[]): Promise<void> {
  for (let wait = 0; wait < 2000 && leftovers().every((name) => old.includes(name)); wait++) await sleep(1)
  await sleep(Math.random() * 10)
}

test(`killed at ${KILLS} random moments while it saves, a process leaves a whole checkpoint`, async () => {
  const path = join(folder, 'last.safetensors')
  const begun = performance.now()
  await killWhen(path, 1, async () => {
    while (!existsSync(path)) await sleep(5)
  })
  const life = performance.now() - begun // with the start of the process: two saves or more
  let step = await load(path)
  let [inTheMiddle, replaced] = [0, 0]
  for (let kill = 0; kill < KILLS; kill++) {
    const old = leftovers()
    await killWhen(path, step + 1, () => (kill % 2 === 0 ? sleep(Math.random() * life) : whileItWrites(old)))
    inTheMiddle += leftovers().length
    expect(leftovers().length, 'those of older kills are deleted').toBeLessThanOrEqual(1)
    const now = await load(path)
    expect(now).toBeGreaterThanOrEqual(step)
    if (now > step) replaced++
    step = now
  }
  console.log(
    `of ${KILLS} kills ${inTheMiddle} left a half-written file beside the checkpoint, ${replaced} a newer one`,
  )
  expect(inTheMiddle).toBeGreaterThanOrEqual(5)
  expect(replaced).toBeGreaterThanOrEqual(1)
}, 180_000)
