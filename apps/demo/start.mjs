// Bundles the program from its own and the packages' TypeScript sources, and runs it in this process: no build step,
// nothing that can be stale, and signals, exit code and terminal are the program's own.
import { renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import codegen from '../../scripts/codegen.mjs'

codegen()
const bundle = new URL('.cache/main.mjs', import.meta.url)
const fresh = new URL(`.cache/main-${process.pid}.mjs`, import.meta.url)
try {
  buildSync({
    entryPoints: [fileURLToPath(new URL('src/main.ts', import.meta.url))],
    outfile: fileURLToPath(fresh),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline',
    conditions: ['@core/source'],
    external: ['cli-progress', 'picocolors', 'asciichart'],
    logLevel: 'warning',
  })
  renameSync(fresh, bundle)
} catch (error) {
  rmSync(fresh, { force: true })
  throw error
}
process.setSourceMapsEnabled(true)
await import(bundle.href)
