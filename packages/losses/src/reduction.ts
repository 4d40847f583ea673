import { cast, DTypeError, mean, OptionError, ShapeError, sum, type Tensor } from '@core/tensor'
import { checkOptions, checkTensors, describe, show } from '@core/tensor/extend'

/** How the losses of single values become one number: their mean, their sum, or not at all. */
export type Reduction = 'mean' | 'sum' | 'none'

/** Options that all losses have. */
export interface LossOptions {
  /** `'mean'`, `'sum'` or `'none'`. Default `'mean'`. */
  reduction?: Reduction
}

/** Throws unless the options are known and the reduction is one of the three. */
export function checkLoss<T extends LossOptions>(
  op: string,
  options: T,
  more: readonly (keyof T & string)[] = [],
  switches: readonly (keyof T & string)[] = [],
): T {
  const { reduction = 'mean' } = checkOptions(op, options, ['reduction', ...more], switches)
  if (reduction !== 'mean' && reduction !== 'sum' && reduction !== 'none')
    throw new OptionError(`${op}: reduction must be 'mean', 'sum' or 'none', got ${describe(reduction)}`)
  return options
}

/** Applies a reduction. */
export function reduceLoss(losses: Tensor, reduction: Reduction): Tensor {
  return reduction === 'none' ? losses : reduction === 'sum' ? sum(losses) : mean(losses)
}

/** Whether a tensor holds real numbers. */
export function isFloat(t: Tensor): boolean {
  return t.dtype === 'float32' || t.dtype === 'float64'
}

/** Throws unless a tensor holds real numbers. */
export function checkReal(op: string, t: Tensor, role: string): void {
  if (!isFloat(t))
    throw new DTypeError(
      `${op}: the ${role} ${show(t.shape)} is ${t.dtype}; floats are needed: use cast(x, 'float32')`,
    )
}

/** Throws unless two tensors have the same shape: a loss never broadcasts by accident. */
export function checkShapes(op: string, input: Tensor, target: Tensor, roles: readonly string[]): void {
  checkTensors(op, [input, target], [`the ${roles[0]}`, `the ${roles[1]}`])
  if (show(input.shape) !== show(target.shape))
    throw new ShapeError(
      `${op}: the ${roles[0]} has shape ${show(input.shape)}, the ${roles[1]} ${show(target.shape)}; a loss does not broadcast: ` +
        'give both the same shape (reshape, squeeze or expand one)',
    )
}

/** Throws unless input and target are floats of the same shape. */
export function checkAlike(
  op: string,
  input: Tensor,
  target: Tensor,
  roles: readonly [string, string] = ['input', 'target'],
): void {
  checkTensors(op, [input, target], [`the ${roles[0]}`, `the ${roles[1]}`])
  checkReal(op, input, roles[0])
  checkReal(op, target, roles[1])
  checkShapes(op, input, target, roles)
}

/** Throws unless weights broadcast to the shape of the input, and do not enlarge it. */
export function checkWeight(op: string, weight: Tensor, input: Tensor, name = 'weight'): void {
  checkTensors(op, [input, weight], ['the input', `the ${name}`])
  checkReal(op, weight, name)
  const from = input.rank - weight.rank
  if (from < 0 || weight.shape.some((n, i) => n !== 1 && n !== input.shape[from + i]))
    throw new ShapeError(
      `${op}: the ${name} ${show(weight.shape)} does not broadcast to the input ${show(input.shape)}; give one number for each value, or 1 in a dimension`,
    )
}

/** Targets that are 1 or −1, or other numbers that may come as integers, as floats like the input. */
export function likeInput(target: Tensor, input: Tensor): Tensor {
  return target.dtype === 'int32' ? cast(target, input.dtype) : target
}

/** Throws unless a target holds class numbers. */
export function checkIndices(op: string, target: Tensor): void {
  if (target.dtype !== 'int32')
    throw new DTypeError(
      `${op}: the target ${show(target.shape)} must be int32, got ${target.dtype}; create it with { dtype: 'int32' } or use cast(x, 'int32')`,
    )
}
