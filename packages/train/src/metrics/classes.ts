import {
  argmax,
  DTypeError,
  movedim,
  noGrad,
  OptionError,
  reshape,
  ShapeError,
  type Tensor,
} from '@core/tensor'
import { checkInteger, checkTensors, describe, show } from '@core/tensor/extend'

/** Options of metrics over classes. */
export interface ClassMetricOptions {
  /** Where the classes stand in the output: −1, the last dimension (default), or 1, PyTorch's layout. */
  classDim?: -1 | 1
  /** Targets with this number do not count. Default −100. */
  ignoreIndex?: number
}

/** The options that {@link ClassMetricOptions} names. */
export const CLASS_OPTIONS = ['classDim', 'ignoreIndex'] as const

/** Checks the options of a metric over classes. */
export function checkClassOptions(
  op: string,
  { classDim = -1, ignoreIndex = -100 }: ClassMetricOptions,
): void {
  if (classDim !== -1 && classDim !== 1)
    throw new OptionError(
      `${op}: classDim must be -1 (classes last) or 1 (PyTorch's layout), got ${describe(classDim)}`,
    )
  checkInteger(op, 'ignoreIndex', ignoreIndex, -(2 ** 31))
}

/** Scores as rows [targets, classes], and the targets as a list; they are checked to fit. */
export function scoresOf(
  op: string,
  output: Tensor,
  target: Tensor,
  { classDim = -1 }: ClassMetricOptions,
): [Tensor, Tensor] {
  checkTensors(op, [output, target], ['the output', 'the target'])
  if (target.dtype !== 'int32')
    throw new DTypeError(
      `${op}: the target must be int32 class numbers, got ${target.dtype}; use cast('int32')`,
    )
  const at = classDim === 1 && output.rank > 1 ? 1 : output.rank - 1
  const expected = output.shape.filter((_, i) => i !== at)
  if (output.rank === 0 || show(target.shape) !== show(expected))
    throw new ShapeError(
      `${op}: an output ${show(output.shape)} with classes in dimension ${classDim} needs a target of shape ${show(expected)}, got ${show(target.shape)}` +
        (classDim === -1 && output.rank > 2
          ? "; pass { classDim: 1 } for PyTorch's layout [batch, classes, ...]"
          : ''),
    )
  return noGrad(() => [
    reshape(movedim(output, at, -1), [target.size, output.shape[at]!]),
    reshape(target, [target.size]),
  ])
}

/** What was predicted and what is right, one class number each; an int32 output is taken for predictions. */
export async function predictionsOf(
  op: string,
  output: Tensor,
  target: Tensor,
  options: ClassMetricOptions,
): Promise<[predicted: ArrayLike<number>, right: ArrayLike<number>]> {
  checkTensors(op, [output, target], ['the output', 'the target'])
  if (output.dtype === 'int32' && show(output.shape) === show(target.shape)) {
    if (target.dtype !== 'int32')
      throw new DTypeError(
        `${op}: the target must be int32 class numbers, got ${target.dtype}; use cast('int32')`,
      )
    return Promise.all([output.data(), target.data()])
  }
  const [scores, labels] = scoresOf(op, output, target, options)
  return Promise.all([noGrad(() => argmax(scores, { axis: 1 })).data(), labels.data()])
}
