import { releaseOwn } from '../autograd/node.js'
import { type FusedOp, trackFused } from '../autograd/track.js'
import { GATES, type RecurrentAttrs } from '../backends/kernels.js'
import { ShapeError } from '../errors.js'
import { type Shape, sameShape, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { relu, sigmoid, tanh } from './activations/classic.js'
import { add, binary, mul, sub } from './arithmetic.js'
import { sum } from './broadcast.js'
import { stack } from './joining.js'
import { linear } from './matmul.js'
import { checkFloat, checkSameDType, checkTensors, empty, execute, filled, run } from './run.js'
import { slice } from './slicing.js'
import { unbind } from './split.js'
import { gather } from './strided.js'

/** What a recurrent layer computes with, in PyTorch's layouts; G = 1, 3, 4 gates for rnn, gru, lstm. */
export interface RecurrentInputs {
  /** The sequence [time, batch, in]. */
  readonly x: Tensor
  /** Input weights [G·hidden, in]. */
  readonly wInput: Tensor
  /** Recurrent weights [G·hidden, hidden]. */
  readonly wHidden: Tensor
  /** Input bias [G·hidden]. */
  readonly bInput?: Tensor | undefined
  /** Hidden bias [G·hidden]. */
  readonly bHidden?: Tensor | undefined
  /** First hidden state [batch, hidden]. */
  readonly h0: Tensor
  /** First cell state [batch, hidden]; lstm only. */
  readonly c0?: Tensor | undefined
}

/** What a recurrent layer gives. */
export interface RecurrentOutputs {
  /** Hidden states of all steps [time, batch, hidden]. */
  readonly output: Tensor
  /** The last cell state [batch, hidden]; lstm only. */
  readonly cLast?: Tensor
}

type Cell = RecurrentAttrs['cell']

/**
 * One recurrent layer over all time steps. The input's share of all steps is one matrix product, the time loop one
 * kernel with fused gates; so is the way back, and each weight gradient is one product over all steps.
 *
 * @param cell - `rnnTanh`, `rnnRelu`, `gru` (gates r, z, n; reset after the recurrent product) or `lstm` (i, f, g, o)
 * @param inputs - sequence, weights, first state
 * @returns the hidden states of all steps, and for lstm the last cell state
 * @throws ShapeError where shapes do not fit
 * @example
 * ```ts
 * import { ones, zeros } from '@core/tensor'
 * import { recurrentLayer } from '@core/tensor/extend'
 * const inputs = { x: ones([5, 1, 2]), wInput: zeros([3, 2]), wHidden: zeros([3, 3]), h0: zeros([1, 3]) }
 * recurrentLayer('rnnTanh', inputs).output.shape // => [5, 1, 3]
 * ```
 */
export function recurrentLayer(cell: Cell, inputs: RecurrentInputs): RecurrentOutputs {
  check(cell, inputs)
  const { x, wInput, wHidden, bInput, bHidden, h0, c0 } = inputs
  const [time, batch, size] = x.shape as [number, number, number]
  const hidden = wHidden.shape[1]!
  const wide = GATES[cell] * hidden
  const attrs = { cell, time, batch, hidden }
  const make = (shape: Shape) => empty(x.backend, shape, x.dtype)
  const { dtype, backend } = x

  // rnn and lstm add both biases before the gates; gru keeps its hidden bias apart, under the reset gate
  const bias = cell === 'gru' ? bInput : total(bInput, bHidden)
  const gx = run('matmul', bias ? [x, wInput, bias] : [x, wInput], [time, batch, wide], dtype, {
    ...PLAIN,
    m: time * batch,
    n: wide,
    k: size,
    transB: true,
    bias: bias !== undefined,
  })
  const bGate = cell === 'gru' && bHidden ? bHidden : filled(0, [wide], dtype, backend)
  const h = make([time, batch, hidden])
  const gates = cell === 'gru' || cell === 'lstm' ? make([time, batch, wide]) : undefined
  const extra = gates ? make([time, batch, hidden]) : undefined // gru: p; lstm: c
  execute(
    'recurrent',
    [gx, wHidden, bGate, h0, ...(c0 ? [c0] : [])],
    [h, ...(gates && extra ? [gates, extra] : [])],
    attrs,
  )
  const own = [
    gx,
    ...(cell === 'gru' && bHidden ? [] : [bGate]),
    ...(bias && bias !== bInput && bias !== bHidden ? [bias] : []),
  ]
  for (const t of own) discard(t)
  const cLast = cell === 'lstm' ? lastStep(extra!) : undefined

  const backward: FusedOp['backward'] = ([dOut, dcLast], needs) => {
    const dh = dOut ?? filled(0, h.shape, dtype, backend)
    const dx = make([time, batch, wide])
    const dw = make([wide, hidden])
    const dh0 = make([batch, hidden])
    const last = cell === 'lstm' ? make([batch, hidden]) : cell === 'gru' ? make([wide]) : undefined // dc0; db
    execute(
      'recurrentGrad',
      cell === 'gru'
        ? [dh, wHidden, h0, h, gates!, extra!]
        : cell === 'lstm'
          ? [dh, wHidden, h0, h, c0!, gates!, extra!, dcLast ?? filled(0, [batch, hidden], dtype, backend)]
          : [dh, wHidden, h0, h],
      [dx, dw, dh0, ...(last ? [last] : [])],
      attrs,
    )
    const rows = { m: time * batch, k: wide, n: size }
    const db = needs[3] || needs[4] ? sum(dx, { axis: [0, 1] }) : undefined
    return [
      needs[0] ? run('matmul', [dx, wInput], x.shape, dtype, { ...PLAIN, ...rows }) : undefined,
      needs[1]
        ? run('matmul', [dx, x], wInput.shape, dtype, {
            ...PLAIN,
            m: wide,
            n: size,
            k: time * batch,
            transA: true,
          })
        : undefined,
      dw,
      db,
      cell === 'gru' ? last : db,
      dh0,
      cell === 'lstm' ? last : undefined,
    ]
  }
  trackFused({
    name: cell,
    inputs: [x, wInput, wHidden, bInput, bHidden, h0, c0],
    outputs: cLast ? [h, cLast] : [h],
    saved: [x, wInput, wHidden, h0, ...(c0 ? [c0] : []), h],
    own: gates && extra ? [gates, extra] : [],
    backward,
    decompose: () => {
      const plain = recurrentByOps(cell, inputs)
      return plain.cLast ? [plain.output, plain.cLast] : [plain.output]
    },
  })
  return cLast ? { output: h, cLast } : { output: h }
}

const NAMES = ['x', 'wInput', 'wHidden', 'bInput', 'bHidden', 'h0', 'c0'] as const

function check(cell: Cell, inputs: RecurrentInputs): void {
  const { x, wHidden } = inputs
  const present = NAMES.filter((n) => inputs[n])
  checkTensors(
    cell,
    present.map((n) => inputs[n]!),
    present.map((n) => `'${n}'`),
  )
  checkFloat(cell, x)
  for (const n of present) checkSameDType(cell, x, inputs[n]!, 'the input', `'${n}'`)
  if (x.rank !== 3 || x.shape[0] === 0)
    throw new ShapeError(`${cell}: the input must be [time ≥ 1, batch, features], got ${show(x.shape)}`)
  const [, batch, size] = x.shape as [number, number, number]
  const hidden = wHidden.shape[wHidden.rank - 1] ?? 0
  const wide = GATES[cell] * hidden
  const want: Record<(typeof NAMES)[number], Shape> = {
    x: x.shape,
    wInput: [wide, size],
    wHidden: [wide, hidden],
    bInput: [wide],
    bHidden: [wide],
    h0: [batch, hidden],
    c0: [batch, hidden],
  }
  for (const n of present)
    if (!sameShape(inputs[n]!.shape, want[n]))
      throw new ShapeError(
        `${cell}: '${n}' has shape ${show(inputs[n]!.shape)}, ${show(want[n])} is needed for an input ${show(x.shape)} ` +
          `and recurrent weights ${show(wHidden.shape)}`,
      )
  if ((cell === 'lstm') !== (inputs.c0 !== undefined))
    throw new ShapeError(
      `${cell}: ${cell === 'lstm' ? "a first cell state 'c0' is needed" : "there is no cell state; leave 'c0' out"}`,
    )
}

function total(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  return a && b ? binary('add', a, b) : (a ?? b)
}

/** Frees what this op made for itself. */
function discard(t: Tensor): void {
  t.storage.handedOut = false
  releaseOwn(t.storage)
}

function lastStep(c: Tensor): Tensor {
  const [time, batch, hidden] = c.shape as [number, number, number]
  return gather(c, [batch, hidden], [hidden, 1], (time - 1) * batch * hidden)
}

/**
 * The same layer in plain ops, one step after the other: the definition that the fused kernels are tested against,
 * and what second derivatives go through.
 *
 * @param cell - as for {@link recurrentLayer}
 * @param inputs - as for {@link recurrentLayer}
 * @returns as {@link recurrentLayer}
 * @example
 * ```ts
 * import { ones, zeros } from '@core/tensor'
 * import { recurrentByOps } from '@core/tensor/extend'
 * const inputs = { x: ones([5, 1, 2]), wInput: zeros([3, 2]), wHidden: zeros([3, 3]), h0: zeros([1, 3]) }
 * recurrentByOps('rnnTanh', inputs).output.shape // => [5, 1, 3]
 * ```
 */
export function recurrentByOps(cell: Cell, inputs: RecurrentInputs): RecurrentOutputs {
  check(cell, inputs)
  const { x, wInput, wHidden, bInput, bHidden, h0, c0 } = inputs
  const hidden = wHidden.shape[1]!
  const gate = (v: Tensor, i: number) => slice(v, i * hidden, (i + 1) * hidden, { axis: 1 })
  const outputs: Tensor[] = []
  let h = h0
  let c = c0
  for (const gx of unbind(linear(x, wInput, bInput))) {
    const gh = linear(h, wHidden, bHidden)
    if (cell === 'lstm') {
      const g = add(gx, gh)
      c = add(mul(sigmoid(gate(g, 1)), c!), mul(sigmoid(gate(g, 0)), tanh(gate(g, 2))))
      h = mul(sigmoid(gate(g, 3)), tanh(c))
    } else if (cell === 'gru') {
      const r = sigmoid(add(gate(gx, 0), gate(gh, 0)))
      const z = sigmoid(add(gate(gx, 1), gate(gh, 1)))
      const n = tanh(add(gate(gx, 2), mul(r, gate(gh, 2))))
      h = add(mul(sub(1, z), n), mul(z, h))
    } else h = (cell === 'rnnTanh' ? tanh : relu)(add(gx, gh))
    outputs.push(h)
  }
  const output = stack(outputs)
  return c ? { output, cLast: c } : { output }
}

const PLAIN = { batch: 1, transA: false, transB: false, aBatch: 0, bBatch: 0, bias: false }
