import { track } from '../autograd/track.js'
import { type DType, isFloat } from '../dtype.js'
import { BackendError } from '../errors.js'
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
  const y = run('cast', [x], x.shape, dtype, {})
  return isFloat(dtype) && isFloat(x.dtype) ? track('cast', y, [], [x, (g) => cast(g, x.dtype)]) : y
}

/** Checks that tensors of this dtype can live on the backend. */
export function checkSupport(op: string, backend: Tensor['backend'], dtype: DType): void {
  if (!backend.supports(dtype))
    throw new BackendError(
      `${op}: the ${backend.name} backend has no ${dtype} tensors; ` +
        (dtype === 'float64'
          ? 'float64 lives on the reference backend: pass { backend: reference() }, or await setBackend(reference())'
          : "dtypes are 'float32', 'int32', 'bool' and, on the reference backend, 'float64'"),
    )
}
