import { track, wantsGrad } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'

import { ShapeError } from '../errors.js'
import { makeTensor } from '../make.js'
import { checkInteger } from '../options.js'
import { peeked } from '../program/live.js'
import { show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { cast } from './cast.js'
import { eq } from './compare.js'
import { checkIndices, checkTensors, run } from './run.js'

/** Throws unless every index lies in 0 … size − 1 (or equals `except`); where a backend cannot look at once, it must be right. */
export function checkRange(op: string, indices: Tensor, size: number, what: string, except?: number): void {
  const { shape } = indices
  peeked([indices], (values) => {
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!
      if ((v < 0 || v >= size) && v !== except)
        throw new ShapeError(
          `${op}: ${what} ${v} (value ${i} of ${show(shape)}) is out of range; there are ${size}, numbered 0 to ${size - 1}`,
        )
    }
  })
}

/** Sums of rows by number: the gradient of looking them up. */
export function scatterRows(g: Tensor, indices: Tensor, size: number): Tensor {
  const [count, width] = g.shape as [number, number]
  const y = run(kernels.scatterAddRows, [g, indices], [size, width], g.dtype, { count, width, size })
  return track('scatterRows', y, [indices], [g, (h) => gatherRows(h, indices)])
}

/** Rows of a matrix by number; the indices are one-dimensional and were checked. */
export function gatherRows(table: Tensor, indices: Tensor): Tensor {
  const [size, width] = table.shape as [number, number]
  const count = indices.size
  const y = run(kernels.gatherRows, [table, indices], [count, width], table.dtype, { count, width, size })
  if (!wantsGrad(table)) return y
  return track('gatherRows', y, [indices], [table, (g) => scatterRows(g, indices, size)])
}

/**
 * One-hot vectors: 1 at the index, 0 elsewhere.
 *
 * @param indices - int32, of any shape [...]
 * @param classes - how long each vector is
 * @returns an int32 tensor [..., classes]; it has no gradient
 * @throws ShapeError where an index is out of range; DTypeError where the indices are not int32
 * @example
 * ```ts
 * import { oneHot, tensor } from '@core/tensor'
 * oneHot(tensor([1, 0], { dtype: 'int32' }), 3).toArraySync() // => [[0, 1, 0], [1, 0, 0]]
 * ```
 */
export function oneHot(indices: Tensor, classes: number): Tensor {
  checkTensors('oneHot', [indices], ['the indices'])
  checkIndices('oneHot', indices, 'the indices')
  checkInteger('oneHot', 'classes', classes, 1)
  checkRange('oneHot', indices, classes, 'index')
  return cast(isClass(indices, classes), 'int32')
}

/** Whether class c is the one at each index: bool [..., classes]. */
export function isClass(indices: Tensor, classes: number): Tensor {
  const numbers = makeTensor(
    indices.backend.adopt(
      Int32Array.from({ length: classes }, (_, i) => i),
      'int32',
    ),
    [classes],
  )
  return eq(indices.view([...indices.shape, 1]), numbers)
}
