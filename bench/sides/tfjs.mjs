// TensorFlow.js: `tfjs.mjs cpu|wasm THREADS`. Core API, variables, its own optimizer, and `tidy` around every step.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
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

const [backend, threads] = process.argv.slice(2)
if (backend === 'wasm') {
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(join(dirname(main), '/'))
  setThreadsCount(Number(threads))
}
if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here`)
await tf.ready()
tf.enableProdMode()

const read = async (x) => {
  const [value] = await x.data()
  x.dispose()
  return value
}

const linear = (x, w, b) => tf.add(tf.matMul(x, w), b)

function mlp(p, x) {
  let h = x
  for (let i = 0; i < p.length; i += 2) {
    h = linear(h, p[i], p[i + 1])
    if (i < p.length - 2) h = tf.relu(h)
  }
  return h
}

/** Batch norm with the statistics of the batch. Its convolutions have channels last. */
function block(x, [w, b, scale, shift]) {
  const y = tf.add(tf.conv2d(x, w, 1, 'same'), b)
  const { mean, variance } = tf.moments(y, [0, 1, 2])
  return tf.maxPool(tf.relu(tf.batchNorm(y, mean, variance, shift, scale, 1e-5)), 2, 2, 'valid')
}

function cnn(p, x) {
  const h = block(block(x, p.slice(0, 4)), p.slice(4, 8))
  const channelsFirst = tf.transpose(h, [0, 3, 1, 2])
  return linear(tf.reshape(channelsFirst, [h.shape[0], -1]), p[8], p[9])
}

/** Weights where the library wants them: [in, out], [height, width, in, out]. */
const tensors = (arrays, shapes) =>
  arrays.map((values, i) => {
    const x = tf.tensor(values, shapes[i])
    return tf.transpose(x, shapes[i].length === 4 ? [2, 3, 1, 0] : undefined)
  })

const SHAPES = {
  mlp: ({ sizes }) => sizes.slice(1).flatMap((n, i) => [[n, sizes[i]], [n]]),
  cnn: () => [[16, 1, 3, 3], [16], [16], [16], [32, 16, 3, 3], [32], [32], [32], [10, 32 * 49], [10]],
}

function learning(name, count) {
  const { kind, batch, lr } = LEARNING[name]
  if (!SHAPES[kind]) throw new Error('its recurrent layers have one bias where the others learn two')
  const model = { mlp, cnn }[kind]
  const shapes = SHAPES[kind](LEARNING[name])
  const first = weights(shapes)
  if (kind === 'cnn') for (const scale of [2, 6]) first[scale].fill(1)
  const parameters = tensors(first, shapes).map((x) => tf.variable(x))
  const optimizer = tf.train.momentum(lr, MOMENTUM)
  const shape = kind === 'mlp' ? [batch, 784] : [batch, 28, 28, 1]
  const data = Array.from({ length: count }, (_, i) => [
    tf.tensor(floats(batch * 784, 10 + i), shape),
    tf.tensor1d(integers(batch, 50 + i, 10), 'int32'),
  ])
  const step = ([x, y]) =>
    tf.tidy(() => {
      const { value, grads } = optimizer.computeGradients(
        () => tf.losses.softmaxCrossEntropy(tf.oneHot(y, 10), model(parameters, x)),
        parameters,
      )
      for (const p of parameters) grads[p.name] = tf.add(grads[p.name], tf.mul(p, WEIGHT_DECAY))
      optimizer.applyGradients(grads)
      return value
    })
  return (i) => read(step(data[i % count]))
}

const square = (n, seed) => tf.tensor(floats(n * n, seed), [n, n])
/** The last element: enough to need all of it, and cheap to read. */
const last = (x) => tf.slice(tf.reshape(x, [-1]), x.size - 1, 1)

/** Forward and backward of one function of rows, from a fixed gradient. */
function bothWays(f) {
  const xs = [10, 11].map((seed) => square(1024, seed))
  const dy = square(1024, 30)
  const gradient = tf.grad(f)
  return (i) => read(tf.tidy(() => last(gradient(xs[i % 2], dy))))
}

const MAKE = {
  matmul(n) {
    const xs = [10, 11].map((seed) => square(n, seed))
    const y = square(n, 20)
    return (i) => read(tf.tidy(() => last(tf.matMul(xs[i % 2], y))))
  },
  lstmgen() {
    const [, wi, wh, bi, bh, head, shift] = tensors(weights(GENERATOR), GENERATOR)
    const embed = tf.tensor(weights(GENERATOR)[0], GENERATOR[0])
    const one = (token, h, c) => {
      const x = tf.gather(embed, token)
      const gates = tf.add(linear(x, wi, bi), linear(h, wh, bh))
      const [i, f, g, o] = tf.split(gates, 4, 1)
      const cell = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)))
      const output = tf.mul(tf.sigmoid(o), tf.tanh(cell))
      return [tf.argMax(linear(output, head, shift), 1), output, cell]
    }
    return async (i) => {
      let state = [tf.tensor1d([i % TEXT.vocabulary], 'int32'), tf.zeros([1, 128]), tf.zeros([1, 128])]
      let sum = 0
      for (let t = 0; t < 100; t++) {
        const next = tf.tidy(() => one(...state))
        tf.dispose(state)
        state = next
        sum += (await state[0].data())[0]
      }
      tf.dispose(state)
      return sum
    }
  },
  smallops() {
    const b = tf.tensor1d(floats(32, 11))
    const adds = (i) => {
      let x = tf.tensor1d(floats(32, 12 + (i % 4)))
      for (let k = 0; k < 1000; k++) x = tf.add(x, b)
      return x
    }
    return (i) => read(tf.tidy(() => adds(i)))
  },
  chain() {
    const xs = [0, 1].map((i) => tf.tensor1d(floats(1e6, 10 + i)))
    return (i) => read(tf.tidy(() => tf.sum(tf.tanh(tf.relu(tf.add(tf.mul(xs[i % 2], 2), 1))))))
  },
  softmax: () => bothWays((x) => tf.softmax(x)),
  layernorm: () =>
    bothWays((x) => {
      const { mean, variance } = tf.moments(x, 1, true)
      return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)))
    }),
}

await serve({
  make(name, count = BATCHES) {
    if (LEARNING[name]) return learning(name, count)
    if (name.startsWith('matmul')) return MAKE.matmul(Number(name.slice(6)))
    return MAKE[name]?.() ?? null
  },
  about: () =>
    backend === 'wasm'
      ? { threads: getThreadsCount(), note: 'one thread: it starts workers in browsers only' }
      : { threads: 1, note: '' },
})
