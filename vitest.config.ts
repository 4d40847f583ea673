import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
import { chromiumArgs, requireChromium } from './scripts/chromium.mjs'
import { doctest } from './scripts/doctest.ts'

const SOURCE = '@core/source'
const TESTS = ['{packages,apps}/*/test/**', 'test/**']
const BROWSER_TESTS = TESTS.map((folder) => `${folder}/*.browser.test.ts`)
const PACKAGING_TESTS = 'test/packaging/**/*.test.ts'
const PRODUCTION_TESTS = 'test/production/**/*.test.ts'
const chromium = process.env.NO_BROWSER ? undefined : await requireChromium()

export default defineConfig({
  test: {
    globalSetup: ['./scripts/codegen.mjs'],
    coverage: { include: ['packages/*/src/**/*.ts'], exclude: ['**/generated/**'] },
    projects: [
      {
        plugins: [doctest()],
        // What vitest runs in Node resolves by `ssr`; the lists replace the defaults, so these are repeated.
        ssr: { resolve: { conditions: [SOURCE, ...defaultServerConditions], externalConditions: [SOURCE] } },
        test: {
          name: 'node',
          include: TESTS.map((folder) => `${folder}/*.test.ts`),
          exclude: [...BROWSER_TESTS, PACKAGING_TESTS, PRODUCTION_TESTS],
          execArgv: ['--expose-gc'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'packaging',
          include: [PACKAGING_TESTS],
          // It builds first: after the others, so that it does not take the processor from them.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'production',
          include: [PRODUCTION_TESTS],
          // It uses what the tests of the packages have built.
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      ...(chromium
        ? [
            {
              resolve: { conditions: [SOURCE, ...defaultClientConditions] },
              // SharedArrayBuffer exists only in a cross-origin isolated page.
              server: {
                headers: {
                  'Cross-Origin-Opener-Policy': 'same-origin',
                  'Cross-Origin-Embedder-Policy': 'require-corp',
                },
              },
              test: {
                name: 'browser',
                include: BROWSER_TESTS,
                browser: {
                  enabled: true,
                  headless: true,
                  screenshotFailures: false,
                  provider: playwright({ launchOptions: { executablePath: chromium, args: chromiumArgs } }),
                  instances: [{ browser: 'chromium' as const }],
                },
              },
            },
          ]
        : []),
    ],
  },
})
