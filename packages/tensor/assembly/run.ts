// A command is [opcode, its length in words, arguments…]; a list is run in one call.
import { gatherAlong, scatterAlong } from './along'
import { activation } from './activation'
import { activationGrad } from './activationGrad'
import { binary, binaryWalk } from './binary'
import { compare, where } from './compare'
import { ctc, ctcGrad } from './ctc'
import { gatherRows, scatterAddRows } from './indexing'
import { matmul } from './matmul'
import { update } from './optim'
import { channelNorm, channelNormGrad } from './channelNorm'
import { random } from './random'
import { rowNorm, rowNormGrad } from './rowNorm'
import { recurrent } from './recurrent'
import { recurrentGrad, recurrentWeights } from './recurrentGrad'
import { argReduce, reduce } from './reduce'
import { affineScan, scan } from './scan'
import { crossEntropy, crossEntropyGrad, softmax, softmaxGrad } from './softmax'
import { sort } from './sort'
import { conv } from './conv'
import { convInputGrad } from './convInputGrad'
import { convWeightGrad } from './convWeightGrad'
import { avgPool, avgPoolGrad, maxPool } from './pooling'
import { resample, resampleGrad } from './resample'
import { cast, fill, gatherStrided, scatterStrided } from './strided'
import { unary } from './unary'

/** By opcode (src/backends/wasm/opcodes.ts). */
const COMMANDS: StaticArray<(args: usize) => void> = [
  unary,
  binary,
  binaryWalk,
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
  update,
  scan,
  affineScan,
  sort,
  gatherAlong,
  scatterAlong,
  activation,
  activationGrad,
  rowNorm,
  rowNormGrad,
  channelNorm,
  channelNormGrad,
  ctc,
  ctcGrad,
  conv,
  convInputGrad,
  convWeightGrad,
  maxPool,
  avgPool,
  avgPoolGrad,
  resample,
  resampleGrad,
  recurrentWeights,
]

/** Runs `count` commands. */
export function run(list: usize, count: i32): void {
  for (; count > 0; count--, list += (<usize>load<u32>(list, 4)) << 2)
    unchecked(COMMANDS[load<u32>(list)])(list + 8)
}
