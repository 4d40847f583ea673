// node bench/scaling.mjs: how the time of a training step grows with batch, time steps and layers (GRU 64→128, head on every
// step, cross-entropy, SGD; compiled, one thread), with a straight line through the best times. Uses the built packages.
import { compile, Generator, randint, setBackend, wasm } from '@core/tensor'
import { Embedding, Linear } from '@nn/layers'
import { crossEntropy } from '@nn/losses'
import { Module } from '@nn/module'
import { SGD } from '@nn/optim'
import { GRU } from '@nn/recurrent'

await setBackend(wasm({ wide: true, threads: 1 }))

class Model extends Module {
  constructor(numLayers) {
    super()
    this.embed = new Embedding(65, 64)
    this.rnn = new GRU(64, 128, { numLayers })
    this.head = new Linear(128, 65)
  }
  forward(x) {
    return this.head.forward(this.rnn.forward(this.embed.forward(x)).output).reshape([-1, 65])
  }
}

/** The best time of a step, in milliseconds. */
function best({ batch, time, layers }) {
  const model = new Model(layers)
  const optimizer = new SGD(model.namedParameters(), { lr: 0.1 })
  const step = compile((x, y) => {
    optimizer.zeroGrad()
    const loss = crossEntropy(model.forward(x), y)
    loss.backward()
    optimizer.step()
    return loss
  })
  const generator = new Generator(1)
  const x = randint([batch, time], 0, 65, { generator })
  const y = randint([batch * time], 0, 65, { generator })
  let least = Number.POSITIVE_INFINITY
  for (const end = performance.now() + 600; performance.now() < end; ) {
    const begin = performance.now()
    step(x, y).itemSync()
    least = Math.min(least, performance.now() - begin)
  }
  return least
}

/** Least squares: intercept, slope, and the share of the variance that the line explains. */
function line(xs, ys) {
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length
  const [mx, my] = [mean(xs), mean(ys)]
  const slope =
    xs.reduce((s, x, i) => s + (x - mx) * (ys[i] - my), 0) / xs.reduce((s, x) => s + (x - mx) ** 2, 0)
  const at = (x) => my + slope * (x - mx)
  const rest = ys.reduce((s, y, i) => s + (y - at(xs[i])) ** 2, 0)
  return { start: at(0), slope, r2: 1 - rest / ys.reduce((s, y) => s + (y - my) ** 2, 0) }
}

const middle = { batch: 32, time: 32, layers: 1 }
for (const [name, sizes] of Object.entries({
  batch: [8, 16, 32, 64, 128],
  time: [8, 16, 32, 64, 128],
  layers: [1, 2, 3, 4],
})) {
  const times = sizes.map((n) => best({ ...middle, [name]: n }))
  const { start, slope, r2 } = line(sizes, times)
  console.log(`${name}: ${sizes.map((n, i) => `${n} ${times[i].toFixed(2)} ms`).join(', ')}`)
  console.log(`  ${start.toFixed(2)} ms + ${slope.toFixed(4)} ms each, R² ${r2.toFixed(4)}`)
}
