// Compiles assembly/ into src/backends/wasm/generated/{simd,relaxed,wide}.ts, and bundles the worker thread into worker.ts
// beside them, where these do not match the sources.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BUILDS = {
  // The one that ships inside the main file: inlining less makes it a fifth smaller, compressed, and was not slower (Node 20).
  simd: ['--enable', 'simd', '--shrinkLevel', '1', '--use', 'WIDE=0'],
  relaxed: ['--enable', 'simd', '--enable', 'relaxed-simd', '--use', 'WIDE=0'],
  wide: ['--enable', 'simd', '--enable', 'relaxed-simd', '--use', 'WIDE=1'],
}
const COMMON =
  '-O3 --noAssert --runtime stub --importMemory --maximumMemory 32768 --noExportMemory --use abort='.split(
    ' ',
  )

const script = fileURLToPath(import.meta.url)
const root = dirname(dirname(script))
const target = join(root, 'src/backends/wasm/generated')
const OPCODES = 'src/backends/wasm/opcodes.ts'

const sources = readdirSync(join(root, 'assembly'))
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .map((name) => join(root, 'assembly', name))
const hash = createHash('sha256')
for (const path of [script, join(root, OPCODES), ...sources]) hash.update(readFileSync(path)).update('\0')
const stamp = `// ${hash.digest('hex')}`

function upToDate(build) {
  try {
    return readFileSync(join(target, `${build}.ts`), 'utf8').startsWith(stamp)
  } catch {
    return false
  }
}

/** Written aside and renamed, so that a reader or a second writer never meets half a file. */
function write(name, text) {
  const path = join(target, name)
  writeFileSync(`${path}.${process.pid}`, text)
  renameSync(`${path}.${process.pid}`, path)
}

async function compile(asc, build) {
  let binary
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--baseDir', root, '--outFile', 'out.wasm', ...COMMON, ...BUILDS[build]],
    {
      readFile: (name, base) => {
        try {
          return readFileSync(join(base, name), 'utf8')
        } catch {
          return null
        }
      },
      writeFile: (_, contents) => {
        binary = contents
      },
    },
  )
  if (error || !binary) throw new Error(`The kernels do not compile (${build}):\n${stderr.toString()}`)
  const text = `${stamp}\n/** The kernels, WebAssembly in base64. */\nexport const kernels =\n  '${Buffer.from(binary).toString('base64')}'\n`
  write(`${build}.ts`, text)
}

const stale = Object.keys(BUILDS).filter((build) => !upToDate(build))
if (stale.length) {
  mkdirSync(target, { recursive: true })
  const { default: asc } = await import('assemblyscript/asc')
  for (const build of stale) await compile(asc, build)
}

const WORKER = ['team/worker.ts', 'team/control.ts', 'link.ts'].map((name) =>
  join(root, 'src/backends/wasm', name),
)
const workerHash = createHash('sha256')
for (const path of [script, ...WORKER]) workerHash.update(readFileSync(path)).update('\0')
const workerStamp = `// ${workerHash.digest('hex')}`
const current = (() => {
  try {
    return readFileSync(join(target, 'worker.ts'), 'utf8').startsWith(workerStamp)
  } catch {
    return false
  }
})()
if (!current) {
  mkdirSync(target, { recursive: true })
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [WORKER[0]],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'neutral',
    target: 'es2022',
    minify: true,
  })
  const source = JSON.stringify(outputFiles[0].text)
  write(
    'worker.ts',
    `${workerStamp}\n/** The script of a worker thread. */\nexport const workerSource: string =\n  ${source}\n`,
  )
}
