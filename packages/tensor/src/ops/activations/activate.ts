import { track, wantsGrad } from '../../autograd/track.js'
import * as kernels from '../../backends/catalog/index.js'
import type { ActivationAttrs, ActivationOp } from '../../backends/kernels/activation.js'
import type { Tensor } from '../../tensor.js'
import { mul } from '../arithmetic.js'
import { checkFloat, checkTensor, run } from '../run.js'

/** The second derivative of an activation, in plain ops; null where it is 0. */
export type Curvature = ((x: Tensor) => Tensor) | null

/** The constants of an activation; those it does not use are left out. */
export type Constants = Partial<Omit<ActivationAttrs, 'op'>>

/**
 * An activation: one pass forward and, for the gradient, one back, which can be differentiated again.
 *
 * @param name - who asks, for messages
 * @param op - the kernel's function
 * @param x - what it is applied to
 * @param curvature - its second derivative
 * @param constants - a, b, c of the kernel
 */
export function activate(
  name: string,
  op: ActivationOp,
  x: Tensor,
  curvature: Curvature,
  constants: Constants = {},
): Tensor {
  checkTensor(name, x)
  checkFloat(name, x)
  const attrs = { op, a: 0, b: 0, c: 0, ...constants }
  const y = run(kernels.activation, [x], x.shape, x.dtype, attrs)
  if (!wantsGrad(x)) return y
  return track(name, y, [x], [x, (g) => slope(name, attrs, g, x, curvature)])
}

/** h f′(x) */
function slope(name: string, attrs: ActivationAttrs, h: Tensor, x: Tensor, curvature: Curvature): Tensor {
  const dx = run(kernels.activationGrad, [h, x], x.shape, x.dtype, attrs)
  if (!wantsGrad(h, x)) return dx
  return track(
    `${name} gradient`,
    dx,
    [h, x],
    [h, (g) => slope(name, attrs, g, x, curvature)],
    [x, (g) => mul(mul(g, h), curvature ? curvature(x) : 0)],
  )
}
