// What is measured, and the numbers that go in: the same on every side. Python's half of it is sides/torch_side.py.

/** Workloads that train, with their layers' sizes; a step is forward, loss, backward, SGD (momentum 0.9, weight decay 1e-4). */
export const LEARNING = {
  mlp: { kind: 'mlp', sizes: [784, 256, 128, 10], batch: 64, lr: 0.05 },
  cnn: { kind: 'cnn', batch: 32, lr: 0.005 },
  'rnn-128': { kind: 'recurrent', cell: 'rnn', hidden: 128, lr: 0.5 },
  'gru-128': { kind: 'recurrent', cell: 'gru', hidden: 128, lr: 0.5 },
  'lstm-128': { kind: 'recurrent', cell: 'lstm', hidden: 128, lr: 0.5 },
  'lstm-512': { kind: 'recurrent', cell: 'lstm', hidden: 512, lr: 0.5 },
}

/** Of SGD, in all of them. */
export const MOMENTUM = 0.9
export const WEIGHT_DECAY = 1e-4

/** Of the recurrent workloads. */
export const TEXT = { vocabulary: 65, embedding: 64, time: 64, batch: 32, clip: 1 }

/** Parameters of `lstmgen`: embedding, LSTM, head. */
export const GENERATOR = [[65, 64], [512, 64], [512, 128], [512], [512], [65, 128], [65]]

/** All names, in the order of the table. */
export const WORKLOADS = [
  'matmul64',
  'matmul256',
  'matmul512',
  'matmul1024',
  ...Object.keys(LEARNING),
  'lstmgen',
  'smallops',
  'chain',
  'softmax',
  'layernorm',
  'start',
  'memory',
]

/** Workloads that are a fresh process each time, and their unit where it is not ms. */
export const ONCE = { start: 'ms', memory: 'MB' }

/** Training steps of `lstm-128` whose memory is measured. */
export const STEPS_OF_MEMORY = 100

/** Batches that a workload goes through in turn. */
export const BATCHES = 8

/** 32 bits of element i of array number `seed`, mixed as in splitmix32: integer arithmetic, so the same everywhere. */
function bits(i, seed) {
  let z = (i + Math.imul(seed, 0x9e3779b9) + 0x85ebca6b) | 0
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return (z ^ (z >>> 15)) >>> 0
}

/** `length` floats, uniform in ±bound, multiples of bound · 2⁻²³. */
export function floats(length, seed, bound = 1) {
  const values = new Float32Array(length)
  for (let i = 0; i < length; i++) values[i] = ((bits(i, seed) >>> 8) / 2 ** 23 - 1) * bound
  return values
}

/** `length` whole numbers from 0 to n − 1. */
export function integers(length, seed, n) {
  const values = new Int32Array(length)
  for (let i = 0; i < length; i++) values[i] = bits(i, seed) % n
  return values
}

/** First weights: each parameter's numbers by its place among the parameters, uniform in ±1/√fan-in (2-d and more). */
export function weights(shapes) {
  return shapes.map((shape, k) => {
    const size = shape.reduce((a, b) => a * b, 1)
    const fanIn = shape.slice(1).reduce((a, b) => a * b, 1)
    return shape.length === 1 ? new Float32Array(size) : floats(size, 1000 + k, 1 / Math.sqrt(fanIn))
  })
}
