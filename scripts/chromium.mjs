// Finds the browser for the browser tests: $CHROMIUM_PATH, then one installed on the system, then Playwright's own download.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const ELSEWHERE = {
  linux: ['/usr/bin/chromium'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((key) =>
    process.env[key] ? [join(process.env[key], 'Google/Chrome/Application/chrome.exe')] : [],
  ),
}

const runs = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The path of a usable browser, or undefined. */
export async function findChromium() {
  const asked = process.env.CHROMIUM_PATH
  if (asked) {
    if (!runs(asked)) throw new Error(`CHROMIUM_PATH=${asked} cannot be executed`)
    return asked
  }
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((dir) => NAMES.map((name) => join(dir, name)))
  const system = [...onPath, ...(ELSEWHERE[process.platform] ?? [])].find(runs)
  if (system) return system
  const { chromium } = await import('playwright')
  const own = chromium.executablePath()
  return own && runs(own) ? own : undefined
}

/** What to do where there is none. */
export const MISSING =
  'No Chromium found: install one (`apt-get install chromium`, `npx playwright install chromium`), or set CHROMIUM_PATH.'

/** The same, but without a browser it fails in CI, and elsewhere says that the browser tests are skipped. */
export async function requireChromium() {
  const path = await findChromium()
  if (path) return path
  if (process.env.CI) throw new Error(MISSING)
  console.warn(`\n  ⚠ ${MISSING}\n  ⚠ THE BROWSER TESTS ARE SKIPPED.\n`)
  return undefined
}

/** Flags for a quiet headless run. Chromium refuses to start as root with its sandbox on. */
export const chromiumArgs = [
  ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The tests of memory collect garbage before they look.
  '--js-flags=--expose-gc',
  '--enable-precise-memory-info',
  // WebGPU and WebGL2 in software: browser tests run where there is no graphics card.
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
]
