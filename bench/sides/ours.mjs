// Our side: `ours.mjs BUILD MODE THREADS`, MODE being eager or compiled. Uses the built packages.
import {
  backendInfo,
  compile,
  grad,
  layerNorm,
  matmul,
  narrow,
  noGrad,
  reshape,
  setBackend,
  softmax,
  tensor,
  wasm,
} from '@core/tensor'
import { CharModel, learning, setWeights } from '../models.mjs'
import { BATCHES, floats, LEARNING, TEXT } from '../shapes.mjs'
import { serve } from './protocol.mjs'

const [build, mode, threads] = process.argv.slice(2)
await setBackend(
  build === 'wide'
    ? wasm({ wide: true, threads: Number(threads) })
    : wasm({ build, threads: Number(threads) }),
)
const fast = (step) => (mode === 'compiled' ? compile(step) : step)

/** The last element: enough to need all of it, and cheap to read. */
const last = (x) => narrow(reshape(x, [x.size]), 0, x.size - 1, 1)

const square = (n, seed, options) => tensor(floats(n * n, seed), { shape: [n, n], ...options })

/** Forward and backward of one function of rows, from a fixed gradient. */
function bothWays(f) {
  const xs = [10, 11].map((seed) => square(1024, seed, { requiresGrad: true }))
  const dy = square(1024, 30)
  const step = fast((x, gradient) => last(grad(f(x), [x], { gradOutputs: [gradient] })[0]))
  return (i) => step(xs[i % 2], dy).itemSync()
}

const MAKE = {
  matmul(n) {
    const xs = [10, 11].map((seed) => square(n, seed))
    const y = square(n, 20)
    const step = fast((a, b) => last(matmul(a, b)))
    return (i) => noGrad(() => step(xs[i % 2], y).itemSync())
  },
  lstmgen() {
    const model = new CharModel('lstm', 128)
    setWeights(model)
    const one = fast((token, h, c) => {
      const { logits, state } = model.forward(token, { h, c })
      return {
        next: logits.reshape([1, TEXT.vocabulary]).argmax({ axis: 1 }).reshape([1, 1]),
        h: state.h,
        c: state.c,
      }
    })
    return (i) =>
      noGrad(() => {
        let token = tensor([[i % TEXT.vocabulary]], { dtype: 'int32' })
        let h = tensor(new Float32Array(128), { shape: [1, 1, 128] })
        let c = h
        let sum = 0
        for (let t = 0; t < 100; t++) {
          const out = one(token, h, c)
          token = out.next
          h = out.h
          c = out.c
          sum += token.itemSync()
        }
        return sum
      })
  },
  smallops() {
    const b = tensor(floats(32, 11))
    return (i) =>
      noGrad(() => {
        let x = tensor(floats(32, 12 + (i % 4)))
        for (let k = 0; k < 1000; k++) x = x.add(b)
        return x.dataSync()[0]
      })
  },
  chain() {
    const xs = [0, 1].map((i) => tensor(floats(1e6, 10 + i)))
    const step = fast((x) => x.mul(2).add(1).relu().tanh().sum())
    return (i) => noGrad(() => step(xs[i % 2]).itemSync())
  },
  softmax: () => bothWays((x) => softmax(x)),
  layernorm: () => bothWays((x) => layerNorm(x, [1024])),
}

await serve({
  make(name, count = BATCHES) {
    if (LEARNING[name]) {
      const { step, batches } = learning(name, count, fast)
      return (i) => step(...batches[i % count]).itemSync()
    }
    if (name.startsWith('matmul')) return MAKE.matmul(Number(name.slice(6)))
    return MAKE[name]?.() ?? null
  },
  about() {
    const { build: runs, threads: count, notes } = backendInfo()
    return { threads: count, note: notes.join(' ') || (runs === build ? '' : `${runs} runs`) }
  },
})
