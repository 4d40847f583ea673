/**
 * The training loop, for those who do not want to write it: steps, events, evaluation, stopping.
 *
 * @packageDocumentation
 */
export { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.js'
export type { EndEvent, EpochEvent, FitCallback, StepEvent, StopSignal } from './events.js'
export { type Batch, type FitOptions, type FitResult, fit, type LossFunction } from './fit.js'
