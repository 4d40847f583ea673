import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/**
 * Programs whose size is watched, and the most they may weigh: kilobytes (1000 bytes), minified and gzipped. For `mlp.ts` and
 * `tensor.ts` that is the goal; for `all.ts` what it weighs now, so that nobody adds to it unaware.
 */
export const LIMITS = {
  'mlp.ts': 80,
  'tensor.ts': 50,
  'all.ts': 102,
}

/** The statically imported closure of the entry: what dynamic imports load comes later, and only when chosen. */
function firstLoad(outputs) {
  const reached = new Set()
  const visit = (name) => {
    if (reached.has(name)) return
    reached.add(name)
    for (const { path, kind } of outputs[name].imports)
      if (kind === 'import-statement' && outputs[path]) visit(path)
  }
  visit(Object.keys(outputs).find((name) => outputs[name].entryPoint))
  return reached
}

/**
 * What a program weighs that is bundled for browsers.
 *
 * @param contents - its source
 * @param resolveDir - the folder from which the packages are seen
 * @param conditions - of `exports`: `@core/source` for the packages' sources instead of what is published
 * @returns bytes minified, bytes gzipped, and minified bytes by input file
 */
export async function size(contents, resolveDir, conditions = []) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['node:*'],
    outdir: 'out',
    absWorkingDir: resolveDir,
    metafile: true,
    write: false,
    conditions,
  })
  const loaded = firstLoad(metafile.outputs)
  const files = outputFiles.filter(({ path }) => [...loaded].some((name) => path.endsWith(name)))
  const inputs = {}
  for (const name of loaded)
    for (const [path, { bytesInOutput }] of Object.entries(metafile.outputs[name].inputs))
      inputs[path] = (inputs[path] ?? 0) + bytesInOutput
  return {
    minified: files.reduce((sum, { contents: bytes }) => sum + bytes.length, 0),
    gzipped: files.reduce((sum, { contents: bytes }) => sum + gzipSync(bytes, { level: 9 }).length, 0),
    inputs,
    text: files.map(({ text }) => text).join(''),
  }
}
