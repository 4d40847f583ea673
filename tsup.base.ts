import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

const SOURCE = '@core/source'

/** The entries of a package are those its `exports` names: one list, in package.json. */
function entries(): string[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, Record<string, string>>
  }
  return Object.values(exports).flatMap((target) => target[SOURCE] ?? [])
}

/**
 * How every package is built: ES modules with declarations and source maps.
 * The banner stands on top of the declarations, for a `/// <reference …>`, which bundling them drops.
 */
export function library(banner = '') {
  return defineConfig({
    entry: entries(),
    format: ['esm'],
    platform: 'neutral',
    target: 'es2022',
    // tsup passes `baseUrl` to the compiler, which TypeScript 6 reports as deprecated.
    dts: { banner, compilerOptions: { ignoreDeprecations: '6.0' } },
    sourcemap: true,
    clean: true,
    // Entries of one package share their modules, and each dynamic import is a file of its own.
    splitting: true,
  })
}
