import { OptionError, type Tensor } from '@core/tensor'
import { describe, isTensor } from '@core/tensor/extend'
import type { Module } from '@nn/module'

/** What a loader gives at each step: a list of tensors, say input and target. */
export type Batch = readonly Tensor[]

/** A loss together with what it was computed from, for metrics. */
export interface LossAndOutput {
  /** The loss, a single number. */
  readonly loss: Tensor
  /** What the model gave. */
  readonly output: Tensor
  /** What it should have given. */
  readonly target: Tensor
}

/** Computes the loss of a batch, a single number; for metrics, output and target with it. */
export type LossFunction<M extends Module, B extends Batch> = (
  model: M,
  ...batch: B
) => Tensor | LossAndOutput

/** What a loss function gave, checked. */
export function lossIn(op: string, given: Tensor | LossAndOutput): { readonly loss: Tensor } | LossAndOutput {
  if (isTensor(given)) return { loss: given }
  if (typeof given !== 'object' || given === null || !isTensor(given.loss))
    throw new OptionError(
      `${op}: the loss function must return { loss, output, target }, or the loss alone, a Tensor, got ${describe(given)}`,
    )
  return given
}
