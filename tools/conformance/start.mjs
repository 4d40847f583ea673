// Bundles the replayer from its own and the packages' TypeScript sources, and runs it in this process.
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { buildSync } from 'esbuild'

// Node 20 has relaxed SIMD behind this flag; it has to be set before the engine compiles any WebAssembly.
if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd')

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const bundle = path('.cache/main.mjs')
// Two programs may start at once: each writes a file of its own, and renaming is atomic.
const fresh = path(`.cache/main-${process.pid}.mjs`)

mkdirSync(path('.cache'), { recursive: true })
try {
  buildSync({
    entryPoints: [path('main.ts')],
    outfile: fresh,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline',
    conditions: ['@core/source'],
    external: ['esbuild', 'playwright', 'gpu.js'],
    logLevel: 'warning',
  })
  renameSync(fresh, bundle)
} catch (error) {
  rmSync(fresh, { force: true })
  if (!error.errors) throw error // esbuild has printed its own
  process.exit(1)
}
process.setSourceMapsEnabled(true)
await import(`file://${bundle}`)
