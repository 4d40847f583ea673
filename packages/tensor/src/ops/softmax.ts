import { trackFused } from '../autograd/track.js'
import * as kernels from '../backends/catalog/index.js'
import { ShapeError } from '../errors.js'
import { checkOptions } from '../options.js'
import { checkAxis, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { div, neg, sub } from './arithmetic.js'
import { reshape, sum } from './broadcast.js'
import { where } from './compare.js'
import { checkRange, isClass } from './indexing.js'
import { exp, log } from './math.js'
import { transpose } from './movement.js'
import { max } from './reduce.js'
import { checkFloat, checkIndices, checkTensor, checkTensors, empty, execute, run } from './run.js'

/** The axis over which a softmax is taken. */
export interface SoftmaxOptions {
  /** The axis along which the results sum to 1. Default −1. */
  axis?: number
}

function softmaxRows(x: Tensor, isLog: boolean): Tensor {
  const n = x.shape[x.rank - 1]!
  const attrs = { rows: n === 0 ? 0 : x.size / n, n, log: isLog }
  const y = run(kernels.softmax, [x], x.shape, x.dtype, attrs)
  trackFused({
    name: isLog ? 'logSoftmax' : 'softmax',
    inputs: [x],
    outputs: [y],
    saved: [y],
    own: [],
    backward: ([g]) => [run(kernels.softmaxGrad, [g!, y], x.shape, x.dtype, attrs)],
    decompose: () => {
      const shifted = sub(x, max(x, { axis: -1, keepDim: true }).detach())
      const e = exp(shifted)
      const total = sum(e, { axis: -1, keepDim: true })
      return [isLog ? sub(shifted, log(total)) : div(e, total)]
    },
  })
  return y
}

function overAxis(op: string, x: Tensor, options: SoftmaxOptions, isLog: boolean): Tensor {
  const { axis = -1 } = checkOptions(op, options, ['axis'])
  checkTensor(op, x)
  checkFloat(op, x)
  if (x.rank === 0) return reshape(softmaxRows(reshape(x, [1]), isLog), [])
  const at = checkAxis(op, axis, x.shape)
  if (at === x.rank - 1) return softmaxRows(x, isLog)
  return transpose(softmaxRows(transpose(x, at, -1), isLog), at, -1)
}

/**
 * Softmax: $y_i = e^{x_i} / \sum_j e^{x_j}$ along one axis; computed with the largest value subtracted, so that no
 * input overflows.
 *
 * @param x - a float tensor
 * @param options - `axis`, default −1
 * @returns a tensor of the same shape whose values along the axis sum to 1
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { softmax, tensor } from '@core/tensor'
 * softmax(tensor([1000, 1000])).toArraySync() // => [0.5, 0.5]
 * ```
 */
export function softmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return overAxis('softmax', x, options, false)
}

/**
 * Softmin: softmax of the opposite, $y_i = e^{-x_i} / \sum_j e^{-x_j}$ along one axis; the smallest value gets the most.
 *
 * @param x - a float tensor
 * @param options - `axis`, default −1
 * @returns a tensor of the same shape whose values along the axis sum to 1
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { softmin, tensor } from '@core/tensor'
 * softmin(tensor([1, 2])).toArraySync() // ~> [0.731059, 0.268941]
 * ```
 */
export function softmin(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  checkTensor('softmin', x)
  checkFloat('softmin', x)
  return overAxis('softmin', neg(x), options, false)
}

/**
 * Logarithm of softmax: $y_i = x_i - \ln \sum_j e^{x_j}$ along one axis; exact where softmax itself would vanish.
 *
 * @param x - a float tensor
 * @param options - `axis`, default −1
 * @returns a tensor of the same shape
 * @throws ShapeError where the axis does not exist
 * @example
 * ```ts
 * import { logSoftmax, tensor } from '@core/tensor'
 * logSoftmax(tensor([0, 0])).toArraySync() // ~> [-0.693147, -0.693147]
 * ```
 */
export function logSoftmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return overAxis('logSoftmax', x, options, true)
}

/**
 * Cross-entropy of each row: $\ell_i = -\ln \mathrm{softmax}(x_i)_{t_i}$, from logits, in one pass; the building
 * block of the loss.
 *
 * @param logits - a float tensor [rows, classes]
 * @param target - class numbers, int32 [rows]
 * @param ignoreIndex - rows with this target count 0
 * @returns [rows]
 * @throws ShapeError where the shapes do not fit or a class number is out of range
 * @example
 * ```ts
 * import { tensor } from '@core/tensor'
 * import { crossEntropyRows } from '@core/tensor/extend'
 * crossEntropyRows(tensor([[0, 0]]), tensor([1], { dtype: 'int32' }), -100).toArraySync() // ~> [0.693147]
 * ```
 */
export function crossEntropyRows(logits: Tensor, target: Tensor, ignoreIndex: number): Tensor {
  const op = 'crossEntropy'
  checkTensors(op, [logits, target], ['the logits', 'the target'])
  checkFloat(op, logits, 'the logits')
  checkIndices(op, target, 'the target')
  if (logits.rank !== 2 || target.rank !== 1 || target.shape[0] !== logits.shape[0])
    throw new ShapeError(
      `${op}: logits ${show(logits.shape)} and target ${show(target.shape)} do not fit: [rows, classes] and [rows] are needed`,
    )
  const [rows, n] = logits.shape as [number, number]
  checkRange(op, target, n, 'class', ignoreIndex)
  const attrs = { rows, n, ignoreIndex }
  const loss = empty(logits.backend, [rows], logits.dtype)
  const norm = empty(logits.backend, [rows, 2], logits.dtype)
  execute(kernels.crossEntropy, [logits, target], [loss, norm], attrs)
  trackFused({
    name: op,
    inputs: [logits],
    outputs: [loss],
    saved: [logits, target],
    own: [norm],
    backward: ([g]) => [
      run(kernels.crossEntropyGrad, [g!, logits, target, norm], logits.shape, logits.dtype, attrs),
    ],
    decompose: () => {
      const picked = where(isClass(target, n), logSoftmax(logits), 0)
      const keep = target.ne(ignoreIndex).view([rows, 1])
      return [sum(where(keep, picked, 0), { axis: 1 }).neg()]
    },
  })
  return loss
}
