import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle } from './bundle.js'

const folder = mkdtempSync(join(tmpdir(), 'resume-'))
const script = join(folder, 'training.mjs')
beforeAll(() => bundle('training.ts', script))
afterAll(() => rmSync(folder, { recursive: true }))

interface Run {
  /** The steps it did. */
  steps: number[]
  /** What it printed at the end: all weights and buffers, learning rate, place in the data. */
  end: string[]
  signal: string | null
}

/** Runs a training in a process of its own; killed as soon as it has done the step `until`. */
async function run(
  mode: string,
  loop: string,
  optimizer: string,
  path: string,
  until = Infinity,
): Promise<Run> {
  const child = spawn(process.execPath, [script, mode, loop, optimizer, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const [steps, end]: [number[], string[]] = [[], []]
  for await (const line of createInterface({ input: child.stdout })) {
    const step = /^step (\d+)$/.exec(line)?.[1]
    if (step === undefined) end.push(line)
    else if (steps.push(Number(step)) && Number(step) === until) child.kill('SIGKILL')
  }
  return { steps, end, signal: (await closed)[1] as string | null }
}

describe('a training that was killed within an epoch and resumed has the weights of one that was not', () => {
  test.each([
    ['by hand', 'sgd'],
    ['by hand', 'adamw'],
    ['fit', 'sgd'],
    ['fit', 'adamw'],
  ])(
    '%s, %s',
    async (loop, optimizer) => {
      const path = join(folder, `${loop}-${optimizer}.safetensors`)
      const [whole, begun] = await Promise.all([
        run('whole', loop, optimizer, path),
        run('begin', loop, optimizer, path, 112),
      ])
      expect(whole.steps).toHaveLength(200)
      expect(whole.end).toHaveLength(10)
      expect(begun.signal).toBe('SIGKILL')
      expect(begun.steps.length, 'it went on after the checkpoint').toBeGreaterThanOrEqual(112)
      expect(begun.end).toEqual([])
      const resumed = await run('resume', loop, optimizer, path)
      expect([resumed.steps[0], resumed.steps.length]).toEqual([101, 100])
      expect(resumed.end).toEqual(whole.end)
    },
    60_000,
  )
})
