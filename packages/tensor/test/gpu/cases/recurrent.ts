import { GATES, type RecurrentAttrs, type RecurrentCell } from '../../../src/backends/kernels/recurrent.js'
import { expected, floats, generator } from '../../kernels.expected.js'
import {
  backwardOf,
  CELLS,
  forwardOf,
  gradsOf,
  layerOf,
  PLAIN,
  resultsOf,
  sizesOf,
} from '../../recurrent.layer.js'
import { type KernelCase, kernelCase } from '../support.js'

const random = generator(13)
const zeros = (n: number) => new Float32Array(n)

interface Form extends Partial<RecurrentAttrs> {
  readonly time: number
  readonly batch: number
  readonly hidden: number
}

/** A layer forward and backward; with lengths the first sequence is of one step, and what is not to be read is NaN. */
function layer(cell: RecurrentCell, form: Form): KernelCase[] {
  const attrs = { cell, ...PLAIN, ...form }
  const { time, batch, hidden } = attrs
  const given = layerOf(
    attrs,
    (n, scale) => floats(n, random, scale),
    (b) => (b === 0 ? 1 : 1 + Math.floor(random() * time)),
  )
  const { h, h0, c0 = 0, wide } = sizesOf(attrs)
  const dh = floats(h, random)
  given.lengths?.forEach((length, b) => {
    for (let t = length; t < time; t++) {
      const row = t * batch + b
      given.x.fill(Number.NaN, row * wide, (row + 1) * wide)
      dh.fill(Number.NaN, (row * h) / (time * batch), ((row + 1) * h) / (time * batch))
    }
  })
  const inputs = forwardOf(given)
  const results = resultsOf(attrs, zeros)
  const forward = expected('recurrent', inputs, results, attrs).map((v) => Float32Array.from(v))
  const back = backwardOf(given, forward, { dh, dhLast: floats(h0, random), dcLast: floats(c0, random) })
  const what = `${cell} ${time}×${batch}×${hidden} ${JSON.stringify(form)}`
  return [
    kernelCase({ what, kernel: 'recurrent', inputs, outputs: results, attrs, absolute: 5e-7 }),
    kernelCase({
      ...{ what, kernel: 'recurrentGrad', inputs: back, outputs: gradsOf(attrs, zeros), attrs },
      ...{ ulps: 8, absolute: 1e-6 * Math.sqrt(1 + time * batch) },
    }),
  ]
}

/** The forms of one cell in sizes of its own, so that all of them are tried with few sources. */
function forms(cell: RecurrentCell): KernelCase[] {
  const sizes = { batch: 3, hidden: 5 }
  return [
    ...layer(cell, { ...sizes, time: 4 }),
    ...layer(cell, { ...sizes, time: 5, reverse: true }),
    ...layer(cell, { ...sizes, time: 4, lengths: true }),
    ...layer(cell, { ...sizes, time: 4, lengths: true, reverse: true }),
    ...layer(cell, { ...sizes, time: 1 }),
  ]
}

const projections: readonly Form[] = [
  { time: 5, batch: 2, hidden: 6, projection: 4 },
  { time: 5, batch: 2, hidden: 6, projection: 4, lengths: true },
  { time: 5, batch: 2, hidden: 6, projection: 4, lengths: true, reverse: true },
  { time: 1, batch: 2, hidden: 3, projection: 7, reverse: true },
]

/** Steps beyond two joins of seven, a single unit, and sizes with more rows than one block. */
const sizes: readonly KernelCase[] = [
  ...layer('rnnRelu', { time: 2, batch: 1, hidden: 1 }),
  ...layer('gru', { time: 3, batch: 1, hidden: 1 }),
  ...layer('rnnTanh', { time: 60, batch: 2, hidden: 5 }),
  ...layer('gru', { time: 50, batch: 3, hidden: 5, reverse: true }),
  ...layer('lstm', { time: 9, batch: 17, hidden: 33 }),
  ...layer('gruResetBefore', { time: 8, batch: 9, hidden: 20, reverse: true }),
]

/** Gates that saturate carry the state over many steps; activations far out are not NaN. */
function saturated(cell: 'gru' | 'gruResetBefore' | 'lstm'): KernelCase {
  const attrs = { cell, ...PLAIN, time: 40, batch: 2, hidden: 5 }
  const given = layerOf(
    attrs,
    (n, scale) => floats(n, random, scale),
    () => 1,
  )
  given.x.forEach((_, i) => {
    const gate = Math.floor(i / attrs.hidden) % GATES[cell]
    const value = cell === 'lstm' ? [-300, 200, 1e4, -1e4][gate]! : [200, 300, -1e4][gate]!
    given.x[i] = value
  })
  const outputs = resultsOf(attrs, zeros)
  return kernelCase({
    ...{ what: `${cell}, saturated`, kernel: 'recurrent', inputs: forwardOf(given), outputs, attrs },
    absolute: 5e-7,
  })
}

/** NaN in one sequence goes on to all of its later steps, and to no other sequence. */
function poisoned(cell: RecurrentCell): KernelCase {
  const attrs = { cell, ...PLAIN, time: 4, batch: 3, hidden: 5 }
  const given = layerOf(
    attrs,
    (n, scale) => floats(n, random, scale),
    () => 1,
  )
  given.x[sizesOf(attrs).wide * 4 + 1] = Number.NaN
  const outputs = resultsOf(attrs, zeros)
  return kernelCase({
    ...{ what: `${cell}, NaN`, kernel: 'recurrent', inputs: forwardOf(given), outputs, attrs },
    absolute: 5e-7,
  })
}

/** No steps, or no sequences: gradients of what was not there are 0, those of the first state are the last one's. */
const empty: readonly KernelCase[] = CELLS.flatMap((cell) => [
  ...layer(cell, { time: 0, batch: 2, hidden: 3 }),
  ...layer(cell, { time: 2, batch: 0, hidden: 3 }),
  ...layer(cell, { time: 2, batch: 2, hidden: 0 }),
])

export const recurrent: readonly KernelCase[] = [
  ...CELLS.flatMap(forms),
  ...projections.flatMap((form) => layer('lstm', form)),
  ...layer('lstm', { time: 0, batch: 2, hidden: 3, projection: 2 }),
  ...sizes,
  saturated('gru'),
  saturated('gruResetBefore'),
  saturated('lstm'),
  ...CELLS.map(poisoned),
  ...empty,
]
