import type { FusedOp } from '../../autograd/track.js'
import * as kernels from '../../backends/catalog/index.js'
import { GATES, type RecurrentAttrs } from '../../backends/kernels/recurrent.js'
import type { Shape } from '../../shape.js'
import type { Tensor } from '../../tensor.js'
import { sum } from '../broadcast.js'
import { empty, execute, filled, run } from '../run.js'
import type { RecurrentInputs } from './inputs.js'

/** What the forward kernel wrote and the gradient reads. */
interface Kept {
  readonly h: Tensor
  readonly gates: Tensor | undefined
  readonly extra: Tensor | undefined
  readonly m: Tensor | undefined
}

/** One matrix product, nothing transposed. */
export const PLAIN = { batch: 1, transA: false, transB: false, aBatch: 0, bBatch: 0, bias: false }

/** The gradients of a layer, in the order x, wInput, wHidden, bInput, bHidden, h0, c0, wProjection. */
export function backwardOf(attrs: RecurrentAttrs, inputs: RecurrentInputs, kept: Kept): FusedOp['backward'] {
  const { cell, time, batch, hidden } = attrs
  const { x, wInput, wHidden, h0, c0, wProjection, lengths } = inputs
  const { h, gates, extra, m } = kept
  const { dtype, backend } = x
  const wide = GATES[cell] * hidden
  const make = (like: Tensor | Shape) => empty(backend, 'shape' in like ? like.shape : like, dtype)
  const zeros = (like: Tensor) => filled(0, like.shape, dtype, backend)
  const rows = { m: time * batch, k: wide, n: x.shape[2]! }

  return ([dOut, dhLast, dcLast], needs) => {
    const dx = make([time, batch, wide])
    const dw = make(wHidden)
    const dh0 = make(h0)
    const last = c0 ? make(c0) : cell === 'gru' ? make([wide]) : undefined // dc0; db
    const dwp = wProjection && make(wProjection)
    execute(
      kernels.recurrentGrad,
      [
        ...[dOut ?? zeros(h), dhLast ?? zeros(h0), wHidden, h0, h],
        ...(gates && extra ? [gates, extra] : []),
        ...(c0 ? [c0, dcLast ?? zeros(c0)] : []),
        ...(wProjection && m ? [wProjection, m] : []),
        ...(attrs.lengths && lengths ? [lengths] : []),
      ],
      [dx, dw, dh0, ...(last ? [last] : []), ...(dwp ? [dwp] : [])],
      attrs,
    )
    const db = needs[3] || needs[4] ? sum(dx, { axis: [0, 1] }) : undefined
    return [
      needs[0] ? run(kernels.matmul, [dx, wInput], x.shape, dtype, { ...PLAIN, ...rows }) : undefined,
      needs[1]
        ? run(kernels.matmul, [dx, x], wInput.shape, dtype, {
            ...PLAIN,
            m: wide,
            n: rows.n,
            k: rows.m,
            transA: true,
          })
        : undefined,
      dw,
      db,
      cell === 'gru' ? last : db,
      dh0,
      c0 ? last : undefined,
      dwp,
    ]
  }
}
