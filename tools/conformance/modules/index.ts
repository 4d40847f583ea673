import type { ModuleAdapter } from '../adapters.ts'
import { RECURRENT } from '../recurrent.ts'
import { ACTIVATIONS } from './activations.ts'
import { CONVOLUTIONS } from './convolutions.ts'
import { DENSE } from './dense.ts'
import { NORMS } from './norms.ts'
import { PADDING } from './padding.ts'
import { POOLING } from './pooling.ts'

/** PyTorch's layers by their class names. */
export const MODULES: Readonly<Record<string, ModuleAdapter>> = {
  ...ACTIVATIONS,
  ...CONVOLUTIONS,
  ...DENSE,
  ...NORMS,
  ...PADDING,
  ...POOLING,
  ...RECURRENT,
}
