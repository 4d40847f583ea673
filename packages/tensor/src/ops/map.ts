import { track, wantsGrad } from '../autograd/track.js'
import type { UnaryOp } from '../backends/kernels.js'
import { DTypeError } from '../errors.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { unary } from './arithmetic.js'
import { checkFloat, checkTensor } from './run.js'

/** An element-wise function of floats whose gradient is g times a factor that reads x or y. */
export function map(
  op: UnaryOp,
  x: Tensor,
  reads: 'x' | 'y',
  gradient: (g: Tensor, saved: Tensor) => Tensor,
): Tensor {
  checkTensor(op, x)
  checkFloat(op, x)
  const y = unary(op, x)
  if (!wantsGrad(x)) return y
  const saved = reads === 'x' ? x : y
  return track(op, y, [saved], [x, (g) => gradient(g, saved)])
}

/** Checks that a tensor holds numbers, whole or not. */
export function checkNumeric(op: string, x: Tensor): void {
  checkTensor(op, x)
  if (x.dtype === 'bool')
    throw new DTypeError(`${op}: not defined for bool ${show(x.shape)}; use cast(x, 'float32')`)
}
