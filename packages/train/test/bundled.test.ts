// The way of a page in production: bundled by Vite, its worker found by the bundler, run in Chromium.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { build, defaultClientConditions, preview } from 'vite'
import { expect, test } from 'vitest'
import { chromiumArgs, findChromium } from '../../../scripts/chromium.mjs'

const executablePath = process.env.NO_BROWSER ? undefined : await findChromium()

test.skipIf(!executablePath)(
  'a bundled page trains in its worker, with the same bits',
  { timeout: 120_000 },
  async () => {
    const outDir = mkdtempSync(join(tmpdir(), 'bundled-'))
    const options = {
      root: join(import.meta.dirname, 'bundled'),
      configFile: false,
      logLevel: 'warn',
    } as const
    await build({
      ...options,
      resolve: { conditions: ['@core/source', ...defaultClientConditions] },
      worker: { format: 'es' },
      build: { outDir, emptyOutDir: true },
    })
    expect(readdirSync(join(outDir, 'assets')).some((name) => /training\.entry.*\.js$/.test(name))).toBe(true)
    const server = await preview({ ...options, build: { outDir }, preview: { port: 0 } })
    const browser = await chromium.launch({ executablePath: executablePath!, args: chromiumArgs })
    try {
      const page = await browser.newPage()
      await page.goto(server.resolvedUrls!.local[0]!)
      const [there, here] = await page.evaluate(
        () => (globalThis as unknown as { outcome: Promise<number[][]> }).outcome,
      )
      expect(there!.length).toBe(114)
      expect(there).toEqual(here)
    } finally {
      await browser.close()
      await new Promise((done) => server.httpServer.close(done))
      rmSync(outDir, { recursive: true })
    }
  },
)
