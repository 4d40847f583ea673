// node bench/gemm.mjs prototype.wasm [size] [rounds]
// Matrix products of one thread, packing included, against a prototype that exports pack(b, ldb, panels, k, n) and
// gemm(a, lda, panels, c, ldc, m, n, k, add) over panels of 16 columns; both sides alternate, medians are compared.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import v8 from 'node:v8'
import { build } from 'esbuild'

const [prototypePath, sizeText = '512', roundsText = '60'] = process.argv.slice(2)
if (!prototypePath) throw new Error('usage: node bench/gemm.mjs prototype.wasm [size] [rounds]')
const n = Number(sizeText)
const rounds = Number(roundsText)

const wasm = join(dirname(fileURLToPath(import.meta.url)), '../packages/tensor/src/backends/wasm')
const { outputFiles } = await build({
  stdin: {
    contents: `export * from './load.js'; export * from './commands.js'; export * from './encoders/index.js'; export { scratchBytes } from './encoders/call.js'`,
    resolveDir: wasm,
  },
  bundle: true,
  format: 'esm',
  write: false,
})
const { CommandList, compileBuild, encoders, link, loadBuild, scratchBytes } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`
)

/** Compiles with or without 256-bit code, optimised at once. */
function compiled(wide, compile) {
  for (const flag of ['--no-liftoff', '--no-wasm-lazy-compilation']) v8.setFlagsFromString(flag)
  v8.setFlagsFromString(`--${wide ? '' : 'no-'}experimental-wasm-revectorize`)
  return compile()
}

function random(array) {
  let seed = 1
  for (let i = 0; i < array.length; i++) {
    seed = (seed * 16807) % 2147483647
    array[i] = (seed / 2147483647) * 2 - 1
  }
}

const bytes = n * n * 4

async function ours(name) {
  const base64 = await loadBuild(name)
  const memory = new WebAssembly.Memory({ initial: Math.ceil((5 * bytes) / 65536) + 40, maximum: 32768 })
  const kernels = link(
    compiled(name === 'wide', () => compileBuild(base64)),
    memory,
  )
  const start = (kernels.base + 63) & ~63
  const list = new CommandList(memory.buffer, start, 4096)
  const a = start + 4096
  const attrs = { batch: 1, m: n, n, k: n, transA: false, transB: false, aBatch: 0, bBatch: 0, bias: false }
  random(new Float32Array(memory.buffer, a, 2 * n * n))
  const call = { inputs: [a, a + bytes], outputs: [a + 2 * bytes], attrs, scratch: a + 3 * bytes }
  if (a + 3 * bytes + scratchBytes(encoders.matmul, attrs) > memory.buffer.byteLength)
    throw new RangeError('memory')
  const step = () => {
    list.clear()
    encoders.matmul.encode(list, call)
    kernels.run(list.offset, 1)
  }
  return { name: `ours ${name}`, step, result: () => new Float32Array(memory.buffer, a + 2 * bytes, n * n) }
}

function prototype() {
  const module = compiled(true, () => new WebAssembly.Module(readFileSync(prototypePath)))
  const { exports: k } = new WebAssembly.Instance(module, { env: { abort() {} } })
  const a = 65536
  random(new Float32Array(k.memory.buffer, a, 2 * n * n))
  const step = () => {
    k.pack(a + bytes, n * 4, a + 3 * bytes, n, n)
    k.gemm(a, n * 4, a + 3 * bytes, a + 2 * bytes, n * 4, n, n, n, 0)
  }
  return {
    name: 'prototype wide',
    step,
    result: () => new Float32Array(k.memory.buffer, a + 2 * bytes, n * n),
  }
}

const sides = [prototype(), await ours('wide'), await ours('relaxed'), await ours('simd')]
const times = sides.map(() => [])
const repeat = Math.max(1, Math.round(2e7 / n ** 3))
for (let round = -3; round < rounds; round++) {
  sides.forEach(({ step }, i) => {
    const start = performance.now()
    for (let j = 0; j < repeat; j++) step()
    if (round >= 0) times[i].push((performance.now() - start) / repeat)
  })
}
const expected = sides[0].result()
const rates = times.map((list) => (2 * n ** 3) / list.sort((x, y) => x - y)[rounds >> 1] / 1e6)
console.log(`${process.version}, ${n}×${n}×${n}, one thread, median of ${rounds}`)
sides.forEach(({ name, result }, i) => {
  const off = result().reduce((most, x, j) => Math.max(most, Math.abs(x - expected[j])), 0)
  const best = times.map((list) => (2 * n ** 3) / list[0] / 1e6)
  console.log(
    `${name.padEnd(15)} ${rates[i].toFixed(1).padStart(6)} GFLOP/s (best ${best[i].toFixed(1)}), ${(rates[i] / rates[0]).toFixed(2)} of the prototype (best ${(best[i] / best[0]).toFixed(2)}), at most ${off.toExponential(1)} off`,
  )
})
