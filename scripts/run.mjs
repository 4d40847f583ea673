// `node scripts/run.mjs <command…>`: installs the dependencies if they are missing or stale, then runs the command.
// It is what lets `npm test` and `npm run demo` work in a fresh clone; it needs nothing but Node and npm.
// Generated sources are brought up to date on the way.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
}
const pathKey = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
env[pathKey] = `${join(root, 'node_modules', '.bin')}${delimiter}${env[pathKey] ?? ''}`

/** Ends this process with the child's code unless that is 0. */
function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    // A terminal sends Ctrl-C to the child as well; other senders reach only this process.
    const forward = (signal) => child.kill(signal)
    process.on('SIGINT', forward).on('SIGTERM', forward)
    child.on('error', (error) => {
      console.error(String(error))
      process.exit(1)
    })
    child.on('exit', (code, signal) => {
      if (code !== 0) process.exit(code ?? (signal ? 130 : 1))
      process.off('SIGINT', forward).off('SIGTERM', forward)
      done()
    })
  })
}

const packages = (file) => {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return {}
  }
}

/** Whether node_modules lacks something package-lock.json asks for. Versions are compared, not file times, which git does not keep. */
function stale() {
  const installed = packages('node_modules/.package-lock.json')
  return Object.entries(packages('package-lock.json')).some(([path, wanted]) => {
    if (!path || wanted.optional || !path.includes('node_modules/')) return false
    const found = installed[path]
    return !found || found.version !== wanted.version
  })
}

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node 20.19 or newer is needed; this is ${process.version}.`)
  process.exit(1)
}
if (stale()) {
  console.log('Installing dependencies (npm ci) …')
  const npm = process.env.npm_execpath
  await (npm ? run(process.execPath, [npm, 'ci']) : run('npm', ['ci']))
}
await run(process.execPath, ['scripts/codegen.mjs'])
const [command, ...args] = process.argv.slice(2)
if (command) await run(command, args)
