import { trackFused } from '../autograd/track.js'
import { OptionError, ShapeError } from '../errors.js'
import { checkInteger, describe } from '../options.js'
import { checkAxis, show, stridesOf } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { cat, stack } from './joining.js'
import { checkTensor, filled } from './run.js'
import { gather } from './strided.js'

/**
 * Takes a tensor apart along an axis: all its entries, as tensors without that axis. One pass back puts all their
 * gradients together, so walking through a long sequence costs no more than its length.
 *
 * @param x - a tensor of at least one dimension
 * @param axis - the axis, default 0
 * @returns as many tensors as the axis is long
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { tensor, unbind } from '@core/tensor'
 * unbind(tensor([[1, 2], [3, 4]])).map((row) => row.toArraySync()) // => [[1, 2], [3, 4]]
 * ```
 */
export function unbind(x: Tensor, axis = 0): Tensor[] {
  checkTensor('unbind', x)
  const at = checkAxis('unbind', axis, x.shape)
  const shape = x.shape.filter((_, i) => i !== at)
  const all = stridesOf(x.shape)
  const strides = all.filter((_, i) => i !== at)
  const outputs = Array.from({ length: x.shape[at]! }, (_, i) => gather(x, shape, strides, i * all[at]!))
  if (outputs.length > 0)
    trackFused({
      name: 'unbind',
      inputs: [x],
      outputs,
      saved: [],
      own: [],
      backward: (grads) => [
        stack(
          grads.map((g) => g ?? filled(0, shape, x.dtype, x.backend)),
          at,
        ),
      ],
      decompose: null,
    })
  return outputs
}

/**
 * Cuts a tensor into stretches of one axis. One pass back puts all their gradients together.
 *
 * @param x - a tensor of at least one dimension
 * @param sizes - how long each stretch is: one number for all, of which the last may be shorter, or a list that adds up to the axis
 * @param axis - the axis, default 0
 * @returns the stretches, in order
 * @throws ShapeError where the list does not add up to the axis
 * @example
 * ```ts
 * import { arange, split } from '@core/tensor'
 * split(arange(5), 2).map((part) => part.toArraySync()) // => [[0, 1], [2, 3], [4]]
 * split(arange(5), [1, 4]).map((part) => part.shape) // => [[1], [4]]
 * ```
 */
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): Tensor[] {
  checkTensor('split', x)
  const at = checkAxis('split', axis, x.shape)
  const n = x.shape[at]!
  if (typeof sizes !== 'number' && !Array.isArray(sizes))
    throw new OptionError(`split: the sizes must be a number or a list of numbers, got ${describe(sizes)}`)
  const list = typeof sizes === 'number' ? equal('split', n, sizes) : [...sizes]
  for (const size of list) checkInteger('split', 'each size', size)
  const total = list.reduce((a, b) => a + b, 0)
  if (total !== n)
    throw new ShapeError(
      `split: the sizes [${list.join(', ')}] add up to ${total}, axis ${axis} of ${show(x.shape)} has ${n} entries; make them the same`,
    )
  return stretches(x, at, list)
}

/** As many times `size` as go into n, and the rest. */
function equal(op: string, n: number, size: number): number[] {
  checkInteger(op, 'the size', size, n > 0 ? 1 : 0)
  if (n === 0) return [0]
  return Array.from({ length: Math.ceil(n / size) }, (_, i) => Math.min(size, n - i * size))
}

/**
 * Cuts a tensor into at most so many stretches of one axis, all of the same length but for the last, which may be shorter.
 *
 * @param x - a tensor of at least one dimension
 * @param chunks - how many; there are fewer where the axis does not go round
 * @param axis - the axis, default 0
 * @returns the stretches, in order
 * @throws ShapeError where the axis does not exist; OptionError where `chunks` is not at least 1
 * @example
 * ```ts
 * import { arange, chunk } from '@core/tensor'
 * chunk(arange(5), 2).map((part) => part.toArraySync()) // => [[0, 1, 2], [3, 4]]
 * ```
 */
export function chunk(x: Tensor, chunks: number, axis = 0): Tensor[] {
  checkTensor('chunk', x)
  const at = checkAxis('chunk', axis, x.shape)
  checkInteger('chunk', 'chunks', chunks, 1)
  const n = x.shape[at]!
  const list = n === 0 ? new Array<number>(chunks).fill(0) : equal('chunk', n, Math.ceil(n / chunks))
  return stretches(x, at, list)
}

function stretches(x: Tensor, at: number, sizes: readonly number[]): Tensor[] {
  const strides = stridesOf(x.shape)
  const shapes = sizes.map((size) => x.shape.map((n, i) => (i === at ? size : n)))
  let start = 0
  const outputs = sizes.map((size, i) => {
    const from = start
    start += size
    return gather(x, shapes[i]!, strides, from * strides[at]!)
  })
  if (outputs.length > 0)
    trackFused({
      name: 'split',
      inputs: [x],
      outputs,
      saved: [],
      own: [],
      backward: (grads) => [
        cat(
          grads.map((g, i) => g ?? filled(0, shapes[i]!, x.dtype, x.backend)),
          at,
        ),
      ],
      decompose: null,
    })
  return outputs
}
