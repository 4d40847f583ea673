// Compiles assembly/ into src/backends/wasm/generated/: whole builds ({simd,relaxed,wide}.ts), the simd build in families
// (families/*.ts), and what is bundled by itself, the worker thread (worker.ts) and the judge of the wide build (judge.js),
// where these do not match the sources.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import { checkFamilies, FAMILIES, runOf } from './families.mjs'

// Inlining less makes it a fifth smaller, compressed, and was not slower (Node 20).
const SIMD = ['--enable', 'simd', '--shrinkLevel', '1', '--use', 'WIDE=0']
const BUILDS = {
  simd: SIMD,
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
const families = join(root, 'scripts/families.mjs')
for (const path of [script, families, join(root, OPCODES), ...sources])
  hash.update(readFileSync(path)).update('\0')
const stamp = `// ${hash.digest('hex')}`

function upToDate(name, expected = stamp) {
  try {
    return readFileSync(join(target, name), 'utf8').startsWith(expected)
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

/** Compiles the commands of assembly/run.ts, or of this text in its place. */
async function compile(asc, what, options, run) {
  let binary
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--baseDir', root, '--outFile', 'out.wasm', ...COMMON, ...options],
    {
      readFile: (name, base) => {
        if (run && name.endsWith('assembly/run.ts')) return run
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
  if (error || !binary) throw new Error(`The kernels do not compile (${what}):\n${stderr.toString()}`)
  return binary
}

/** In base64: deflated first, since base64 hides from a server's compression what is alike. */
function encoded(binary) {
  return deflateRawSync(binary, { level: 9 }).toString('base64')
}

/** Where a module's static data end. */
function endOf(binary) {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 32768 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } })
  return exports.base() - exports.workBytes()
}

const stale = Object.keys(BUILDS).filter((build) => !upToDate(`${build}.ts`))
const staleFamilies = !Object.keys(FAMILIES).every((family) => upToDate(`families/${family}.ts`))
if (stale.length || staleFamilies) {
  mkdirSync(join(target, 'families'), { recursive: true })
  const { default: asc } = await import('assemblyscript/asc')
  for (const build of stale) {
    const code = encoded(await compile(asc, build, BUILDS[build]))
    write(
      `${build}.ts`,
      `${stamp}\n/** The kernels, WebAssembly, deflated, in base64. */\nexport const kernels =\n  '${code}'\n`,
    )
  }
  const run = readFileSync(join(root, 'assembly/run.ts'), 'utf8')
  checkFamilies(run)
  let from = 1024
  if (staleFamilies)
    for (const [family, commands] of Object.entries(FAMILIES)) {
      const options = [...SIMD, '--memoryBase', String(from)]
      const binary = await compile(asc, family, options, runOf(run, commands))
      from = endOf(binary)
      write(
        `families/${family}.ts`,
        `${stamp}\nimport type { Family } from '../../engine.js'\n` +
          `/** These kernels of the simd build, WebAssembly, deflated, in base64. */\n` +
          `export const ${family}: Family = {\n  name: '${family}',\n  code:\n    '${encoded(binary)}',\n}\n`,
      )
    }
}

const BACKENDS = join(root, 'src/backends')
const bundleHash = createHash('sha256')
for (const name of readdirSync(BACKENDS, { recursive: true }).sort())
  if (name.endsWith('.ts') && !name.includes('generated'))
    bundleHash.update(readFileSync(join(BACKENDS, name))).update('\0')
const bundleStamp = `// ${bundleHash.update(readFileSync(script)).digest('hex')}`

/** One file of a module and all that it imports. */
async function bundle(entry, format, minify) {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [join(BACKENDS, 'wasm', entry)],
    bundle: true,
    write: false,
    format,
    platform: 'neutral',
    target: 'es2022',
    minify,
    external: ['./generated/*'],
  })
  return outputFiles[0].text
}

if (!upToDate('worker.ts', bundleStamp) || !upToDate('judge.js', bundleStamp)) {
  mkdirSync(target, { recursive: true })
  const source = JSON.stringify(await bundle('team/worker.ts', 'iife', true))
  write(
    'worker.ts',
    `${bundleStamp}\n/** The script of a worker thread. */\nexport const workerSource: string =\n  ${source}\n`,
  )
  // An ES module whose types are those of wide.ts.
  write('judge.js', `${bundleStamp}\n${await bundle('wide.ts', 'esm', false)}`)
  write('judge.d.ts', "export * from '../wide.js'\n")
}
