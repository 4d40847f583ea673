import type { RecurrentCell } from '../../backends/kernels/recurrent.js'
import { makeTensor } from '../../make.js'
import type { Tensor } from '../../tensor.js'
import { relu, sigmoid, tanh } from '../activations/classic.js'
import { add, mul, sub } from '../arithmetic.js'
import { lt, where } from '../compare.js'
import { stack } from '../joining.js'
import { linear } from '../matmul.js'
import { slice } from '../slicing.js'
import { unbind } from '../split.js'
import {
  checkLayer,
  type RecurrentInputs,
  type RecurrentLayerOptions,
  type RecurrentOutputs,
} from './inputs.js'

/** What one step gives; `gates` by their names in the trace. */
interface Step {
  readonly h: Tensor
  readonly c?: Tensor
  readonly gates: Readonly<Record<string, Tensor>>
}

/** From the input's share of a step, x W_iᵀ + b_i, and the state before it. */
type StepOf = (gx: Tensor, h: Tensor, c: Tensor | undefined) => Step

/**
 * The same layer in plain ops, one step after the other: the definition that the fused kernels are tested against,
 * and what second derivatives go through.
 *
 * @param cell - as for {@link recurrentLayer}
 * @param inputs - as for {@link recurrentLayer}
 * @param options - as for {@link recurrentLayer}
 * @returns as {@link recurrentLayer}
 * @throws ShapeError where shapes or lengths do not fit
 * @example
 * ```ts
 * import { ones, zeros } from '@core/tensor'
 * import { recurrentByOps } from '@core/tensor/extend'
 * const inputs = { x: ones([5, 1, 2]), wInput: zeros([3, 2]), wHidden: zeros([3, 3]), h0: zeros([1, 3]) }
 * recurrentByOps('rnnTanh', inputs).output.shape // => [5, 1, 3]
 * ```
 */
export function recurrentByOps(
  cell: RecurrentCell,
  inputs: RecurrentInputs,
  options: RecurrentLayerOptions = {},
): RecurrentOutputs {
  const { time, hidden, reverse, lengths: padded } = checkLayer(cell, inputs, options)
  const { wInput, bInput, lengths } = inputs
  const steps = padded && lengths ? isStep(lengths, time) : undefined
  const x = steps ? where(steps, inputs.x, 0) : inputs.x // padding is not read, not even where it is NaN
  const step = stepOf(cell, inputs, hidden)
  const parts = unbind(linear(x, wInput, bInput))
  const within = steps ? unbind(steps) : []
  const outputs = new Array<Tensor>(time)
  const gates: Record<string, Tensor[]> = {}
  let h = inputs.h0
  let c = inputs.c0
  for (let i = 0; i < time; i++) {
    const t = reverse ? time - 1 - i : i
    const mask = within[t]
    const keep = (now: Tensor, before: Tensor | number) => (mask ? where(mask, now, before) : now)
    const next = step(parts[t]!, h, c)
    outputs[t] = keep(next.h, 0)
    h = keep(next.h, h)
    if (c) c = keep(next.c!, c)
    if (!options.trace) continue
    for (const [name, gate] of Object.entries(next.gates)) {
      gates[name] ??= new Array<Tensor>(time)
      gates[name][t] = keep(gate, 0)
    }
  }
  const trace = Object.fromEntries(Object.entries(gates).map(([name, steps]) => [name, stack(steps)]))
  return {
    output: stack(outputs),
    hLast: h,
    ...(c ? { cLast: c } : {}),
    ...(options.trace ? { trace } : {}),
  }
}

/** Whether step t belongs to sequence b: bool [time, batch, 1]. */
export function isStep(lengths: Tensor, time: number): Tensor {
  const steps = Int32Array.from({ length: time }, (_, t) => t)
  const numbers = makeTensor(lengths.backend.adopt(steps, 'int32'), [time, 1, 1])
  return lt(numbers, lengths.view([1, lengths.size, 1]))
}

function stepOf(cell: RecurrentCell, inputs: RecurrentInputs, hidden: number): StepOf {
  if (cell === 'lstm') return lstm(inputs, hidden)
  if (cell === 'gru') return gru(inputs, hidden)
  if (cell === 'gruResetBefore') return gruResetBefore(inputs, hidden)
  const { wHidden, bHidden } = inputs
  const f = cell === 'rnnTanh' ? tanh : relu
  return (gx, h) => ({ h: f(add(gx, linear(h, wHidden, bHidden))), gates: {} })
}

function lstm({ wHidden, bHidden, wProjection }: RecurrentInputs, hidden: number): StepOf {
  return (gx, h, before) => {
    const g = add(gx, linear(h, wHidden, bHidden))
    const input = sigmoid(gate(g, 0, hidden))
    const forget = sigmoid(gate(g, 1, hidden))
    const candidate = tanh(gate(g, 2, hidden))
    const output = sigmoid(gate(g, 3, hidden))
    const cell = add(mul(forget, before!), mul(input, candidate))
    const shown = mul(output, tanh(cell))
    return {
      h: wProjection ? linear(shown, wProjection) : shown,
      c: cell,
      gates: { forget, input, output, candidate, cell },
    }
  }
}

function gru({ wHidden, bHidden }: RecurrentInputs, hidden: number): StepOf {
  return (gx, h) => {
    const gh = linear(h, wHidden, bHidden)
    const reset = sigmoid(add(gate(gx, 0, hidden), gate(gh, 0, hidden)))
    const update = sigmoid(add(gate(gx, 1, hidden), gate(gh, 1, hidden)))
    const candidate = tanh(add(gate(gx, 2, hidden), mul(reset, gate(gh, 2, hidden))))
    return { h: updated(update, h, candidate), gates: { reset, update, candidate } }
  }
}

function gruResetBefore({ wHidden, bHidden }: RecurrentInputs, hidden: number): StepOf {
  const cut = (v: Tensor): [Tensor, Tensor] => [slice(v, 0, 2 * hidden), slice(v, 2 * hidden)]
  const [wGates, wCandidate] = cut(wHidden)
  const [bGates, bCandidate] = bHidden ? cut(bHidden) : []
  return (gx, h) => {
    const gh = linear(h, wGates, bGates)
    const reset = sigmoid(add(gate(gx, 0, hidden), gate(gh, 0, hidden)))
    const update = sigmoid(add(gate(gx, 1, hidden), gate(gh, 1, hidden)))
    const candidate = tanh(add(gate(gx, 2, hidden), linear(mul(reset, h), wCandidate, bCandidate)))
    return { h: updated(update, h, candidate), gates: { reset, update, candidate } }
  }
}

/** z ⊙ h + (1 − z) ⊙ n: two products, so that z = 1 passes h on unchanged. */
function updated(z: Tensor, h: Tensor, n: Tensor): Tensor {
  return add(mul(z, h), mul(sub(1, z), n))
}

function gate(v: Tensor, i: number, hidden: number): Tensor {
  return slice(v, i * hidden, (i + 1) * hidden, { axis: 1 })
}
