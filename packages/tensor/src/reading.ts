import type { TypedArray } from './dtype.js'
import { BackendError } from './errors.js'
import { show } from './shape.js'
import type { Tensor } from './tensor.js'

/**
 * A copy of the values where they can be had at once: always, except of tensors that were computed on a backend which can
 * only be waited for (WebGPU).
 *
 * @param x - the tensor
 * @returns the values in row-major order; null where they must be awaited, by `data()`
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { readNow } from '@core/tensor/extend'
 * readNow(tensor([1, 2])) // => [1, 2]
 * ```
 */
export function readNow(x: Tensor): TypedArray | null {
  try {
    return x.dataSync()
  } catch (error) {
    if (error instanceof BackendError && x.backend.peek(x.storage) === null) return null
    throw error
  }
}

/**
 * {@link readNow} for what cannot go on without the values: its error says who needs them, and what to do.
 *
 * @param op - who asks, for the message
 * @param x - the tensor
 * @param role - what it is to `op`
 * @param remedy - what to do instead where they must be awaited
 * @returns the values in row-major order
 * @throws BackendError where they must be awaited
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { valuesNow } from '@core/tensor/extend'
 * valuesNow('count', tensor([1, 2]), 'the labels').length // => 2
 * ```
 */
export function valuesNow(
  op: string,
  x: Tensor,
  role = 'the input',
  remedy = 'pass a copy that can be: await tensor.toAsync(reference())',
): TypedArray {
  const values = readNow(x)
  if (values) return values
  throw new BackendError(
    `${op}: the values of ${role} ${show(x.shape)} are only on the ${x.backend.name} backend, which cannot be read at once; ${remedy}`,
  )
}
