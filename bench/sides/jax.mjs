// jax-js on WebAssembly, jitted: `jax.mjs THREADS`. Every use of an array but its last is a `.ref`, as its README wants it.
import { defaultDevice, grad, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'
import {
  BATCHES,
  floats,
  GENERATOR,
  integers,
  LEARNING,
  MOMENTUM,
  TEXT,
  WEIGHT_DECAY,
  weights,
} from '../shapes.mjs'
import { serve } from './protocol.mjs'

await init('wasm')
defaultDevice('wasm')

const array = (values, shape) => np.array(values, { shape })
const read = async (x) => (await x.data())[0]

const linear = (x, w, b) => np.matmul(x, np.transpose(w)).add(b)

/** Mean over the batch; `y` are classes. */
function crossEntropy(logits, y) {
  const [batch, classes] = logits.shape
  return nn
    .logSoftmax(logits)
    .mul(nn.oneHot(y, classes))
    .sum()
    .mul(-1 / batch)
}

function mlp(parameters, x) {
  let h = x
  for (let i = 0; i < parameters.length; i += 2) {
    h = linear(h, parameters[i], parameters[i + 1])
    if (i < parameters.length - 2) h = nn.relu(h)
  }
  return h
}

function block(x, [w, b, scale, shift]) {
  const padding = [
    [1, 1],
    [1, 1],
  ]
  const y = lax.conv(x, w, [1, 1], padding).add(b.reshape([1, -1, 1, 1]))
  const normal = nn.standardize(y, [0, 2, 3]) // with the statistics of the batch
  return lax.reduceWindow(
    nn.relu(normal.mul(scale.reshape([1, -1, 1, 1])).add(shift.reshape([1, -1, 1, 1]))),
    np.max,
    [2, 2],
    [2, 2],
  )
}

function cnn(p, x) {
  const h = block(block(x, p.slice(0, 4)), p.slice(4, 8))
  return linear(h.reshape([h.shape[0], -1]), p[8], p[9])
}

const SHAPES = {
  mlp: ({ sizes }) => sizes.slice(1).flatMap((n, i) => [[n, sizes[i]], [n]]),
  cnn: () => [[16, 1, 3, 3], [16], [16], [16], [32, 16, 3, 3], [32], [32], [32], [10, 32 * 49], [10]],
}

function learning(name, count) {
  const { kind, batch, lr } = LEARNING[name]
  if (!SHAPES[kind]) throw new Error('it has no loop over time: unrolled, a step compiles for seconds')
  const shapes = SHAPES[kind](LEARNING[name])
  const first = weights(shapes)
  if (kind === 'cnn') for (const scale of [2, 6]) first[scale].fill(1)
  let parameters = first.map((values, i) => array(values, shapes[i]))
  let velocities = shapes.map((shape) => np.zeros(shape))
  const model = { mlp, cnn }[kind]
  const loss = (p, x, y) => crossEntropy(model(p, x), y)
  const step = jit((p, v, x, y) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(p), x, y)
    const next = gradients.map((g, i) => v[i].mul(MOMENTUM).add(g).add(p[i].ref.mul(WEIGHT_DECAY)))
    return [value, p.map((values, i) => values.sub(next[i].ref.mul(lr))), next]
  })
  const shape = kind === 'mlp' ? [batch, 784] : [batch, 1, 28, 28]
  const data = Array.from({ length: count }, (_, i) => [
    array(floats(batch * 784, 10 + i), shape),
    array(integers(batch, 50 + i, 10), [batch]),
  ])
  return (i) => {
    const [x, y] = data[i % count]
    let value
    ;[value, parameters, velocities] = step(parameters, velocities, x.ref, y.ref)
    return read(value)
  }
}

const square = (n, seed) => array(floats(n * n, seed), [n, n])
/** The last element, outside of what is jitted: all of it is computed first. */
const last = (x) => x.reshape([-1]).slice([x.size - 1, x.size])

/** Forward and backward of one function of rows, from a fixed gradient. */
function bothWays(f) {
  const xs = [10, 11].map((seed) => square(1024, seed))
  const dy = square(1024, 30)
  const step = jit((x, gradient) => grad((a, g) => f(a).mul(g).sum())(x, gradient))
  return (i) => read(last(step(xs[i % 2].ref, dy.ref)))
}

const MAKE = {
  matmul(n) {
    const xs = [10, 11].map((seed) => square(n, seed))
    const y = square(n, 20)
    const step = jit((a, b) => np.matmul(a, b))
    return (i) => read(last(step(xs[i % 2].ref, y.ref)))
  },
  lstmgen() {
    const model = weights(GENERATOR).map((values, i) => array(values, GENERATOR[i]))
    const one = jit(([embed, wi, wh, bi, bh, head, shift], token, h, c) => {
      const x = np.take(embed, token, 0)
      const gates = linear(x, wi, bi).add(linear(h, wh, bh))
      const [i, f, g, o] = np.split(gates, 4, 1)
      const cell = nn
        .sigmoid(f)
        .mul(c)
        .add(nn.sigmoid(i).mul(np.tanh(g)))
      const output = nn.sigmoid(o).mul(np.tanh(cell.ref))
      return [np.argmax(linear(output.ref, head, shift), 1), output, cell]
    })
    return async (i) => {
      let token = np.array([i % TEXT.vocabulary], { dtype: np.int32 })
      let h = np.zeros([1, 128])
      let c = np.zeros([1, 128])
      let sum = 0
      for (let t = 0; t < 100; t++) {
        ;[token, h, c] = one(tree.ref(model), token, h, c)
        sum += await read(token.ref)
      }
      tree.dispose([token, h, c])
      return sum
    }
  },
  smallops() {
    const b = array(floats(32, 11), [32])
    return (i) => {
      let x = array(floats(32, 12 + (i % 4)), [32])
      for (let k = 0; k < 1000; k++) x = x.add(b.ref)
      return read(x)
    }
  },
  chain() {
    const xs = [0, 1].map((i) => array(floats(1e6, 10 + i), [1e6]))
    const step = jit((x) => np.tanh(nn.relu(x.mul(2).add(1))).sum())
    return (i) => read(step(xs[i % 2].ref))
  },
  softmax: () => bothWays((x) => nn.softmax(x)),
  layernorm: () => bothWays((x) => nn.standardize(x)),
}

await serve({
  make(name, count = BATCHES) {
    if (LEARNING[name]) return learning(name, count)
    if (name.startsWith('matmul')) return MAKE.matmul(Number(name.slice(6)))
    return MAKE[name]?.() ?? null
  },
  about: () => ({ threads: 1, note: 'one thread: its workers are those of browsers' }),
})
