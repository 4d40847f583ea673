import { noGrad } from './autograd/mode.js'
import * as kernels from './backends/catalog/index.js'
import { GradientError, ShapeError } from './errors.js'
import { mul } from './ops/arithmetic.js'
import { checkGradient, checkSameDType, checkTensor, execute } from './ops/run.js'
import { valuesNow } from './reading.js'
import { sameShape, show } from './shape.js'
import { state } from './state.js'
import type { Tensor } from './tensor.js'

export { isTensor } from './make.js'

/**
 * Overwrites the values of a parameter or buffer: the one way in which a tensor changes. A graph that still needs the
 * old values notices, and says so when it is asked for gradients.
 *
 * @param target - a leaf: a parameter, running statistic or optimizer state
 * @param values - a tensor of the same shape and dtype
 * @throws ShapeError or DTypeError where they do not fit; BackendError where they must be copied from another backend, which
 *   cannot be read at once; nothing is changed then
 * @example
 * ```ts
 * import { Parameter, tensor, zeros } from '@core/tensor'
 * import { assign } from '@core/tensor/extend'
 * const p = new Parameter(zeros([2]))
 * assign(p, tensor([1, 2]))
 * p.toArraySync() // => [1, 2]
 * ```
 */
export function assign(target: Tensor, values: Tensor): void {
  checkTensor('assign', target, 'the target')
  checkTensor('assign', values, 'the values')
  if (!target.isLeaf)
    throw new GradientError(
      `assign: the target ${show(target.shape)} is the result of an op; only leaves can be changed in place`,
    )
  checkSameDType('assign', target, values, 'the target', 'the values')
  if (!sameShape(target.shape, values.shape))
    throw new ShapeError(
      `assign: the target has shape ${show(target.shape)}, the values ${show(values.shape)}; they must be the same`,
    )
  if (values.backend !== target.backend)
    target.backend.write(target.storage, valuesNow('assign', values, 'the values'))
  else if (values.storage !== target.storage && target.size > 0)
    execute(kernels.gatherStrided, [values], [target], { shape: [target.size], strides: [1], offset: 0 })
  target.storage.version++
}

/**
 * Keeps a tensor where kernels run as long as anything else can make room: for optimizer state and running statistics.
 *
 * @param tensor - the tensor
 * @returns the tensor itself
 * @example
 * ```ts
 * import { zeros } from '@core/tensor'
 * import { pin } from '@core/tensor/extend'
 * pin(zeros([2])).toArraySync() // => [0, 0]
 * ```
 */
export function pin(tensor: Tensor): Tensor {
  checkTensor('pin', tensor, 'the tensor')
  tensor.backend.pin(tensor.storage)
  return tensor
}

/**
 * The gradient of a leaf, for code that reads it and lets go of it: unlike through `grad`, the library may free it as
 * soon as it is cleared.
 *
 * @param tensor - a leaf
 * @returns the gradient, or null
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { gradientOf } from '@core/tensor/extend'
 * gradientOf(tensor([1], { requiresGrad: true })) // => null
 * ```
 */
export function gradientOf(tensor: Tensor): Tensor | null {
  state.recording?.readsGradient(tensor)
  return tensor.gradient
}

/**
 * Replaces the gradient of a leaf, as clipping does.
 *
 * @param tensor - a leaf
 * @param gradient - the new gradient, of the same shape
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { setGradient } from '@core/tensor/extend'
 * const x = tensor([1], { requiresGrad: true })
 * setGradient(x, tensor([2]))
 * x.grad?.toArraySync() // => [2]
 * ```
 */
export function setGradient(tensor: Tensor, gradient: Tensor): void {
  checkGradient('setGradient', tensor, gradient)
  tensor.setGrad(gradient)
}

/**
 * Clears the gradient of a leaf, as `zeroGrad` does; its memory is freed at once unless somebody has read it.
 *
 * @param tensor - a leaf
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { clearGradient } from '@core/tensor/extend'
 * const x = tensor([1], { requiresGrad: true })
 * x.mul(3).sum().backward()
 * clearGradient(x)
 * x.grad // => null
 * ```
 */
export function clearGradient(tensor: Tensor): void {
  tensor.setGrad(null)
}

/**
 * Multiplies the gradient of a leaf by a factor, as clipping does.
 *
 * @param tensor - a leaf that has a gradient; one without is left alone
 * @param factor - a single number
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { scaleGradient } from '@core/tensor/extend'
 * const x = tensor([1], { requiresGrad: true })
 * x.mul(4).sum().backward()
 * scaleGradient(x, tensor(0.5))
 * x.grad?.toArraySync() // => [2]
 * ```
 */
export function scaleGradient(tensor: Tensor, factor: Tensor): void {
  if (!gradientOf(tensor)) return
  const scaled = noGrad(() => mul(tensor.gradient!, factor))
  scaled.storage.handedOut = false // until somebody reads `grad`
  tensor.setGrad(scaled)
}
