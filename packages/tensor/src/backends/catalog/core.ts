import type { Kernel } from '../kernel.js'
import * as convertReference from '../reference/convert.js'
import * as elementwiseReference from '../reference/elementwise.js'
import * as matmulReference from '../reference/matmul.js'
import * as reduceReference from '../reference/reduce.js'
import * as stridedReference from '../reference/strided.js'
import * as elementwiseCommands from '../wasm/encoders/elementwise.js'
import * as matmulCommands from '../wasm/encoders/matmul.js'
import * as reduceCommands from '../wasm/encoders/reduce.js'
import * as stridedCommands from '../wasm/encoders/strided.js'
import { core as family } from '../wasm/generated/families/core.js'

// What nearly every program computes with: element-wise functions, reductions, products, moving values about.

export const unary: Kernel<'unary'> = {
  name: 'unary',
  reference: elementwiseReference.unary,
  wasm: elementwiseCommands.unary,
  family,
}
export const binary: Kernel<'binary'> = {
  name: 'binary',
  reference: elementwiseReference.binary,
  wasm: elementwiseCommands.binary,
  family,
}
export const compare: Kernel<'compare'> = {
  name: 'compare',
  reference: elementwiseReference.compare,
  wasm: elementwiseCommands.compare,
  family,
}
export const where: Kernel<'where'> = {
  name: 'where',
  reference: elementwiseReference.where,
  wasm: elementwiseCommands.where,
  family,
}
export const reduce: Kernel<'reduce'> = {
  name: 'reduce',
  reference: reduceReference.reduce,
  wasm: reduceCommands.reduce,
  family,
}
export const argReduce: Kernel<'argReduce'> = {
  name: 'argReduce',
  reference: reduceReference.argReduce,
  wasm: reduceCommands.argReduce,
  family,
}
export const matmul: Kernel<'matmul'> = {
  name: 'matmul',
  reference: matmulReference.matmul,
  wasm: matmulCommands.matmul,
  family,
}
export const gatherStrided: Kernel<'gatherStrided'> = {
  name: 'gatherStrided',
  reference: stridedReference.gatherStrided,
  wasm: stridedCommands.gatherStrided,
  family,
}
export const scatterStrided: Kernel<'scatterStrided'> = {
  name: 'scatterStrided',
  reference: stridedReference.scatterStrided,
  wasm: stridedCommands.scatterStrided,
  family,
}
export const fill: Kernel<'fill'> = {
  name: 'fill',
  reference: convertReference.fill,
  wasm: stridedCommands.fill,
  family,
}
export const cast: Kernel<'cast'> = {
  name: 'cast',
  reference: convertReference.cast,
  wasm: stridedCommands.cast,
  family,
}
