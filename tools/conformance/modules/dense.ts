import { Bilinear, Dropout, Embedding, Linear } from '@nn/layers'
import { layer, type ModuleAdapter } from '../adapters.ts'

/** Linear layers, embeddings, and layers that only reshape. */
export const DENSE: Readonly<Record<string, ModuleAdapter>> = {
  Bilinear: layer(
    'in1_features in2_features out_features',
    (a) =>
      new Bilinear(a.number('in1_features'), a.number('in2_features'), a.number('out_features'), a.rest()),
    (m, a) => m.forward(a.tensor('input1'), a.tensor('input2')),
    'input1 input2',
  ),
  // Random where it drops: only in evaluation, or with p = 0, is there something to compare.
  Dropout: layer('p', (a) => new Dropout(a.number('p', 0.5))),
  Embedding: layer('num_embeddings embedding_dim', (a) => {
    a.boolean('sparse') // a form of the gradient that we do not have; its values are the same
    return new Embedding(a.number('num_embeddings'), a.number('embedding_dim'), a.rest())
  }),
  Linear: layer(
    'in_features out_features',
    (a) => new Linear(a.number('in_features'), a.number('out_features'), a.rest()),
  ),
}
