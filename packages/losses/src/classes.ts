import {
  embedding,
  eq,
  ne,
  OptionError,
  reshape,
  ShapeError,
  sum,
  type Tensor,
  transpose,
  where,
} from '@core/tensor'
import { checkTensors, describe, show } from '@core/tensor/extend'
import { checkReal, type LossOptions } from './reduction.js'

/** Options of losses whose target is a class number. */
export interface ClassOptions extends LossOptions {
  /** Where the classes stand in the input: −1, the last dimension (default), or 1, PyTorch's layout. */
  classDim?: -1 | 1
  /** Targets with this number do not count. Default −100. */
  ignoreIndex?: number
  /** A factor for each class, float [classes]; the mean is weighted, too. Default: all the same. */
  weight?: Tensor
}

/** Checks options and shapes; gives the axis of the classes. The target is checked to fit unless it is of floats. */
export function checkClasses(
  op: string,
  input: Tensor,
  target: Tensor,
  { classDim = -1, ignoreIndex = -100, weight }: ClassOptions,
  soft = false,
): number {
  checkTensors(
    op,
    [input, target, ...(weight === undefined ? [] : [weight])],
    ['the input', 'the target', 'the weight'],
  )
  if (classDim !== -1 && classDim !== 1)
    throw new OptionError(
      `${op}: classDim must be -1 (classes last) or 1 (PyTorch's layout), got ${describe(classDim)}`,
    )
  if (!Number.isInteger(ignoreIndex))
    throw new OptionError(`${op}: ignoreIndex must be a whole number, got ${describe(ignoreIndex)}`)
  checkReal(op, input, 'input')
  const at = classDim === 1 && input.rank > 1 ? 1 : input.rank - 1
  const expected = soft ? input.shape : input.shape.filter((_, i) => i !== at)
  if (input.rank === 0 || show(target.shape) !== show(expected))
    throw new ShapeError(
      `${op}: an input ${show(input.shape)} with classes in dimension ${classDim} needs a target of shape ${show(expected)}, got ${show(target.shape)}` +
        (classDim === -1 && input.rank > 2
          ? "; pass { classDim: 1 } for PyTorch's layout [batch, classes, ...]"
          : ''),
    )
  if (weight) checkClassWeight(op, weight, input.shape[at]!)
  return at
}

/** Throws unless there is one weight for each class. */
export function checkClassWeight(op: string, weight: Tensor, classes: number): void {
  checkReal(op, weight, 'weight')
  if (show(weight.shape) !== show([classes]))
    throw new ShapeError(
      `${op}: the weight must be [${classes}], one number for each class, got ${show(weight.shape)}`,
    )
}

/** [batch, classes, ...] to [batch, ..., classes]. */
export function classesLast(input: Tensor, at: number): Tensor {
  if (at === input.rank - 1) return input
  const axes = input.shape.map((_, i) => i).filter((i) => i !== at)
  return input.rank === 3 ? transpose(input, 1, 2) : input.permute([...axes, at])
}

/** What counts: bool of the target's shape. */
export function kept(target: Tensor, ignoreIndex: number): Tensor {
  return ne(target, ignoreIndex)
}

/** Class numbers with 0 for those to be ignored, so that they can be looked up. */
export function lookUp(target: Tensor, ignoreIndex: number): Tensor {
  return where(eq(target, ignoreIndex), 0, target)
}

/** The weight of each target's class, 0 where it is ignored. */
export function weightsOf(weight: Tensor, target: Tensor, ignoreIndex: number): Tensor {
  const table = reshape(weight, [weight.size, 1])
  return where(
    kept(target, ignoreIndex),
    reshape(embedding(table, lookUp(target, ignoreIndex)), target.shape),
    0,
  )
}

/** How many targets count: 0 of none, so that their mean is NaN as in PyTorch. */
export function counted(target: Tensor, ignoreIndex: number, like: Tensor): Tensor | number {
  return target.size === 0 ? 0 : sum(kept(target, ignoreIndex)).cast(like.dtype)
}
