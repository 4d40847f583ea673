/**
 * Optimizers: how parameters move against their gradients.
 *
 * @packageDocumentation
 */
export { Adadelta, type AdadeltaOptions } from './adadelta.js'
export { Adagrad, type AdagradOptions } from './adagrad.js'
export { Adam, type AdamOptions } from './adam.js'
export { Adamax, type AdamaxOptions } from './adamax.js'
export { AdamW, type AdamWOptions } from './adamw.js'
export { Averages, type AveragesState } from './averaging/averages.js'
export { ExponentialMovingAverage, type ExponentialMovingAverageOptions } from './averaging/ema.js'
export { StochasticWeightAverage } from './averaging/swa.js'
export type { Betas } from './checks.js'
export { type ClipGradAdaptiveOptions, clipGradAdaptive } from './clip/adaptive.js'
export { type ClipGradNormOptions, clipGradNorm } from './clip/norm.js'
export { clipGradValue } from './clip/value.js'
export { Lion, type LionOptions } from './lion.js'
export { Muon, type MuonOptions } from './muon.js'
export { NAdam, type NAdamOptions } from './nadam.js'
export { type Defaults, type Group, type GroupInput, Optimizer } from './optimizer.js'
export type { ParameterInput } from './parameters.js'
export { l1Penalty, l2Penalty } from './penalties.js'
export { RAdam, type RAdamOptions } from './radam.js'
export { RMSprop, type RMSpropOptions } from './rmsprop.js'
export type { AnnealStrategy } from './schedules/annealing.js'
export { ChainedScheduler } from './schedules/chainedScheduler.js'
export { ConstantLR, type ConstantLROptions } from './schedules/constantLR.js'
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './schedules/cosineAnnealingLR.js'
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './schedules/cosineAnnealingWarmRestarts.js'
export { CyclicLR, type CyclicLROptions, type CyclicMode } from './schedules/cyclicLR.js'
export { ExponentialLR, type ExponentialLROptions } from './schedules/exponentialLR.js'
export { FactorSchedule } from './schedules/factorSchedule.js'
export { FormulaSchedule } from './schedules/formulaSchedule.js'
export { LambdaLR, type LambdaLROptions } from './schedules/lambdaLR.js'
export { LinearLR, type LinearLROptions } from './schedules/linearLR.js'
export {
  type LrRange,
  type LrRangeTestOptions,
  lrRangeTest,
  type Restorable,
} from './schedules/lrRangeTest.js'
export type { MomentumOptions } from './schedules/momentumCycle.js'
export { MultiplicativeLR } from './schedules/multiplicativeLR.js'
export { MultiStepLR, type MultiStepLROptions } from './schedules/multiStepLR.js'
export { OneCycleLR, type OneCycleLROptions } from './schedules/oneCycleLR.js'
export { PolynomialLR, type PolynomialLROptions } from './schedules/polynomialLR.js'
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './schedules/reduceLROnPlateau.js'
export { Schedule, type ScheduleOptions } from './schedules/schedule.js'
export { SequentialLR, type SequentialLROptions } from './schedules/sequentialLR.js'
export type { ScheduleState, ScheduleValue } from './schedules/state.js'
export { StepLR, type StepLROptions } from './schedules/stepLR.js'
export { SWALR, type SWALROptions } from './schedules/swaLR.js'
export type { Scheduled } from './schedules/target.js'
export { type WarmUpOptions, warmUp } from './schedules/warmUp.js'
export { SGD, type SGDOptions } from './sgd.js'
export type { OptimizerState, Slot, StateOf, StoredGroup, StoredValue } from './state.js'
export {
  isBiasOrNorm,
  type WeightDecayGroup,
  type WeightDecayGroupsOptions,
  weightDecayGroups,
} from './weightDecayGroups.js'
