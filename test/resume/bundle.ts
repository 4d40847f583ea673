import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/** Bundles a TypeScript file of this folder to one that Node runs by itself. */
export function bundle(name: string, outfile: string): void {
  buildSync({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@core/source'],
    logLevel: 'warning',
  })
}
