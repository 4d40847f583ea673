// Bundles the program from its own and the packages' TypeScript sources, and runs it in this process: there is no build
// that could be stale, and signals, exit code and terminal are the program's own.
import { renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import codegen from '../../scripts/codegen.mjs'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const bundle = '.cache/main.mjs'
// Two programs may start at once: each writes a file of its own, and renaming is atomic.
const fresh = path(`.cache/main-${process.pid}.mjs`)

codegen()
try {
  buildSync({
    entryPoints: [path('src/main.ts')],
    outfile: fresh,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline',
    conditions: ['@core/source'],
    external: ['cli-progress', 'picocolors', 'asciichart'],
    logLevel: 'warning',
  })
  renameSync(fresh, path(bundle))
} catch (error) {
  rmSync(fresh, { force: true })
  if (!error.errors) throw error // esbuild has printed its own
  process.exit(1)
}
process.setSourceMapsEnabled(true)
await import(new URL(bundle, import.meta.url).href)
