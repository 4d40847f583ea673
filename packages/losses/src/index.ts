/**
 * Losses, as functions of a model's output and what it should have been.
 *
 * @packageDocumentation
 */
export { type CrossEntropyOptions, crossEntropy } from './crossEntropy.js'
export { mse } from './mse.js'
export type { LossOptions, Reduction } from './reduction.js'
