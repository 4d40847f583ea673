import type { KernelName } from '../../kernels.js'
import { activation, activationGrad } from './activation.js'
import { affineScan, gatherAlong, scan, scatterAlong, sort } from './along.js'
import type { Encoder } from './call.js'
import { conv, convInputGrad, convWeightGrad } from './convolution.js'
import { ctc, ctcGrad } from './ctc.js'
import { binary, compare, unary, where } from './elementwise.js'
import { gatherRows, scatterAddRows } from './indexing.js'
import { matmul } from './matmul.js'
import { channelNorm, channelNormGrad, rowNorm, rowNormGrad } from './norms.js'
import { adadelta, adam, lion, rmsprop, sgd } from './optim.js'
import { avgPool, avgPoolGrad, maxPool } from './pooling.js'
import { recurrent, recurrentGrad } from './recurrent.js'
import { argReduce, reduce } from './reduce.js'
import { resample, resampleGrad } from './resampling.js'
import { crossEntropy, crossEntropyGrad, softmax, softmaxGrad } from './softmax.js'
import { cast, fill, gatherStrided, scatterStrided } from './strided.js'
import { random } from './training.js'

/** How every kernel becomes a command; for what goes by names, which is not loaded at first. */
export const encoders: { readonly [K in KernelName]: Encoder<K> } = {
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
  scan,
  affineScan,
  sort,
  gatherAlong,
  scatterAlong,
  rowNorm,
  rowNormGrad,
  channelNorm,
  channelNormGrad,
}
