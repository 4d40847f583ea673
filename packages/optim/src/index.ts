/**
 * Optimizers: how parameters move against their gradients.
 *
 * @packageDocumentation
 */
export { clipGradNorm } from './clip.js'
export { type Group, type GroupInput, Optimizer, type ParameterInput } from './optimizer.js'
export { SGD, type SGDOptions } from './sgd.js'
