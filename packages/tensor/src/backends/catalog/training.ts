import type { Kernel } from '../kernel.js'
import * as crossEntropyReference from '../reference/crossEntropy.js'
import * as indexingReference from '../reference/indexing.js'
import * as adadeltaReference from '../reference/optim/adadelta.js'
import * as adamReference from '../reference/optim/adam.js'
import * as lionReference from '../reference/optim/lion.js'
import * as rmspropReference from '../reference/optim/rmsprop.js'
import * as sgdReference from '../reference/optim/sgd.js'
import * as randomReference from '../reference/random.js'
import * as softmaxReference from '../reference/softmax.js'
import * as indexingCommands from '../wasm/encoders/indexing.js'
import * as optimCommands from '../wasm/encoders/optim.js'
import * as softmaxCommands from '../wasm/encoders/softmax.js'
import * as trainingCommands from '../wasm/encoders/training.js'
import { training as family } from '../wasm/generated/families/training.js'

// Random numbers, softmax and cross-entropy, rows of tables, and the updates of the optimizers.

export const random: Kernel<'random'> = {
  name: 'random',
  reference: randomReference.random,
  wasm: trainingCommands.random,
  family,
}
export const softmax: Kernel<'softmax'> = {
  name: 'softmax',
  reference: softmaxReference.softmax,
  wasm: softmaxCommands.softmax,
  family,
}
export const softmaxGrad: Kernel<'softmaxGrad'> = {
  name: 'softmaxGrad',
  reference: softmaxReference.softmaxGrad,
  wasm: softmaxCommands.softmaxGrad,
  family,
}
export const crossEntropy: Kernel<'crossEntropy'> = {
  name: 'crossEntropy',
  reference: crossEntropyReference.crossEntropy,
  wasm: softmaxCommands.crossEntropy,
  family,
}
export const crossEntropyGrad: Kernel<'crossEntropyGrad'> = {
  name: 'crossEntropyGrad',
  reference: crossEntropyReference.crossEntropyGrad,
  wasm: softmaxCommands.crossEntropyGrad,
  family,
}
export const gatherRows: Kernel<'gatherRows'> = {
  name: 'gatherRows',
  reference: indexingReference.gatherRows,
  wasm: indexingCommands.gatherRows,
  family,
}
export const scatterAddRows: Kernel<'scatterAddRows'> = {
  name: 'scatterAddRows',
  reference: indexingReference.scatterAddRows,
  wasm: indexingCommands.scatterAddRows,
  family,
}
export const sgd: Kernel<'sgd'> = {
  name: 'sgd',
  reference: sgdReference.sgd,
  wasm: optimCommands.sgd,
  family,
}
export const adam: Kernel<'adam'> = {
  name: 'adam',
  reference: adamReference.adam,
  wasm: optimCommands.adam,
  family,
}
export const rmsprop: Kernel<'rmsprop'> = {
  name: 'rmsprop',
  reference: rmspropReference.rmsprop,
  wasm: optimCommands.rmsprop,
  family,
}
export const adadelta: Kernel<'adadelta'> = {
  name: 'adadelta',
  reference: adadeltaReference.adadelta,
  wasm: optimCommands.adadelta,
  family,
}
export const lion: Kernel<'lion'> = {
  name: 'lion',
  reference: lionReference.lion,
  wasm: optimCommands.lion,
  family,
}
