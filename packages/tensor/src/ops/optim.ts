import { TYPED } from '../dtype.js'
import { ShapeError } from '../errors.js'
import { makeTensor } from '../make.js'
import { sameShape, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { checkSameDType, checkTensors, execute } from './run.js'

/** The numbers of one step of stochastic gradient descent. */
export interface SgdOptions {
  /** Learning rate. */
  readonly lr: number
  /** Momentum. */
  readonly momentum: number
  /** Dampening of the gradient that enters the momentum. */
  readonly dampening: number
  /** L2 factor, added to the gradient. */
  readonly weightDecay: number
  /** Nesterov's momentum. */
  readonly nesterov: boolean
  /** Climbs instead of descending. */
  readonly maximize: boolean
  /** Whether this is the first step, in which the buffer becomes the gradient. */
  readonly first: boolean
}

/**
 * One step of stochastic gradient descent on one parameter, in place, in one pass over memory:
 * $d = g + \lambda p$; $v \leftarrow \mu v + (1 - \tau) d$ (the first time $v \leftarrow d$); $p \leftarrow p - \eta v$.
 *
 * @param parameter - changed in place
 * @param gradient - of the same shape
 * @param velocity - the momentum buffer, changed in place; null without momentum
 * @param options - the hyperparameters
 * @throws ShapeError where shapes differ
 * @example
 * ```ts
 * import { Parameter, ones, tensor } from '@core/tensor'
 * import { sgdUpdate } from '@core/tensor/extend'
 * const p = new Parameter(ones([2]))
 * const plain = { momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false, first: true }
 * sgdUpdate(p, tensor([1, 2]), null, { lr: 0.25, ...plain })
 * p.toArraySync() // => [0.75, 0.5]
 * ```
 */
export function sgdUpdate(
  parameter: Tensor,
  gradient: Tensor,
  velocity: Tensor | null,
  options: SgdOptions,
): void {
  const all = velocity ? [parameter, gradient, velocity] : [parameter, gradient]
  checkTensors('sgd', all, ['the parameter', 'the gradient', 'the velocity'])
  for (const t of all) {
    checkSameDType('sgd', parameter, t, 'the parameter', t === gradient ? 'the gradient' : 'the velocity')
    if (!sameShape(parameter.shape, t.shape))
      throw new ShapeError(
        `sgd: the parameter has shape ${show(parameter.shape)}, its ${t === gradient ? 'gradient' : 'velocity'} ${show(t.shape)}`,
      )
  }
  const { lr, momentum, dampening, weightDecay, nesterov, maximize, first } = options
  const numbers = TYPED[parameter.dtype].of(
    lr,
    momentum,
    dampening,
    weightDecay,
    nesterov ? 1 : 0,
    first ? 1 : 0,
  )
  const hyper = makeTensor(parameter.backend.adopt(numbers, parameter.dtype), [6])
  execute('sgd', [gradient, hyper], velocity ? [parameter, velocity] : [parameter], {
    velocity: velocity !== null,
    maximize,
  })
  parameter.storage.version++
  if (velocity) velocity.storage.version++
}
