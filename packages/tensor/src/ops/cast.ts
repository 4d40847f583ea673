import { track } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { type DType, isFloat, TYPED } from '../dtype.js'
import { BackendError, DTypeError, OptionError } from '../errors.js'
import { describe } from '../options.js'
import type { Tensor } from '../tensor.js'
import { checkTensor, run } from './run.js'

/**
 * The same values in another dtype: floats become int32 by truncation, anything becomes bool by `≠ 0`. Between
 * floats the gradient passes through.
 *
 * @param x - any tensor
 * @param dtype - what to change to
 * @returns a tensor of the same shape; `x` itself if it has that dtype already
 * @throws BackendError where the backend has no such dtype
 * @example
 * ```ts
 * import { cast, tensor } from '@core/tensor'
 * cast(tensor([1.7, -1.7]), 'int32').toArraySync() // => [1, -1]
 * ```
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkTensor('cast', x)
  if (x.dtype === dtype) return x
  checkSupport('cast', x.backend, dtype)
  const y = run(kernels.cast, [x], x.shape, dtype, {})
  return isFloat(dtype) && isFloat(x.dtype) ? track('cast', y, [], [x, (g) => cast(g, x.dtype)]) : y
}

/** Checks that a value is a backend that was started. */
export function checkBackend(op: string, backend: Tensor['backend']): void {
  if (typeof backend?.supports !== 'function')
    throw new OptionError(
      `${op}: backend must be a started backend, like reference() or await wasm().start(), got ${describe(backend)}`,
    )
}

/** Checks that tensors of this dtype can live on the backend. */
export function checkSupport(op: string, backend: Tensor['backend'], dtype: DType): void {
  if (!Object.hasOwn(TYPED, dtype))
    throw new DTypeError(
      `${op}: there is no dtype '${String(dtype)}'; use 'float32', 'float64', 'int32' or 'bool'`,
    )
  if (!backend.supports(dtype))
    throw new BackendError(
      `${op}: the ${backend.name} backend has no ${dtype} tensors; ` +
        'the reference backend has: pass { backend: reference() }, or await setBackend(reference())',
    )
}
