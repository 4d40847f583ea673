/**
 * Building blocks for authors of layers, losses and optimizers: fused ops that are not of general use, changing
 * parameters in place, and gradients without handing them out.
 *
 * @packageDocumentation
 */
export { breathe } from './breathe.js'
export { assign, clearGradient, gradientOf, isTensor, pin, setGradient } from './inplace.js'
export { type SgdOptions, sgdUpdate } from './ops/optim.js'
export {
  type RecurrentInputs,
  type RecurrentOutputs,
  recurrentByOps,
  recurrentLayer,
} from './ops/recurrent.js'
export { checkTensor, checkTensors } from './ops/run.js'
export { crossEntropyRows } from './ops/softmax.js'
export { checkInteger, checkNumber, show } from './shape.js'
