/**
 * Optimizers: how parameters move against their gradients.
 *
 * @packageDocumentation
 */
export { clipGradNorm } from './clip.js'
export { type Defaults, type Group, type GroupInput, Optimizer } from './optimizer.js'
export type { ParameterInput } from './parameters.js'
export { SGD, type SGDOptions } from './sgd.js'
