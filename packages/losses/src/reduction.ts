import { DTypeError, mean, OptionError, ShapeError, sum, type Tensor } from '@core/tensor'
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
): T {
  const { reduction = 'mean' } = checkOptions(op, options, ['reduction', ...more])
  if (reduction !== 'mean' && reduction !== 'sum' && reduction !== 'none')
    throw new OptionError(`${op}: reduction must be 'mean', 'sum' or 'none', got ${describe(reduction)}`)
  return options
}

/** Applies a reduction. */
export function reduceLoss(losses: Tensor, reduction: Reduction): Tensor {
  return reduction === 'none' ? losses : reduction === 'sum' ? sum(losses) : mean(losses)
}

/** Throws unless input and target have the same shape: a loss never broadcasts by accident. */
export function checkAlike(op: string, input: Tensor, target: Tensor): void {
  checkTensors(op, [input, target], ['the input', 'the target'])
  for (const [t, role] of [
    [input, 'input'],
    [target, 'target'],
  ] as const)
    if (t.dtype !== 'float32' && t.dtype !== 'float64')
      throw new DTypeError(
        `${op}: the ${role} ${show(t.shape)} is ${t.dtype}; floats are needed: use cast(x, 'float32')`,
      )
  if (show(input.shape) !== show(target.shape))
    throw new ShapeError(
      `${op}: the input has shape ${show(input.shape)}, the target ${show(target.shape)}; a loss does not broadcast: ` +
        'give both the same shape (reshape, squeeze or expand one)',
    )
}
