import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from './child.js'
import { loops } from './loops.js'

// Each loop runs in a process of its own, from one bundle of the TypeScript sources. The young generation begins at the
// size that it would reach anyway, and on wasm the collector marks at once instead of beside the program: how late it
// comes, and so the highest moment, then does not depend on what else the machine does.
const FLAGS = {
  reference: ['--min-semi-space-size=16'],
  wasm: ['--min-semi-space-size=16', '--no-incremental-marking'],
}
const folder = mkdtempSync(join(tmpdir(), 'loops-'))
const bundle = join(folder, 'child.mjs')
const MB = 2 ** 20
/** The room of the wasm backend; parameters may take as much again before the longest unused of them go. */
const ROOM = 64 * MB
/** What one step of a loop that awaits may hold. */
const STEP = MB

beforeAll(() => {
  buildSync({
    entryPoints: [fileURLToPath(new URL('child.ts', import.meta.url))],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@core/source'],
    logLevel: 'warning',
  })
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(loop: string, backend: 'reference' | 'wasm'): Promise<Report> {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS[backend], bundle, loop, backend])
  return JSON.parse(stdout) as Report
}

function expectClose(values: readonly number[], wanted: readonly number[], tolerance: number): void {
  for (const [i, want] of wanted.entries())
    expect(Math.abs(values[i]! - want), `value ${i}`).toBeLessThanOrEqual(tolerance * Math.abs(want))
}

describe('loops stay flat', { timeout: 60_000 }, () => {
  test.each(Object.keys(loops))('%s', async (name) => {
    const [wasm, reference] = await Promise.all([run(name, 'wasm'), run(name, 'reference')])
    for (const { values, expected, peaks } of [wasm, reference]) {
      expect(values.every(Number.isFinite)).toBe(true)
      if (expected) expectClose(values, expected, 1e-5)
      expect(peaks[1]! - peaks[0]!, 'growth of the peak resident set').toBeLessThanOrEqual(32 * MB)
    }
    expectClose(wasm.values, reference.values, 1e-3)
    const { bytes, limit } = wasm
    expect(bytes.late, 'resident at the end').toBeLessThanOrEqual(Math.max(1.02 * bytes.early, STEP))
    expect(bytes.after, 'resident when all was let go of').toBeLessThanOrEqual(STEP)
    expect(limit.late, 'the bound on what is resident').toBeLessThanOrEqual(2 * ROOM + STEP)
    if (/synchronous/.test(name)) expect(wasm.spilled, 'the room was passed').toBeGreaterThan(2 * ROOM)
  })
})
