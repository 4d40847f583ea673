// The packages as a stranger gets them: packed, installed beside each other in an empty folder, and used from there.
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LIMITS, size } from '../../bench/size/size.mjs'

interface Package {
  name: string
  exports: Record<string, unknown>
}

const root = resolve(import.meta.dirname, '../..')
const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
const packages = folders.map((folder) => ({
  folder,
  ...(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package),
}))
const entries = packages.flatMap(({ name, exports }) =>
  Object.keys(exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => name + entry.slice(1)),
)
const consumer = mkdtempSync(join(tmpdir(), 'consumer-'))
const tarballs = new Map<string, string>()

const shell = process.platform === 'win32'
/** What the command prints; rejects, with that, when it fails. */
async function run(command: string, args: string[], cwd = consumer): Promise<string> {
  try {
    return (await promisify(execFile)(command, args, { cwd, shell, maxBuffer: 1e8 })).stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`)
  }
}
const tool = (path: string, args: string[]) =>
  run(process.execPath, [join(root, 'node_modules', path), ...args])

beforeAll(async () => {
  await run('npm', ['run', 'build'], root)
  const packed = await run('npm', ['pack', '--json', '--pack-destination', consumer, ...folders], root)
  for (const { name, filename } of JSON.parse(packed) as { name: string; filename: string }[])
    tarballs.set(name, `./${filename}`)
  cpSync(join(import.meta.dirname, 'consumer'), consumer, { recursive: true })
  writeFileSync(join(consumer, 'package.json'), '{ "private": true, "type": "module" }')
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs.values()])
})
afterAll(() => rmSync(consumer, { recursive: true, force: true }))

test('nothing foreign is installed', () => {
  const installed = readdirSync(join(consumer, 'node_modules'))
    .filter((name) => !name.startsWith('.'))
    .flatMap((scope) => readdirSync(join(consumer, 'node_modules', scope)).map((name) => `${scope}/${name}`))
  expect(installed.sort()).toEqual(packages.map(({ name }) => name).sort())
})

test('without gpu.js, which is not installed along, the GPU backend says what to install', async () => {
  const program = `import { setBackend } from '@core/tensor'
    import { gpu } from '@core/tensor/gpu'
    await setBackend(gpu({ mode: 'cpu' })).catch((error) => console.log(error.code, error.message))`
  expect(await run(process.execPath, ['--input-type=module', '-e', program])).toMatch(
    /^ERR_BACKEND .*npm install gpu\.js/,
  )
})

test('a small network trains from an ES module', async () => {
  const losses = JSON.parse(await run(process.execPath, ['train.mjs'])) as number[]
  expect(losses.at(-1)).toBeLessThan(0.1 * losses[0]!)
})

test.each(entries)('require(%o) gives what import gives', async (entry) => {
  const program = `import('${entry}').then((imported) => {
    const required = require('${entry}')
    for (const name in imported) if (imported[name] !== required[name]) throw new Error(name)
  })`
  await run(process.execPath, ['--input-type=commonjs', '-e', program])
})

test.each(Object.entries(LIMITS))(
  '%s, bundled, minified and gzipped, stays below %i KB',
  async (name, limit) => {
    const program = readFileSync(join(root, 'bench/size', name), 'utf8')
    expect((await size(program, consumer)).gzipped).toBeLessThan(1000 * limit)
  },
)

test('kernels that a program does not use stay out of it', async () => {
  const families = async (name: string) => {
    const { text } = await size(readFileSync(join(root, 'bench/size', name), 'utf8'), consumer)
    return [...text.matchAll(/name:"(\w+)",code:"/g)].map(([, family]) => family).sort()
  }
  expect(await families('tensor.ts')).toEqual(['core', 'training']) // softmax is a method of tensors
  expect(await families('mlp.ts')).toEqual(['core', 'training'])
})

// Without skipLibCheck, DOM or Node types: what the declarations need, they bring.
test.each([
  ['typescript', 'bundler'],
  ['typescript', 'nodenext'],
  ['typescript7', 'bundler'],
  ['typescript7', 'nodenext'],
])('types, as %s sees them under %s', async (version, resolution) => {
  await tool(`${version}/bin/tsc`, ['--project', `tsconfig.${resolution}.json`])
})

describe.each(packages)('$name', ({ name, folder }) => {
  test('publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: folder, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })
  test('are the types wrong?', async () => {
    await tool('@arethetypeswrong/cli/dist/index.js', [tarballs.get(name)!, '--profile', 'esm-only'])
  })
})
