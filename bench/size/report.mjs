// node bench/size/report.mjs: what the built packages weigh in a page, and, from their sources, of what it is made up.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { LIMITS, size } from './size.mjs'

const folder = fileURLToPath(new URL('.', import.meta.url))
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} KB`
const gzipped = (text) => gzipSync(text, { level: 9 }).length

for (const [name, limit] of Object.entries(LIMITS)) {
  const contents = readFileSync(`${folder}${name}`, 'utf8')
  const built = await size(contents, folder)
  const kernels = built.text.match(/[A-Za-z0-9+/=]{1000,}/g) ?? []
  console.log(
    `${name}: ${kilobytes(built.gzipped)} gzipped (limit ${limit} KB), ${kilobytes(built.minified)} minified`,
  )
  console.log(`  of which gzipped: kernels ${kilobytes(gzipped(kernels.join('')))}`)
  console.log(
    `                    the rest ${kilobytes(gzipped(kernels.reduce((text, code) => text.replace(code, ''), built.text)))}`,
  )
  const folders = new Map()
  const { inputs } = await size(contents, folder, ['@core/source'])
  for (const [path, bytes] of Object.entries(inputs)) {
    const of = path.replace(/^(\.\.\/)*packages\//, '').replace(/\/[^/]*$/, '')
    folders.set(of, (folders.get(of) ?? 0) + bytes)
  }
  for (const [of, bytes] of [...folders].sort((a, b) => b[1] - a[1]))
    console.log(`  ${kilobytes(bytes)} minified  ${of}`)
}
