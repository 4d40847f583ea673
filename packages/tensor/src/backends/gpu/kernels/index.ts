import type { KernelName } from '../../kernels.js'
import type { Lowering } from '../lowering.js'
import { activation } from './activation.js'
import { along } from './along.js'
import { convolution } from './convolution.js'
import { ctc } from './ctc.js'
import { elementwise } from './elementwise.js'
import { matmul } from './matmul.js'
import { norms } from './norms.js'
import { optim } from './optim.js'
import { pooling } from './pooling.js'
import { random } from './random.js'
import { recurrent } from './recurrent.js'
import { reduce } from './reduce.js'
import { rows } from './rows.js'
import { softmax } from './softmax.js'
import { strided } from './strided.js'

/** How every kernel becomes launches. */
export const lowerings: { readonly [K in KernelName]?: Lowering<K> } = {
  ...activation,
  ...along,
  ...convolution,
  ...ctc,
  ...elementwise,
  ...matmul,
  ...norms,
  ...optim,
  ...pooling,
  ...random,
  ...recurrent,
  ...reduce,
  ...rows,
  ...softmax,
  ...strided,
}

/** Inputs that are 32-bit words, not numbers: they are passed as 16-bit halves, low one first. */
export const wordInputs: { readonly [K in KernelName]?: readonly number[] } = { random: [0] }
