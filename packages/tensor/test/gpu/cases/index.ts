import type { KernelCase } from '../support.js'
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

/** All cases, family by family. */
export const cases: readonly KernelCase[] = [
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
]
