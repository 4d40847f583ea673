import type { TypedArray } from '../../dtype.js'
import type { KernelAttrs, KernelName } from '../kernels.js'
import { cast, fill } from './convert.js'
import { crossEntropy, crossEntropyGrad } from './crossEntropy.js'
import { binary, compare, unary, where } from './elementwise.js'
import { gatherRows, scatterAddRows } from './indexing.js'
import { matmul } from './matmul.js'
import { sgd } from './optim.js'
import { random } from './random.js'
import { recurrent } from './recurrent.js'
import { recurrentGrad } from './recurrentGrad.js'
import { argReduce, reduce } from './reduce.js'
import { softmax, softmaxGrad } from './softmax.js'
import { gatherStrided, scatterStrided } from './strided.js'

/**
 * Every kernel in plain TypeScript: the definition of right. Sums are formed in double precision and rounded once,
 * when they are stored.
 */
export const referenceKernels: {
  readonly [K in KernelName]: (
    inputs: readonly TypedArray[],
    outputs: readonly TypedArray[],
    attrs: KernelAttrs[K],
  ) => void
} = {
  unary,
  binary,
  compare,
  where,
  reduce,
  argReduce,
  matmul,
  gatherStrided,
  scatterStrided,
  fill,
  cast,
  random,
  softmax,
  softmaxGrad,
  crossEntropy,
  crossEntropyGrad,
  gatherRows,
  scatterAddRows,
  recurrent,
  recurrentGrad,
  sgd,
}
