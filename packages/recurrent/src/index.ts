/**
 * Recurrent networks: RNN, GRU and LSTM, with their time loop in one kernel, forward and backward; their cells; cells by one's
 * own hand; and what can be seen of gates and gradients through time.
 *
 * @packageDocumentation
 */
export { Cell } from './cells/cell.js'
export { GRUCell, type GRUCellOptions } from './cells/gruCell.js'
export { LSTMCell, type LSTMCellState } from './cells/lstmCell.js'
export { RNNCell, type RNNCellOptions } from './cells/rnnCell.js'
export { GRU, type GRUOptions } from './gru.js'
export { type ChronoOptions, chrono, forgetBias, type GateInitialiser, type RecurrentInit } from './init.js'
export type { Kind } from './kinds.js'
export { LSTM, type LSTMOptions, type LSTMOutput } from './lstm.js'
export type { CellOptions, ForwardOptions, RecurrentOptions, RecurrentOutput } from './options.js'
export {
  type MemoryCell,
  type PlainCell,
  type RecurOptions,
  recur,
  type Step,
  type StepCell,
  type StepModule,
  type WithHidden,
} from './recur.js'
export { type AnyRecurrentOutput, type Direction, type LayerWeights, Recurrent } from './recurrent.js'
export { type Nonlinearity, RNN, type RNNOptions } from './rnn.js'
export { detachState, type LSTMState, type RecurrentState } from './state.js'
export {
  gradientThroughTime,
  type LayerGradientOptions,
  type ModelGradientOptions,
  type WatchOptions,
} from './throughTime.js'
export type { GRUGates, LSTMGates, RNNGates, Trace, Traced } from './trace.js'
export type { TensorTree } from './tree.js'
export type { DirectionWeights } from './weights.js'
