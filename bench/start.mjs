// What `npm run bench` runs: installs what the benchmark needs beside the repository, builds the packages, measures.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const bench = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('..', import.meta.url))

/** Its messages go to where errors go: standard output is the result's. */
function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (error) console.error(String(error))
  return status === 0
}

const packages = (file) => {
  try {
    return JSON.parse(readFileSync(`${bench}${file}`, 'utf8')).packages
  } catch {
    return {}
  }
}

/** Whether something is missing that package-lock.json asks for; what is optional may be, where the platform differs. */
function stale() {
  const installed = packages('node_modules/.package-lock.json')
  const here = ({ os, cpu }) => (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch))
  return Object.entries(packages('package-lock.json')).some(
    ([path, wanted]) => path && here(wanted) && installed[path]?.version !== wanted.version,
  )
}

if (stale()) {
  console.error('Installing what the benchmark compares with (npm ci in bench) …')
  const npm = process.env.npm_execpath
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm']
  if (!run(command, [...first, 'ci', '--no-audit', '--no-fund'], bench))
    console.error('It could not be installed; the rows that need it say so.')
}
if (!run('turbo', ['run', 'build', '--filter=./packages/*', '--output-logs=errors-only'], root))
  process.exit(1)
await import('./run.mjs')
