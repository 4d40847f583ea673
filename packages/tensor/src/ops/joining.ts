import { track } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { describe } from '../options.js'
import { checkAxis, collapse, sameShape, show, stridesOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { unsqueeze } from './movement.js'
import { checkTensors, empty, execute, filled } from './run.js'
import { narrow } from './slicing.js'

function checkList(op: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors) || tensors.length === 0)
    throw new OptionError(
      `${op}: a list of at least one tensor is needed, as in ${op}([a, b]), got ${describe(tensors)}`,
    )
  const roles = tensors.map((_, i) => `tensor ${i}`)
  checkTensors(op, tensors, roles)
}

/**
 * Joins tensors along an axis that they have. Tensors of shape [0] add nothing, whatever the shape of the others.
 *
 * @param tensors - at least one; all of one dtype, and equal in all other dimensions
 * @param axis - the axis along which they follow each other, default 0
 * @returns a new tensor
 * @throws ShapeError where other dimensions differ
 * @example
 * ```ts
 * import { cat, tensor } from '@core/tensor'
 * cat([tensor([1, 2]), tensor([3])]).toArraySync() // => [1, 2, 3]
 * ```
 */
export function cat(tensors: readonly Tensor[], axis = 0): Tensor {
  checkList('cat', tensors)
  const nothing = (t: Tensor) => t.rank === 1 && t.size === 0
  const first = tensors.find((t) => !nothing(t)) ?? tensors[0]!
  const at = checkAxis('cat', axis, first.shape)
  let length = 0
  tensors.forEach((t, i) => {
    if (nothing(t)) return
    if (t.dtype !== first.dtype)
      throw new DTypeError(
        `cat: tensor ${tensors.indexOf(first)} is ${first.dtype}, tensor ${i} is ${t.dtype}; bring them to one dtype with cast()`,
      )
    if (t.rank !== first.rank || t.shape.some((size, d) => d !== at && size !== first.shape[d]))
      throw new ShapeError(
        `cat: tensor ${tensors.indexOf(first)} has shape ${show(first.shape)}, tensor ${i} ${show(t.shape)}; ` +
          `all dimensions but axis ${axis} must be equal`,
      )
    length += t.shape[at]!
  })
  const shape = first.shape.map((size, i) => (i === at ? length : size))
  const out = empty(first.backend, shape, first.dtype)
  const strides = stridesOf(shape)
  let start = 0
  const edges = tensors.map((t) => {
    const from = start
    if (nothing(t)) return [t, (g: Tensor) => filled(0, t.shape, g.dtype, g.backend)] as const
    const walked = collapse(t.shape, [strides])
    execute(kernels.scatterStrided, [t], [out], {
      shape: walked.shape,
      strides: walked.strides[0]!,
      offset: from * strides[at]!,
    })
    start += t.shape[at]!
    return [t, (g: Tensor) => narrow(g, at, from, t.shape[at]!)] as const
  })
  return track('cat', out, [], ...edges)
}

/**
 * Joins tensors of one shape along a new axis.
 *
 * @param tensors - at least one; all of one shape and dtype
 * @param axis - where the new axis shall stand, default 0
 * @returns a new tensor with one dimension more
 * @throws ShapeError where shapes differ
 * @example
 * ```ts
 * import { stack, tensor } from '@core/tensor'
 * stack([tensor([1, 2]), tensor([3, 4])]).toArraySync() // => [[1, 2], [3, 4]]
 * ```
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  checkList('stack', tensors)
  const shape = tensors[0]!.shape
  const at = checkAxis('stack', axis, shape, 1)
  tensors.forEach((t, i) => {
    if (!sameShape(t.shape, shape))
      throw new ShapeError(
        `stack: tensor 0 has shape ${show(shape)}, tensor ${i} ${show(t.shape)}; all must be the same (pad or slice them, or join them with cat)`,
      )
  })
  return cat(
    tensors.map((t) => unsqueeze(t, at)),
    at,
  )
}
