// A command is [opcode, its length in words, arguments…]; a list is run in one call.
import { binary, binaryWalk } from './binary'
import { compare, where } from './compare'
import { gatherRows, scatterAddRows } from './indexing'
import { matmul } from './matmul'
import { sgd } from './optim'
import { random } from './random'
import { recurrent } from './recurrent'
import { recurrentGrad } from './recurrentGrad'
import { argReduce, reduce } from './reduce'
import { crossEntropy, crossEntropyGrad, softmax, softmaxGrad } from './softmax'
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
  sgd,
]

/** Runs `count` commands. */
export function run(list: usize, count: i32): void {
  for (; count > 0; count--, list += (<usize>load<u32>(list, 4)) << 2)
    unchecked(COMMANDS[load<u32>(list)])(list + 8)
}
