/**
 * Building blocks for authors of layers, losses and optimizers: fused ops that are not of general use, changing
 * parameters in place, and gradients without handing them out.
 *
 * @packageDocumentation
 */

export { intercept } from './autograd/intercept.js'
export type { UpdateKernel, UpdateKernels } from './backends/kernels/optim.js'
export type { RecurrentCell } from './backends/kernels/recurrent.js'
export { breathe } from './breathe.js'
export { adopt } from './create.js'
export { assign, clearGradient, gradientOf, isTensor, pin, scaleGradient, setGradient } from './inplace.js'
export { type Attention, attention } from './ops/attention.js'
export { type CtcInputs, ctcRows } from './ops/ctc.js'
export { checkRange } from './ops/indexing.js'
export { type Update, updateInPlace } from './ops/optim.js'
export { recurrentByOps } from './ops/recurrent/byOps.js'
export type {
  RecurrentInputs,
  RecurrentLayerOptions,
  RecurrentOutputs,
} from './ops/recurrent/inputs.js'
export { recurrentLayer } from './ops/recurrent/layer.js'
export { sumSquares } from './ops/reduce.js'
export { checkTensor, checkTensors } from './ops/run.js'
export { checkSizes } from './ops/sizes.js'
export { crossEntropyRows } from './ops/softmax.js'
export { checkFunction, checkInteger, checkNumber, checkOptions, describe } from './options.js'
export { dependsOn, everyStep, isRecording, live, liveNumber, peeked, unrecordable } from './program/live.js'
export { defaultGenerator, generatorOf } from './random.js'
export { readNow, valuesNow } from './reading.js'
export { show } from './shape.js'
