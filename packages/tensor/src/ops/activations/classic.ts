import { track, wantsGrad } from '../../autograd/track.js'
import type { BinaryOp } from '../../backends/kernels.js'
import type { Tensor } from '../../tensor.js'
import { binary, mul, sub, unary } from '../arithmetic.js'
import { exp, square } from '../math.js'
import { checkFloat, checkTensor } from '../run.js'

/** An activation without constants: its gradient is a binary kernel that reads x or y. */
interface Classic {
  readonly op: 'relu' | 'sigmoid' | 'tanh' | 'gelu'
  readonly gradient: BinaryOp & `${string}Grad`
  readonly reads: 'x' | 'y'
  /** d(gradient kernel) / d(saved value), for second derivatives: g is what arrives, h what went into the kernel. */
  readonly second: (g: Tensor, h: Tensor, saved: Tensor) => Tensor
}

function apply(a: Classic, x: Tensor): Tensor {
  checkTensor(a.op, x)
  checkFloat(a.op, x)
  const y = unary(a.op, x)
  if (!wantsGrad(x)) return y
  const saved = a.reads === 'x' ? x : y
  return track(a.op, y, [saved], [x, (g) => slope(a, g, saved)])
}

function slope(a: Classic, h: Tensor, saved: Tensor): Tensor {
  const dx = binary(a.gradient, h, saved)
  if (!wantsGrad(h, saved)) return dx
  return track(
    a.gradient,
    dx,
    [h, saved],
    [h, (g) => slope(a, g, saved)],
    [saved, (g) => a.second(g, h, saved)],
  )
}

const RELU: Classic = { op: 'relu', gradient: 'reluGrad', reads: 'y', second: (g) => mul(g, 0) }
const SIGMOID: Classic = {
  op: 'sigmoid',
  gradient: 'sigmoidGrad',
  reads: 'y',
  second: (g, h, y) => mul(mul(g, h), sub(1, mul(y, 2))),
}
const TANH: Classic = {
  op: 'tanh',
  gradient: 'tanhGrad',
  reads: 'y',
  second: (g, h, y) => mul(mul(g, h), mul(y, -2)),
}
/** The exact form of gelu. */
const GELU: Classic = {
  op: 'gelu',
  gradient: 'geluGrad',
  reads: 'x',
  // gelu″(x) = φ(x) (2 − x²), φ the density of the standard normal distribution
  second: (g, h, x) => {
    const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
    return mul(mul(g, h), mul(density, sub(2, square(x))))
  },
}

/**
 * Rectifier, element by element: $y = \max(x, 0)$. The gradient at 0 is 0.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { relu, tensor } from '@core/tensor'
 * relu(tensor([-1, 2])).toArraySync() // => [0, 2]
 * ```
 */
export function relu(x: Tensor): Tensor {
  return apply(RELU, x)
}

/**
 * Logistic sigmoid, element by element: $y = 1 / (1 + e^{-x})$, between 0 and 1.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { sigmoid, tensor } from '@core/tensor'
 * sigmoid(tensor([0, 2])).toArraySync() // ~> [0.5, 0.880797]
 * ```
 */
export function sigmoid(x: Tensor): Tensor {
  return apply(SIGMOID, x)
}

/**
 * Hyperbolic tangent, element by element: $y = \tanh x$, between −1 and 1.
 *
 * @param x - a float tensor
 * @returns a tensor of the same shape
 * @example
 * ```ts
 * import { tanh, tensor } from '@core/tensor'
 * tanh(tensor([0, 1])).toArraySync() // ~> [0, 0.761594]
 * ```
 */
export function tanh(x: Tensor): Tensor {
  return apply(TANH, x)
}

/** x Φ(x), Φ the distribution function of the standard normal distribution. */
export function exactGelu(x: Tensor): Tensor {
  return apply(GELU, x)
}
