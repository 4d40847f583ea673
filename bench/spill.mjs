// node bench/spill.mjs [rounds]
// What spilling costs in eager mode: each op in a synchronous loop that never yields, so that the room fills and the
// longest unused results are moved out; in one that yields a macrotask every few ops, so that finalizers free them;
// and with dispose() after every op. The three alternate; medians of milliseconds per op.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { buildSync } from 'esbuild'
import codegen from '../scripts/codegen.mjs'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc')
const rounds = Number(process.argv[2] ?? 7)
codegen()
const folder = mkdtempSync(join(tmpdir(), 'spill-'))
const bundle = join(folder, 'bundle.mjs')
buildSync({
  stdin: {
    contents: `export * from '@core/tensor'; export { LSTM } from '@nn/recurrent'`,
    resolveDir: fileURLToPath(new URL('..', import.meta.url)),
  },
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['@core/source'],
})
const nn = await import(bundle)
rmSync(folder, { recursive: true })
await nn.setBackend(nn.wasm({ build: 'simd' }))
nn.manualSeed(1)

const randn = (...shape) => nn.randn(shape)
const square = (n) => [randn(n, n), randn(n, n)]
const values = (kb) => randn(kb * 256)

/** LSTM over a sequence and back; its results are the output, the state and the gradients. */
function lstm() {
  const model = new nn.LSTM(64, 128)
  const x = randn(32, 64, 64)
  return () => {
    model.zeroGrad()
    const { output, state } = model.forward(x)
    const loss = output.mean()
    loss.backward()
    return [output, state.h, state.c, loss]
  }
}

const elementwise = (kb) => {
  const [a, b] = [values(kb), values(kb)]
  return () => [nn.add(a, b)]
}
const product = (n) => {
  const [a, b] = square(n)
  return () => [nn.matmul(a, b)]
}

const ops = [
  ['add, 64 KB', elementwise(64), 64],
  ['add, 1 MB', elementwise(1024), 1024],
  ['add, 4 MB', elementwise(4096), 4096],
  ['tanh, 1 MB', ((x) => () => [nn.tanh(x)])(values(1024)), 1024],
  ['matmul, 256×256', product(256), 256],
  ['matmul, 512×512', product(512), 1024],
  ['softmax, 1024×256', ((x) => () => [nn.softmax(x)])(randn(1024, 256)), 1024],
  [
    'embedding, 2048 rows of 128',
    ((table, ids) => () => [nn.embedding(table, ids)])(
      randn(1000, 128),
      nn.tensor(
        Int32Array.from({ length: 2048 }, (_, i) => (i * 37) % 1000),
        { shape: [32, 64] },
      ),
    ),
    1024,
  ],
  ['LSTM 64→128, 64 steps, batch 32, forward and backward', lstm(), 5120],
]

const macrotask = () => new Promise((done) => setImmediate(done))
const ROOM = 64 * 1024
const AT_LEAST = 200

// What the way before has left is not this one's to pay; the one that never yields begins with a full room.
async function prepare(way) {
  for (let i = 0; i < 3; i++) {
    gc()
    await macrotask()
  }
  const { bytes } = nn.memory().spilled
  while (way === 'never' && nn.memory().spilled.bytes === bytes) nn.zeros([64, 256])
}

/** Runs ops for a while; a turn of the event loop comes whenever a quarter of the room is filled. */
async function timed(run, kb, way) {
  const few = Math.max(1, Math.floor(ROOM / 4 / kb))
  const before = nn.memory().spilled.bytes
  const start = performance.now()
  let count = 0
  let passed = 0
  while (count < 4 || passed < AT_LEAST) {
    const made = run()
    count++
    if (way === 'dispose') for (const t of made) t.dispose()
    else if (way === 'yield' && count % few === 0) await macrotask()
    passed = performance.now() - start
  }
  return { ms: passed / count, spilled: (nn.memory().spilled.bytes - before) / count / 1024 }
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
const show = (ms) => (ms < 0.1 ? ms.toFixed(4) : ms < 1 ? ms.toFixed(3) : ms.toFixed(2))
const WAYS = ['never', 'yield', 'dispose']

const load = loadavg()[0].toFixed(1)
console.log(
  `${process.version}, ${nn.backendInfo().build}, ms per op, medians of ${rounds}; load ${load} on ${cpus().length} cores\n`,
)
console.log('| op | never yields | yields | dispose() | never / dispose | spilled an op |')
console.log('|---|---:|---:|---:|---:|---:|')
for (const [name, run, kb] of ops) {
  const all = { never: [], yield: [], dispose: [] }
  const spilled = []
  for (let round = -1; round < rounds; round++)
    for (const way of WAYS) {
      await prepare(way)
      await timed(run, kb, way) // until its garbage has gone round, too
      const result = await timed(run, kb, way)
      if (round < 0) continue
      all[way].push(result.ms)
      if (way === 'never') spilled.push(result.spilled)
    }
  const [never, yields, disposed] = WAYS.map((way) => median(all[way]))
  console.log(
    `| ${name} | ${show(never)} | ${show(yields)} | ${show(disposed)} | ${(never / disposed).toFixed(2)} | ${median(spilled).toFixed(0)} KB |`,
  )
}
