// `node scripts/fix-lock.mjs [--check]`: completes package-lock.json.
// A registry that mirrors only one platform makes npm leave out the optional binaries of the others; `npm ci` then refuses
// the lockfile ("Missing: x from lock file"), and other platforms would install without their binary. The missing entries
// are written from what the packages ask for (without an integrity hash, which npm fills in when it installs them).
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))
const OS = { windows: 'win32' }
for (const os of [
  'darwin',
  'linux',
  'win32',
  'android',
  'freebsd',
  'openbsd',
  'netbsd',
  'openharmony',
  'sunos',
  'aix',
])
  OS[os] = os
const CPU = { 64: 'x64' }
for (const cpu of [
  'x64',
  'arm64',
  'arm',
  'ia32',
  'ppc64',
  'riscv64',
  's390x',
  'loong64',
  'mips64el',
  'wasm32',
])
  CPU[cpu] = cpu

/** Node's own search: from the asking package's folder upwards. */
function isLocked(from, name) {
  for (let dir = from; ; dir = dir.slice(0, Math.max(0, dir.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${dir ? `${dir}/` : ''}node_modules/${name}`]) return true
    if (!dir) return false
  }
}

const added = []
for (const [path, pkg] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(pkg.optionalDependencies ?? {})) {
    const words = name.split(/[/-]/)
    const os = words.map((word) => OS[word]).find(Boolean)
    const cpu = words.map((word) => CPU[word]).find(Boolean)
    if (!/^\d/.test(version) || !os || !cpu || isLocked(path, name)) continue
    const libc = words.includes('musl')
      ? 'musl'
      : os === 'linux' && words.includes('gnu')
        ? 'glibc'
        : undefined
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(pkg.dev && { dev: true }),
      ...(libc && { libc: [libc] }),
      optional: true,
      os: [os],
    }
    added.push(`${name}@${version}`)
  }
}
const hosts = Object.entries(lock.packages).filter(([, pkg]) => /^https?:/.test(pkg.resolved ?? ''))

if (process.argv.includes('--check')) {
  if (added.length)
    console.error(`package-lock.json lacks ${added.length} platform packages; run node scripts/fix-lock.mjs`)
  if (hosts.length)
    console.error(
      `package-lock.json names a registry host, e.g. for ${hosts[0][0]}; run npm install with this repository's .npmrc`,
    )
  process.exit(added.length || hosts.length ? 1 : 0)
}
if (added.length) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}
console.log(`${added.length} platform packages added`)
