import {
  batchNorm,
  bilinear,
  cosineSimilarity,
  groupNorm,
  instanceNorm,
  layerNorm,
  normalize,
  pairwiseDistance,
  rmsNorm,
  scaledDotProductAttention,
} from '@core/tensor'
import { type OpAdapter, op } from '../adapters.ts'

/** Normalisations, distances and attention. */
export const NORMS: Readonly<Record<string, OpAdapter>> = {
  'nn.functional.batch_norm': op('input running_mean running_var weight bias training momentum eps', (a) =>
    batchNorm(a.tensor('input'), a.rest()),
  ),
  'nn.functional.bilinear': op('input1 input2 weight bias', (a) =>
    bilinear(a.tensor('input1'), a.tensor('input2'), a.tensor('weight'), a.tensorOr('bias')),
  ),
  'nn.functional.cosine_similarity': op('x1 x2 dim eps', (a) =>
    cosineSimilarity(a.tensor('x1'), a.tensor('x2'), { axis: a.number('dim', 1), ...a.options('eps') }),
  ),
  'nn.functional.group_norm': op('input num_groups weight bias eps', (a) =>
    groupNorm(a.tensor('input'), a.number('num_groups'), a.rest()),
  ),
  'nn.functional.instance_norm': op(
    'input running_mean running_var weight bias use_input_stats momentum eps',
    (a) => instanceNorm(a.tensor('input'), a.rest()),
  ),
  'nn.functional.layer_norm': op('input normalized_shape weight bias eps', (a) =>
    layerNorm(a.tensor('input'), a.sizes('normalized_shape'), a.rest()),
  ),
  'nn.functional.normalize': op('input p dim eps', (a) =>
    normalize(a.tensor('input'), { axis: a.number('dim', 1), ...a.options('p', 'eps') }),
  ),
  'nn.functional.pairwise_distance': op('x1 x2 p eps keepdim', (a) =>
    pairwiseDistance(a.tensor('x1'), a.tensor('x2'), {
      keepDim: a.boolean('keepdim'),
      ...a.options('p', 'eps'),
    }),
  ),
  'nn.functional.rms_norm': op('input normalized_shape weight eps', (a) =>
    rmsNorm(a.tensor('input'), a.sizes('normalized_shape'), a.rest()),
  ),
  'nn.functional.scaled_dot_product_attention': op(
    'query key value attn_mask dropout_p is_causal scale enable_gqa',
    (a) => scaledDotProductAttention(a.tensor('query'), a.tensor('key'), a.tensor('value'), a.rest()),
  ),
}
