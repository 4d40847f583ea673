import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { requireChromium } from '../../scripts/chromium.mjs'
import { startInBrowser } from '../../tools/conformance/browser.ts'
import type { Case } from '../../tools/conformance/cases.ts'
import { readCases } from '../../tools/conformance/select.ts'

const chromium = process.env.NO_BROWSER ? undefined : await requireChromium()
const path = (name: string) => fileURLToPath(new URL(`../../tools/conformance/${name}`, import.meta.url))

/** All cases take some minutes in each mode: one of each name is what every change is held against. */
const EVERY = process.env.LONG ? '1' : '1000'

/** Runs the command as users do. */
function command(mode: string, signal: AbortSignal): Promise<{ code: number | null; report: string }> {
  const args = ['start.mjs', 'fixtures', 'exceptions.gpu.json'].map(path)
  const options = ['--backend', 'gpu', '--mode', mode, '--every', EVERY, '--exceptions', args.pop()!]
  const child = spawn(process.execPath, [...args, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  })
  let report = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    report += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, report }))
  })
}

describe.skipIf(!chromium)('the golden cases in Chromium', () => {
  test.for(['webgpu', 'webgl2'])(
    '%s: all pass',
    { timeout: process.env.LONG ? 1_200_000 : 300_000 },
    async (mode, { signal }) => {
      const { code, report } = await command(mode, signal)
      expect(report).toMatch(/\d{3} passed, 0 failed, 0 skipped\n$/)
      expect(code).toBe(0)
    },
  )

  test.each(['webgpu', 'webgl2'] as const)(
    '%s: a wrong value is seen',
    async (mode) => {
      const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
      const raw = (...data: number[]) => ({ dtype: 'float32', shape: [data.length], data })
      const square = (y: number) => ({
        ...{ kind: 'op', id: 'op/square/hand', name: 'square', args: [raw(1, 3)], kwargs: {} },
        ...{ outputs: [raw(1, y)], cotangents: [raw(1, 1)], gradInputs: [raw(2, 6)] },
      })
      const cases = [
        square(9),
        square(9.01),
        { ...square(9), gradInputs: [raw(2, 6.02)] },
      ] as unknown as Case[]
      writeFileSync(join(folder, 'hand.json'), JSON.stringify(cases))
      const replayer = await startInBrowser(folder, mode)
      const fails = (field: string) => ({ status: 'failed', faults: [{ field, message: expect.anything() }] })
      try {
        expect(await replayer.replay(cases[0]!, 'hand', 0)).toEqual({ status: 'passed' })
        expect(await replayer.replay(cases[1]!, 'hand', 1)).toEqual(fails('outputs[0]'))
        expect(await replayer.replay(cases[2]!, 'hand', 2)).toEqual(fails('gradInputs[0]'))
      } finally {
        await replayer.close()
        rmSync(folder, { recursive: true })
      }
    },
    60_000,
  )

  test('a case that hangs has failed, and the next gets a new browser', async () => {
    const [c] = readCases(path('fixtures/schedules.json'))
    const failed = { status: 'failed', faults: [{ field: 'page', message: expect.stringMatching(/^hung/) }] }
    const replayer = await startInBrowser(path('fixtures'), 'webgl2', 1)
    try {
      for (let i = 0; i < 2; i++) expect(await replayer.replay(c!, 'schedules', 0)).toEqual(failed)
    } finally {
      await replayer.close()
    }
  }, 60_000)
})
