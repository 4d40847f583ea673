import { noGrad } from '../../autograd/mode.js'
import { releaseOwn } from '../../autograd/node.js'
import { trackFused } from '../../autograd/track.js'
import * as kernels from '../../backends/catalog/index.js'
import { GATES, type RecurrentAttrs, type RecurrentCell } from '../../backends/kernels/recurrent.js'
import type { Shape } from '../../shape.js'
import type { Tensor } from '../../tensor.js'
import { binary } from '../arithmetic.js'
import { where } from '../compare.js'
import { empty, execute, filled, run } from '../run.js'
import { gather } from '../strided.js'
import { backwardOf, PLAIN } from './backward.js'
import { isStep, recurrentByOps } from './byOps.js'
import {
  checkLayer,
  type RecurrentInputs,
  type RecurrentLayerOptions,
  type RecurrentOutputs,
} from './inputs.js'
import { listed, traceOf } from './trace.js'

/**
 * One recurrent layer over all time steps. The input's share of all steps is one matrix product, the time loop one
 * kernel with fused gates; so is the way back, and each weight gradient is one product over all steps. Gradients that
 * arrive at the trace go through {@link recurrentByOps}.
 *
 * @param cell - `rnnTanh`, `rnnRelu`, `gru` (gates r, z, n; reset after the recurrent product), `gruResetBefore` (reset
 *   before it) or `lstm` (i, f, g, o)
 * @param inputs - sequence, weights, first state; lengths of padded sequences
 * @param options - `reverse`: walk from the last step to the first; `trace`: give the gates, too
 * @returns the hidden states of all steps, the last one, for lstm the last cell state, and the trace
 * @throws ShapeError where shapes or lengths do not fit; DTypeError where dtypes do not
 * @example
 * ```ts
 * import { ones, zeros } from '@core/tensor'
 * import { recurrentLayer } from '@core/tensor/extend'
 * const inputs = { x: ones([5, 1, 2]), wInput: zeros([3, 2]), wHidden: zeros([3, 3]), h0: zeros([1, 3]) }
 * recurrentLayer('rnnTanh', inputs).output.shape // => [5, 1, 3]
 * ```
 */
export function recurrentLayer(
  cell: RecurrentCell,
  inputs: RecurrentInputs,
  options: RecurrentLayerOptions = {},
): RecurrentOutputs {
  const attrs = checkLayer(cell, inputs, options)
  const { wInput, wHidden, bInput, bHidden, h0, c0, wProjection } = inputs
  const { time, batch, hidden } = attrs
  const lengths = attrs.lengths ? inputs.lengths : undefined
  const mask = lengths && isStep(lengths, time)
  // padding is not read, not even where it is NaN
  const x = mask ? noGrad(() => where(mask, inputs.x, 0)) : inputs.x
  const { dtype, backend } = x
  const wide = GATES[cell] * hidden
  const size = attrs.projection || hidden
  const make = (shape: Shape) => empty(backend, shape, dtype)

  // all but gru add both biases before the gates; gru keeps its hidden bias apart, under the reset gate
  const bias = cell === 'gru' ? bInput : total(bInput, bHidden)
  const gx = run(kernels.matmul, bias ? [x, wInput, bias] : [x, wInput], [time, batch, wide], dtype, {
    ...PLAIN,
    m: time * batch,
    n: wide,
    k: x.shape[2]!,
    transB: true,
    bias: bias !== undefined,
  })
  const bGate = cell === 'gru' ? (bHidden ?? filled(0, [wide], dtype, backend)) : undefined
  const gated = GATES[cell] > 1
  const h = make([time, batch, size])
  const gates = gated ? make([time, batch, wide]) : undefined
  const extra = gated ? make([time, batch, hidden]) : undefined // gru: p; gruResetBefore: q; lstm: c
  const m = wProjection ? make([time, batch, hidden]) : undefined
  execute(
    kernels.recurrent,
    present([gx, wHidden, h0, bGate, c0, wProjection, lengths]),
    present([h, gates, extra, m]),
    attrs,
  )
  discard(gx)
  if (bGate && bGate !== bHidden) discard(bGate)
  if (bias && bias !== bInput && bias !== bHidden) discard(bias)

  const output = mask ? where(mask, h, 0) : h
  const results: RecurrentOutputs = {
    output,
    hLast: lastStep(h, attrs),
    ...(cell === 'lstm' ? { cLast: lastStep(extra!, attrs) } : {}),
    ...(options.trace ? { trace: traceOf(attrs, gates, extra, mask) } : {}),
  }
  if (mask) discard(mask)
  trackFused({
    name: cell,
    inputs: [inputs.x, wInput, wHidden, bInput, bHidden, h0, c0, wProjection],
    outputs: listed(cell, results),
    saved: present([wInput, wHidden, h0, c0, wProjection, lengths, ...(mask ? [] : [x, h])]),
    own: present([gates, extra, m, ...(mask ? [x, h] : [])]),
    backward: backwardOf(attrs, { ...inputs, x }, { h, gates, extra, m }),
    decompose: () => listed(cell, recurrentByOps(cell, inputs, options)),
    served: cell === 'lstm' ? 3 : 2,
  })
  return results
}

function present(list: readonly (Tensor | undefined)[]): Tensor[] {
  return list.filter((t) => t !== undefined)
}

function total(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  return a && b ? binary('add', a, b) : (a ?? b)
}

/** Frees what this op made for itself. */
function discard(t: Tensor): void {
  t.storage.handedOut = false
  releaseOwn(t.storage)
}

/** The states [batch, size] after the walk. */
function lastStep(states: Tensor, { time, reverse }: RecurrentAttrs): Tensor {
  const [, batch, size] = states.shape as [number, number, number]
  return gather(states, [batch, size], [size, 1], reverse ? 0 : (time - 1) * batch * size)
}
