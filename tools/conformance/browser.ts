import { createReadStream, existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright'
import { chromiumArgs, findChromium, MISSING } from '../../scripts/chromium.mjs'
import type { Case } from './cases.ts'
import type { Page, PageOutcome } from './page.ts'
import type { Outcome } from './replay.ts'
import type { Replayer } from './replayer.ts'

/** A case that takes longer hangs. */
const PATIENCE = 120_000

type BrowserMode = 'webgpu' | 'webgl2'

/** Replays in headless Chromium. A case that hangs or breaks the page has failed; the next gets a new browser. */
export async function startInBrowser(
  directory: string,
  mode: BrowserMode,
  patience = PATIENCE,
): Promise<Replayer> {
  const executablePath = await findChromium()
  if (!executablePath) throw new Error(MISSING)
  const server = await serve(directory, await bundlePage())
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`
  const open = () => OpenPage.start(executablePath, url, mode)
  let page: OpenPage | null
  try {
    page = await open()
  } catch (error) {
    server.close()
    throw error
  }
  return {
    name: mode,
    async replay(_: Case, family: string, index: number) {
      try {
        page ??= await open()
      } catch (error) {
        return failedBy(error instanceof Error ? error.message : String(error))
      }
      const { outcome, broken } = await page.replay(family, index, patience)
      if (broken === null) return outcome
      await page.close()
      page = null
      return failedBy(broken, outcome)
    },
    async close() {
      await page?.close()
      server.close()
      server.closeAllConnections()
    },
  }
}

/** A case after which the page is unusable has failed, whatever it gave. */
function failedBy(broken: string, outcome?: Outcome): Outcome {
  const faults = outcome?.status === 'failed' ? outcome.faults : []
  return { status: 'failed', faults: [...faults, { field: 'page', message: broken.split('\n')[0]! }] }
}

/** A browser of its own with the page in it. */
class OpenPage {
  private constructor(
    private readonly browser: Browser,
    private readonly call: (family: string, index: number) => Promise<PageOutcome>,
    private readonly gone: Promise<string>,
  ) {}

  static async start(executablePath: string, url: string, mode: BrowserMode): Promise<OpenPage> {
    const browser = await chromium.launch({ executablePath, args: chromiumArgs })
    try {
      const page = await browser.newPage()
      const gone = new Promise<string>((resolve) => {
        page.on('crash', () => resolve('the page crashed'))
        browser.on('disconnected', () => resolve('the browser ended'))
      })
      await page.goto(url)
      const runs = await page.evaluate(
        (asked) => (globalThis as unknown as { conformance: Page }).conformance.start(asked),
        mode,
      )
      if (runs !== mode) throw new Error(`${mode} was asked for, ${runs} runs`)
      const call = (family: string, index: number) =>
        page.evaluate(([f, i]) => (globalThis as unknown as { conformance: Page }).conformance.replay(f, i), [
          family,
          index,
        ] as const)
      return new OpenPage(browser, call, gone)
    } catch (error) {
      await browser.close()
      throw error
    }
  }

  async replay(family: string, index: number, patience: number): Promise<PageOutcome> {
    const without = (broken: string): PageOutcome => ({ outcome: { status: 'failed', faults: [] }, broken })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`hung: nothing came within ${patience / 1000} s`), patience)
    })
    const answer = this.call(family, index).catch((error: Error) => without(error.message))
    try {
      return await Promise.race([answer, Promise.race([this.gone, late]).then(without)])
    } finally {
      clearTimeout(timer)
    }
  }

  async close(): Promise<void> {
    await this.browser.close().catch(() => {}) // it may be gone already
  }
}

/** The page's script, from the sources. */
async function bundlePage(): Promise<string> {
  // This module itself may be bundled, one folder deeper.
  const page = ['page.ts', '../page.ts']
    .map((name) => fileURLToPath(new URL(name, import.meta.url)))
    .find(existsSync)
  const { outputFiles } = await build({
    entryPoints: [page!],
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    conditions: ['@core/source'],
    logLevel: 'warning',
  })
  return outputFiles[0]!.text
}

/** Serves the page, its script, and the files of cases. A page from localhost is a secure context, as WebGPU wants. */
async function serve(directory: string, script: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    if (path === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      return response.end(
        '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
      )
    }
    if (path === '/page.js') {
      response.setHeader('content-type', 'text/javascript; charset=utf-8')
      return response.end(script)
    }
    const file = join(directory, basename(path))
    if (!path.startsWith('/cases/') || !existsSync(file)) return response.writeHead(404).end()
    response.setHeader('content-type', 'application/json')
    return createReadStream(file).pipe(response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, 'localhost', resolve)
  })
  return server
}
