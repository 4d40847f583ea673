import { readFileSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'

const SOURCE = '@core/source'

/** The entries of a package are those its `exports` names: one list, in package.json. */
function entries(): string[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, Record<string, string>>
  }
  return Object.values(exports).flatMap((target) => target[SOURCE] ?? [])
}

/**
 * A namespace that is exported (`export * as init`) becomes an object filled by a call, which bundlers of the built files would have
 * to keep with all that it names; within a function marked as pure it is dropped where nobody uses it.
 */
const droppableNamespaces: NonNullable<Options['plugins']>[number] = {
  name: 'droppable-namespaces',
  renderChunk: (code) => ({
    code: code.replace(
      /^var (\w+) = \{\};\n(__export\(\1, \{[^}]*\}\);)$/gm,
      'var $1 = /* @__PURE__ */ (() => { const $1 = {};\n$2 return $1; })();',
    ),
  }),
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
    plugins: [droppableNamespaces],
    // Numbers that have names (opcodes) become numbers, which a bundler of the built files could no longer see to.
    esbuildOptions: (options) => {
      options.minifySyntax = true
    },
  })
}
