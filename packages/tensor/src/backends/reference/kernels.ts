import type { TypedArray } from '../../dtype.js'
import type { KernelAttrs, KernelName } from '../kernels.js'
import { activation, activationGrad } from './activation.js'
import { gatherAlong, scatterAlong } from './along.js'
import { cast, fill } from './convert.js'
import { conv, convInputGrad, convWeightGrad } from './convolution.js'
import { crossEntropy, crossEntropyGrad } from './crossEntropy.js'
import { ctc, ctcGrad } from './ctc.js'
import { binary, compare, unary, where } from './elementwise.js'
import { gatherRows, scatterAddRows } from './indexing.js'
import { matmul } from './matmul.js'
import { channelNorm, channelNormGrad, rowNorm, rowNormGrad } from './norms.js'
import { adadelta } from './optim/adadelta.js'
import { adam } from './optim/adam.js'
import { lion } from './optim/lion.js'
import { rmsprop } from './optim/rmsprop.js'
import { sgd } from './optim/sgd.js'
import { avgPool, avgPoolGrad, maxPool } from './pooling.js'
import { random } from './random.js'
import { recurrentGrad } from './recurrent/backward.js'
import { recurrent } from './recurrent/forward.js'
import { argReduce, reduce } from './reduce.js'
import { resample, resampleGrad } from './resampling.js'
import { affineScan, scan } from './scan.js'
import { softmax, softmaxGrad } from './softmax.js'
import { sort } from './sort.js'
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
  activation,
  activationGrad,
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
  ctc,
  ctcGrad,
  gatherRows,
  scatterAddRows,
  recurrent,
  recurrentGrad,
  conv,
  convInputGrad,
  convWeightGrad,
  maxPool,
  avgPool,
  avgPoolGrad,
  resample,
  resampleGrad,
  sgd,
  adam,
  rmsprop,
  adadelta,
  lion,
  rowNorm,
  rowNormGrad,
  channelNorm,
  channelNormGrad,
  scan,
  affineScan,
  sort,
  gatherAlong,
  scatterAlong,
}
