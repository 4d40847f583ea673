import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { exposeTraining, trainInWorker } from '@nn/train'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { workerCases } from './workerCases.js'

// Node runs no TypeScript: one bundle of the sources.
const folder = mkdtempSync(join(tmpdir(), 'worker-'))
const bundle = join(folder, 'training.mjs')

beforeAll(() => {
  buildSync({
    entryPoints: [fileURLToPath(new URL('training.entry.ts', import.meta.url))],
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

describe("in a worker of Node's", () => workerCases(() => new Worker(bundle)))

test('a file that exposes no training, and one that is not there', async () => {
  const silent = new Worker('0', { eval: true })
  await expect(trainInWorker(silent, {})).rejects.toThrow(
    /ended, with exit code 0; does its file call exposeTraining/,
  )
  const missing = new Worker(join(folder, 'none.mjs'))
  await expect(trainInWorker(missing, {})).rejects.toThrow(/none\.mjs/)
})

test('exposeTraining asks for a function', () => {
  expect(() => exposeTraining(null as never)).toThrow(/exposeTraining: train must be a function/)
})
