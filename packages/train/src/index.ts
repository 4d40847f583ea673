/**
 * The training loop, for those who do not want to write it: steps, schedules, validation, callbacks; metrics, logs and
 * training in a worker, which can be used without it.
 *
 * @packageDocumentation
 */
export { type BestWeights, type BestWeightsOptions, bestWeights } from './callbacks/bestWeights.js'
export { type EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './callbacks/earlyStopping.js'
export { eventFileHeader, type ScalarEvent, scalarRecord } from './callbacks/eventFile.js'
export { csvLine, jsonLine } from './callbacks/lines.js'
export type { MonitorOptions, MonitorState } from './callbacks/monitor.js'
export { type ProgressOptions, progress } from './callbacks/progress.js'
export { progressLine, type TrainingProgress } from './callbacks/progressLine.js'
export { type LogOptions, type LogRecord, records } from './callbacks/records.js'
export { packCheckpoint, type RestoreOptions, unpackCheckpoint } from './checkpoint/pack.js'
export type { Parts, Positioned, Progress, Stateful } from './checkpoint/parts.js'
export type { Plain } from './checkpoint/tree.js'
export { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.js'
export type {
  BeginEvent,
  EndEvent,
  EpochEvent,
  FitCallback,
  StepEvent,
  Stopped,
  StopSignal,
  ValidationEvent,
  Verdict,
} from './events.js'
export { fit } from './fit.js'
export { DivergenceError } from './guard.js'
export type { Batch, LossAndOutput, LossFunction } from './loss.js'
export {
  accuracy,
  type BinaryAccuracyOptions,
  binaryAccuracy,
  topKAccuracy,
} from './metrics/accuracy.js'
export type { ClassMetricOptions } from './metrics/classes.js'
export {
  type ClassReport,
  type ClassScores,
  type Confusion,
  classReport,
  confusionMatrix,
  type OneClassScores,
} from './metrics/confusion.js'
export type { Measured, Metric, Metrics } from './metrics/metric.js'
export { perplexity } from './metrics/perplexity.js'
export {
  meanAbsoluteError,
  meanSquaredError,
  r2Score,
  rootMeanSquaredError,
} from './metrics/regression.js'
export type { Scheduler, Stepper, StepperGroup } from './optimizers.js'
export type { FitOptions, FitResult, TrainingStart } from './options.js'
export type { ValidationOptions } from './validation.js'
export { exposeTraining, type TrainingContext, type TrainingFunction } from './worker/expose.js'
export type { WorkerLike } from './worker/port.js'
export { type TrainInWorkerOptions, trainInWorker, type WorkerSignal } from './worker/trainInWorker.js'
