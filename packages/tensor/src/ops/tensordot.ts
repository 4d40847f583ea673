import { OptionError, ShapeError } from '../errors.js'
import { checkInteger, describe } from '../options.js'
import { checkAxis, show } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { sum } from './broadcast.js'
import { contract } from './contract.js'
import { checkSameDType, checkTensors } from './run.js'

/** Which axes are summed over: so many of the last ones of the first and of the first ones of the second, or lists for both. */
export type ContractedAxes = number | readonly [readonly number[], readonly number[]]

/**
 * Sum over products along several axes at once: for two axes,
 * $C_{i \dots j \dots} = \sum_{k l} A_{i \dots k l} B_{k l j \dots}$.
 *
 * @param a - a tensor
 * @param b - a tensor
 * @param axes - how many axes, or `[axesOfA, axesOfB]`, paired in order. Default 2
 * @returns a tensor with the remaining axes of a, then those of b
 * @throws ShapeError where paired axes differ in size and neither is 1
 * @example
 * ```ts
 * import { tensor, tensordot } from '@core/tensor'
 * tensordot(tensor([[1, 2], [3, 4]]), tensor([[1, 0], [0, 1]])).itemSync() // => 5
 * tensordot(tensor([[1, 2], [3, 4]]), tensor([10, 1]), [[0], [0]]).toArraySync() // => [13, 24]
 * ```
 */
export function tensordot(a: Tensor, b: Tensor, axes: ContractedAxes = 2): Tensor {
  const op = 'tensordot'
  checkTensors(op, [a, b], ['the first operand', 'the second operand'])
  checkSameDType(op, a, b, 'the first operand', 'the second operand')
  const [listA, listB] = listsOf(a, b, axes)
  if (
    listA.length !== listB.length ||
    new Set(listA).size !== listA.length ||
    new Set(listB).size !== listB.length
  )
    throw new ShapeError(
      `${op}: axes [${listA}] of ${show(a.shape)} and [${listB}] of ${show(b.shape)} cannot be paired; both lists must name equally many axes, each once`,
    )
  const summed = listA.map((i, k) => [i, listB[k]!] as const)
  for (const [i, j] of summed)
    if (a.shape[i] !== b.shape[j] && a.shape[i] !== 1 && b.shape[j] !== 1)
      throw new ShapeError(
        `${op}: shapes ${show(a.shape)} and ${show(b.shape)} do not fit: axis ${i} of the first has size ${a.shape[i]}, axis ${j} of the second ${b.shape[j]}; paired axes must be equal, or one of them 1`,
      )
  // an axis of size 1 is repeated against a longer one: that is to sum the longer one first
  const longer = (x: Tensor, own: readonly number[], y: Tensor, others: readonly number[]) =>
    own.filter((d, k) => y.shape[others[k]!] === 1 && x.shape[d] !== 1)
  const thin = (x: Tensor, axis: number[]) => (axis.length > 0 ? sum(x, { axis, keepDim: true }) : x)
  const left = thin(a, longer(a, listA, b, listB))
  return contract(left, thin(b, longer(b, listB, a, listA)), { batch: [], summed })
}

function listsOf(a: Tensor, b: Tensor, axes: ContractedAxes): [number[], number[]] {
  const op = 'tensordot'
  if (typeof axes === 'number') {
    checkInteger(op, 'axes', axes)
    if (axes > Math.min(a.rank, b.rank))
      throw new ShapeError(
        `${op}: ${axes} axes cannot be summed over in ${show(a.shape)} and ${show(b.shape)}; there are too few dimensions`,
      )
    const list = Array.from({ length: axes }, (_, i) => i)
    return [list.map((i) => a.rank - axes + i), list]
  }
  if (!Array.isArray(axes) || axes.length !== 2 || !axes.every(Array.isArray))
    throw new OptionError(`${op}: axes must be a number or two lists like [[0], [1]], got ${describe(axes)}`)
  return [axes[0].map((i) => checkAxis(op, i, a.shape)), axes[1].map((i) => checkAxis(op, i, b.shape))]
}
