import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import type { Tensor } from '../tensor.js'
import type { Lines } from './lines.js'
import { execute, filled, run } from './run.js'

// Picking along an axis and adding back along it belong together: each is the other's gradient.

/** y[o, j, i] = x[o, index[o, j, i], i]; the indices were checked and lie as `lines` says. */
export function pick(x: Tensor, index: Tensor, lines: Lines): Tensor {
  const { at, outer, n, inner } = lines
  const count = index.shape[at] ?? 1
  return picked(
    x,
    index,
    lines,
    run(kernels.gatherAlong, [x, index], index.shape, x.dtype, { outer, n, inner, count }),
  )
}

/** The same where y is known already. */
export function picked(x: Tensor, index: Tensor, lines: Lines, y: Tensor): Tensor {
  if (!wantsGrad(x)) return y
  return track('gather', y, [index], [x, (g) => gathered(g, index, x.shape, lines)])
}

/** Zeros, to which g is added where the indices say. */
function gathered(g: Tensor, index: Tensor, shape: readonly number[], lines: Lines): Tensor {
  const { at, outer, n, inner } = lines
  const y = filled(0, shape, g.dtype, g.backend)
  const count = index.shape[at] ?? 1
  execute(kernels.scatterAlong, [g, index], [y], { outer, n, inner, count, mode: 'add' })
  return track('gatherGrad', y, [index], [g, (h) => pick(h, index, lines)])
}
