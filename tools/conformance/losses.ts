import type { Tensor } from '@core/tensor'
import { isTensor } from '@core/tensor/extend'
import * as L from '@nn/losses'
import { type LossAdapter, loss } from './adapters.ts'
import type { Args } from './args.ts'

/** A loss of input and target; all constructor arguments are options under our names. */
function pair<T extends object>(call: (input: Tensor, target: Tensor, options: T) => Tensor): LossAdapter {
  return loss('input target', (x, options) => call(x.tensor('input'), x.tensor('target'), options.rest<T>()))
}

/** The same, of logits or logarithms whose classes stand in dimension 1. */
function classes(
  call: (input: Tensor, target: Tensor, options: L.CrossEntropyOptions) => Tensor,
): LossAdapter {
  return pair((input, target, options: L.CrossEntropyOptions) =>
    call(input, target, { classDim: 1, ...options }),
  )
}

/** The same, of two inputs and a target. */
function triple<T extends object>(
  call: (first: Tensor, second: Tensor, target: Tensor, options: T) => Tensor,
): LossAdapter {
  return loss('input1 input2 target', (x, options) =>
    call(x.tensor('input1'), x.tensor('input2'), x.tensor('target'), options.rest<T>()),
  )
}

function lengths(x: Args, name: string): L.Lengths {
  const value = x.value(name)
  return isTensor(value) || typeof value === 'number' ? value : x.numbers(name)
}

/** PyTorch's losses by their class names. */
export const LOSSES: Readonly<Record<string, LossAdapter>> = {
  BCELoss: pair(L.bce),
  BCEWithLogitsLoss: pair(L.bceWithLogits),
  CTCLoss: loss('log_probs targets input_lengths target_lengths', (x, options) =>
    L.ctc(
      x.tensor('log_probs'),
      x.tensor('targets'),
      lengths(x, 'input_lengths'),
      lengths(x, 'target_lengths'),
      options.rest(),
    ),
  ),
  CosineEmbeddingLoss: triple(L.cosineEmbedding),
  CrossEntropyLoss: classes(L.crossEntropy),
  GaussianNLLLoss: loss('input target var', (x, options) =>
    L.gaussianNll(x.tensor('input'), x.tensor('target'), x.tensor('var'), options.rest()),
  ),
  HingeEmbeddingLoss: pair(L.hingeEmbedding),
  HuberLoss: pair(L.huber),
  KLDivLoss: pair(L.klDiv),
  L1Loss: pair(L.l1),
  MSELoss: pair(L.mse),
  MarginRankingLoss: triple(L.marginRanking),
  MultiLabelMarginLoss: pair(L.multiLabelMargin),
  MultiMarginLoss: pair(L.multiMargin),
  NLLLoss: classes(L.nll),
  PoissonNLLLoss: pair(L.poissonNll),
  SmoothL1Loss: pair(L.smoothL1),
}
