import type { OpAdapter } from '../adapters.ts'
import { ACTIVATIONS } from './activations.ts'
import { CONVOLUTION } from './convolution.ts'
import { ELEMENTWISE } from './elementwise.ts'
import { INDEXING } from './indexing.ts'
import { MATMUL } from './matmul.ts'
import { MISC } from './misc.ts'
import { MOVEMENT } from './movement.ts'
import { NORMS } from './norms.ts'
import { POOLING } from './pooling.ts'
import { REDUCE } from './reduce.ts'

/** PyTorch's functions by their names, `torch.` left out; the variant of the test data base after a dot. */
export const OPS: Readonly<Record<string, OpAdapter>> = {
  ...ACTIVATIONS,
  ...CONVOLUTION,
  ...ELEMENTWISE,
  ...INDEXING,
  ...MATMUL,
  ...MISC,
  ...MOVEMENT,
  ...NORMS,
  ...POOLING,
  ...REDUCE,
}
